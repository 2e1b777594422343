package import ModelGateway
package import Vault

/// A tenant's key as the worker finds it: still sealed, with where it may be sent.
package struct SealedKey: Sendable {
    package let provider: Provider
    /// Of the origin that the key is sealed for.
    package let place: BaseURL
    package let identity: SecretIdentity
    package let sealed: SealedSecret
}
