internal import Kernel

/// A payload as it lies in the queue, which may be one that nobody can work with. That is the job's trouble alone: the
/// jobs claimed along with it must not suffer.
struct JobPayload: Equatable {
    let value: JSON
    /// Why it cannot be worked with, for the dead letter.
    let defect: String?

    /// - Parameter text: JSON; `nil` when it was too large to be fetched.
    init(text: String?) {
        guard let text else {
            value = .null
            defect = "its payload is larger than \(Jobs.payloadLimit) bytes"
            return
        }
        do {
            value = try JSON(parsing: Array(text.utf8))
            defect = nil
        } catch {
            value = .null
            defect = "its payload cannot be read: \(error)"
        }
    }
}
