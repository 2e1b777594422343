internal import Glibc

/// Why a key file was refused. Names the path and the line, never the content.
package enum VaultKeyFileError: Error, Sendable, Equatable, CustomStringConvertible {
    case cannotRead(path: String, errno: Int32)
    case cannotWrite(path: String, errno: Int32)
    case notAFile(path: String)
    /// `mode` has bits for the group or for others.
    case readableByOthers(path: String, mode: UInt32)
    case ownedByAnother(path: String)
    case tooLarge(path: String)
    case badLine(path: String, line: Int, expected: String)
    /// A key of another kind, such as the vault's secret key where the public one belongs.
    case anotherKind(path: String, line: Int, found: String, expected: String)
    case noKeys(path: String, expected: String)
    case duplicateID(path: String, id: VaultKeyID)
    case noSuchKey(path: String, id: VaultKeyID)

    package var description: String {
        switch self {
        case .cannotRead(let path, let errno): "cannot read the key file \(path): \(Self.reason(errno))"
        case .cannotWrite(let path, let errno): "cannot write the key file \(path): \(Self.reason(errno))"
        case .notAFile(let path): "the key file \(path) is not a regular file"
        case .readableByOthers(let path, let mode):
            "the key file \(path) has mode \(String(mode, radix: 8)); only its owner may have access: chmod 600 \(path)"
        case .ownedByAnother(let path): "the key file \(path) belongs to another user"
        case .tooLarge(let path): "the key file \(path) is larger than any key file needs to be"
        case .badLine(let path, let line, let expected):
            "line \(line) of the key file \(path) is not of the form \(expected):<id>:<43 characters of base64url>"
        case .anotherKind(let path, let line, let found, let expected):
            "line \(line) of the key file \(path) is a \(found) key, and only \(expected) keys belong here"
                + (found == KeyLine.kekSecret.rawValue ? ": nobody but a worker may be given what opens the vault" : "")
        case .noKeys(let path, let expected): "the key file \(path) holds no \(expected) line"
        case .duplicateID(let path, let id): "the key file \(path) names the key \(id) twice"
        case .noSuchKey(let path, let id): "the key file \(path) holds no key \(id)"
        }
    }

    private static func reason(_ code: Int32) -> String {
        code == ENOENT ? "there is no such file" : String(cString: strerror(code)).lowercased()
    }
}
