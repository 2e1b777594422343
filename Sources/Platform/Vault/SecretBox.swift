/// A secret that several owners share, for key material that lives as long as its process.
///
/// `SecretBytes` cannot be stored in a copyable type; this immutable reference can, and shows as little.
final class SecretBox: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let bytes: SecretBytes

    init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

    var description: String { "[redacted]" }
    var debugDescription: String { "[redacted]" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
