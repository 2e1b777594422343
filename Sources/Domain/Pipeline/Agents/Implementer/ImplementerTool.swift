import Features
import Kernel
import ModelGateway

/// What the implementer may do to the project.
enum ImplementerTool: String, CaseIterable, Sendable {
    case writeFiles = "write_files"
    case editFile = "edit_file"
    case readFile = "read_file"
    case listFiles = "list_files"
    case deleteFile = "delete_file"
    case finish

    var definition: ToolDefinition { ToolDefinition(name: rawValue, description: description, schema: schema) }

    private static let path = JSONSchema.string("From the project's root, separated by \"/\".", length: 1...1_024)

    var schema: JSONSchema {
        switch self {
        case .writeFiles:
            .object([.required("files", .array(SourceFile.schema, "Whole files, new or replaced.", count: 1...100))])
        case .editFile:
            .object([
                .required("path", Self.path),
                .required(
                    "base_sha256",
                    .string(
                        "The sha256 of the current content, as the last result for this file showed it.",
                        length: 1...100)),
                .required(
                    "find",
                    .string("Copied exactly from the file; it must occur exactly once.", length: 1...200_000)),
                .required("replace", .string("What stands there instead; empty to delete.", length: 0...200_000)),
            ])
        case .readFile, .deleteFile: .object([.required("path", Self.path)])
        case .listFiles: .object([])
        case .finish:
            .object([
                .required("summary", .string("Three to six plain sentences for the person.", length: 1...4_000)),
                .required(
                    "tasks",
                    .array(
                        .object([
                            .required("id", .string("The task's id in the plan.", length: 1...5)),
                            .required("files", .array(Self.path, "The files that fulfil it.", count: 0...200)),
                        ]), "Every task of the plan.", count: 1...200)),
            ])
        }
    }

    private var description: String {
        switch self {
        case .writeFiles: "Writes whole files. Files that are refused are named with the reason; the others are kept."
        case .editFile: "Replaces one place of a file that exists."
        case .readFile: "Shows a file's content and sha256."
        case .listFiles: "Lists all files with their sha256."
        case .deleteFile: "Deletes a file."
        case .finish: "Ends the work. Refused while something planned is missing."
        }
    }

    static let definitions = allCases.map(\.definition)
}

/// What a tool call came to.
struct ToolOutcome: Sendable, Equatable {
    enum Kind: Sendable {
        case done
        /// A sensible call that cannot be carried out: a stale hash, an anchor that is not there, a finish too early.
        case refused
        /// A call that no state of the project would allow: an unknown tool, a wrong shape, a path out of bounds.
        case nonsense
    }

    let kind: Kind
    let text: String

    static func done(_ text: String) -> ToolOutcome { ToolOutcome(kind: .done, text: text) }
    static func refused(_ text: String) -> ToolOutcome { ToolOutcome(kind: .refused, text: text) }
    static func nonsense(_ text: String) -> ToolOutcome { ToolOutcome(kind: .nonsense, text: text) }
}
