package import Kernel

/// Which rule of a build a file breaks. `sentence` says it so that the model that wrote the file can mend it.
package enum FileTreeError: Error, Sendable, Equatable, CustomStringConvertible {
    case fileTooLarge(FilePath, bytes: Int, limit: Int)
    case tooManyFiles(limit: Int)
    case buildTooLarge(limit: Int)
    case notText(FilePath)
    case differsOnlyInCase(FilePath, String)
    case isDirectory(FilePath, String)
    case isBelowFile(FilePath, FilePath)
    case reserved(FilePath)
    case secret(FilePath, SecretFinding)

    package var sentence: String {
        switch self {
        case .fileTooLarge(let path, let bytes, let limit):
            "\(path) has \(bytes) bytes; a file may have at most \(limit): split it"
        case .tooManyFiles(let limit): "a build may have at most \(limit) files"
        case .buildTooLarge(let limit): "all files together may have at most \(limit) bytes"
        case .notText(let path): "\(path) contains a NUL byte; files must be text"
        case .differsOnlyInCase(let path, let other):
            "\(path) and \(other) differ only in case, which some systems cannot keep apart: use one spelling"
        case .isDirectory(let path, let directory):
            "\(path) cannot be a file because \(directory)/ is a directory with files in it"
        case .isBelowFile(let path, let file): "\(path) cannot be below \(file), which is a file"
        case .reserved(let path):
            "\(path) is where the platform puts its manifest: use another name"
        case .secret(let path, let finding):
            "\(path) line \(finding.line) looks like it contains \(finding.pattern): "
                + "read it from the environment instead, and use an obvious placeholder in examples"
        }
    }

    package var description: String { sentence }
}
