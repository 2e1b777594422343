internal import Kernel

/// Reads the input of a tool call as a model wrote it.
enum ToolInput {
    struct Malformed: Error, Equatable {
        /// A sentence for the model.
        let reason: String
    }

    /// No text at all is a call without arguments, as providers send it.
    static func read(_ text: String) -> Result<JSON, Malformed> {
        guard !text.isEmpty else { return .success([:]) }
        do {
            let value = try JSON(parsing: text)
            guard value.object != nil else {
                return .failure(Malformed(reason: "The tool's input must be a JSON object, not \(value.kind)."))
            }
            return .success(value)
        } catch {
            return .failure(Malformed(reason: "The tool's input is not valid JSON: \(error)."))
        }
    }
}
