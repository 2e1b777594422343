internal import HTTPServer
internal import Kernel
internal import ModelGateway
internal import Vault

/// A request's body with a key in it: the key in guarded memory, the rest as JSON.
///
/// What remains of the key elsewhere when this has been read: the pieces in which the server's connection received the
/// body, until their memory is used again, and whatever the proxy and the kernel keep. No text is ever made of it here.
struct EnteredKey: ~Copyable {
    let secret: SecretBytes
    var fields: JSONFields
    /// The whole body, with asterisks for the key.
    let masked: JSON

    /// - Throws: 400, 413, 415; 422 when there is no key, or none that can be one. None of them repeats what was sent.
    static func read(_ request: Request) async throws -> EnteredKey {
        var body = try await request.jsonBytes(limit: 16_384)
        defer { SecretField.wipe(&body) }
        let secret = SecretField.take("key", from: &body)
        return try EnteredKey(secret, try Request.json(body))
    }

    private init(_ secret: consuming SecretBytes?, _ masked: JSON) throws(Problem) {
        var fields = try JSONFields(masked)
        guard let secret else {
            // Says that it is missing, or of another type.
            _ = try fields.text("key", length: 8...500)
            throw .invalidField("/key", "Write the name \"key\" without escapes.")
        }
        _ = fields.take("key")
        guard secret.count >= 8 else { throw .invalidField("/key", "\"key\" is too short.") }
        guard secret.count <= 500 else {
            throw .invalidField("/key", "\"key\" is longer than 500 characters: no provider's key is.")
        }
        guard secret.withBytes({ bytes in bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F } }) else {
            throw .invalidField("/key", "A key has no spaces or line breaks; check what was pasted.")
        }
        self.secret = secret
        self.fields = fields
        self.masked = masked
    }
}

extension ProviderDirectory {
    /// Where a key will be sent, or why it cannot be stored, as an answer to the request that brought it.
    func placeOrProblem(of provider: Provider, entered: String?) throws(Problem) -> BaseURL {
        do {
            return try place(of: provider, entered: entered)
        } catch {
            throw .invalidField(error.field == .provider ? "/provider" : "/base_url", error.sentence)
        }
    }
}
