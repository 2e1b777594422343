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
    case search
    case finish

    var definition: ToolDefinition { ToolDefinition(name: rawValue, description: description, schema: schema) }

    private static let path = JSONSchema.string("From the project's root, separated by \"/\".", length: 1...1_024)

    private static let reason = JSONSchema.Property.optional(
        "reason",
        .string("Only when a refusal asks for one: why it must be so, in one sentence.", length: 1...600))

    private static let file = JSONSchema.object([
        .required("path", path),
        .required("content", .string("The complete content; nothing left out.", length: 0...1_048_576)), reason,
    ])

    var schema: JSONSchema {
        switch self {
        case .writeFiles:
            .object([.required("files", .array(Self.file, "Whole files, new or replaced.", count: 1...100))])
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
                Self.reason,
            ])
        case .readFile: .object([.required("path", Self.path)])
        case .deleteFile: .object([.required("path", Self.path), Self.reason])
        case .search:
            .object([
                .required("text", .string("What to look for, within a line.", length: 1...200)),
                .optional("wildcards", .bool("Each * in the text stands for any characters. Default: false.")),
                .optional("ignore_case", .bool("Default: false.")),
                .optional(
                    "path",
                    .string(
                        "Only in these files: a folder, or a pattern with * and **. All unless given.", length: 1...200)
                ),
            ])
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
                .optional(
                    "requirements",
                    .array(
                        .object([
                            .required("id", .string("The requirement's id.", length: 1...5)),
                            .required("files", .array(Self.path, "Code that fulfils it.", count: 1...50)),
                            .required("tests", .array(Self.path, "Test files that show it.", count: 1...50)),
                        ]), "Only for requirements that no task of the plan or no approved test serves.",
                        count: 0...200)),
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
        case .search: "Finds text in the files; answers path, line number and line, at most \(Search.maximumHits)."
        case .finish: "Ends the work. Refused while something is missing or broken, with what it is."
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
