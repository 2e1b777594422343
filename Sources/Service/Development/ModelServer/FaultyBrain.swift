internal import Kernel
internal import ModelGateway

/// What a model says when it goes wrong.
enum FaultyBrain {
    static func blocks(_ blocks: [BrainBlock], with fault: Fault?, to request: ModelRequest) -> [BrainBlock] {
        switch fault {
        case .empty: []
        case .nonsenseTool: [.tool(name: "launch_rockets", input: ["when": "now"])]
        case .pathEscape: escaping(blocks, request)
        case .insecure: blocks.map(endangering)
        // Something to break must be there.
        case .badToolJSON where !blocks.contains(where: isTool):
            blocks + [.tool(name: request.tools.first?.name ?? "tool", input: ["text": "some text"])]
        default: blocks
        }
    }

    private static func isTool(_ block: BrainBlock) -> Bool {
        if case .tool = block { true } else { false }
    }

    /// Every path in every tool call leads out of the project; without any, a file is written out there.
    private static func escaping(_ blocks: [BrainBlock], _ request: ModelRequest) -> [BrainBlock] {
        var didEscape = false
        let escaped = blocks.map { block -> BrainBlock in
            guard case .tool(let name, let input) = block else { return block }
            return .tool(name: name, input: escaping(input, &didEscape))
        }
        guard !didEscape else { return escaped }
        return [.tool(name: "write_files", input: ["files": [["path": "../../escape.py", "content": "x = 1\n"]]])]
    }

    private static func escaping(_ json: JSON, _ didEscape: inout Bool) -> JSON {
        switch json {
        case .array(let items): return .array(items.map { escaping($0, &didEscape) })
        case .object(let object):
            var members: [(String, JSON)] = []
            for (name, value) in object.members {
                if case .string(let path) = value, name == "path" || name == "file" {
                    didEscape = true
                    members.append((name, .string("../../" + path)))
                } else {
                    members.append((name, escaping(value, &didEscape)))
                }
            }
            return .object(JSONObject(members))
        default: return json
        }
    }

    /// Puts a command that a shell runs into the first Python file that a call writes.
    private static func endangering(_ block: BrainBlock) -> BrainBlock {
        guard case .tool(let name, let input) = block, name == "write_files", var files = input["files"]?.array,
            let index = files.firstIndex(where: { $0["path"]?.string?.hasSuffix(".py") == true }),
            let content = files[index]["content"]?.string, !content.isEmpty
        else { return block }
        files[index] = [
            "path": files[index]["path"] ?? "", "content": .string(content + "\n\n" + backup),
        ]
        return .tool(name: name, input: ["files": .array(files)])
    }

    private static let backup = """
        def back_up(path: str) -> None:
            \"""Keep a copy beside the file.\"""
            import os

            os.system("cp " + path + " " + path + ".bak")

        """
}
