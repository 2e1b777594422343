/// Why a ZIP could not be written.
package enum ArchiveError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Empty, absolute, with an empty, `.` or `..` segment, a backslash or a control character, or too long.
    case invalidPath
    case duplicatePath
    /// The contents have not the size that was announced.
    case sizeMismatch
    /// `ArchiveTime.useUTC()` was not called when the process started.
    case localTimeIsNotUTC
    /// After an error, after `finish`, or while another call is under way.
    case notReady
    /// What libarchive says.
    case library(String)

    package var description: String {
        switch self {
        case .invalidPath: "a path in the archive is not valid"
        case .duplicatePath: "a path was added twice"
        case .sizeMismatch: "a file has not the size that was announced"
        case .localTimeIsNotUTC: "local time is not UTC; call ArchiveTime.useUTC() first thing in main"
        case .notReady: "the archive cannot take anything now"
        case .library(let reason): "libarchive: \(reason)"
        }
    }
}
