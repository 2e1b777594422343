import Artifacts
import Kernel

/// The Python packages of a tree, and imports between its modules that cannot work.
///
/// Only what is certain: a relative import, or an absolute one whose first name is a package of this tree.
struct PythonModules {
    /// Files without their suffix, and folders that hold Python: `pkg/mod`, `pkg`.
    private let modules: [String: FilePath]
    private let folders: Set<String>
    private let tree: FileTree

    init(_ tree: FileTree) {
        self.tree = tree
        var modules: [String: FilePath] = [:]
        var folders: Set<String> = []
        for path in tree.paths where path.suffix == "py" || path.suffix == "pyi" {
            modules[String(path.text.dropLast(path.suffix.count + 1))] = path
            folders.formUnion(path.directories)
        }
        self.modules = modules
        self.folders = folders
    }

    func faults(in content: String, at path: FilePath) -> [String] {
        // An import that may fail says so.
        guard !["ImportError", "ModuleNotFoundError"].contains(where: content.contains) else { return [] }
        return statements(in: content).compactMap { statement in
            fault(of: statement, at: path).map { "\(path) line \(statement.line): \($0)" }
        }
    }

    private struct Statement {
        let line: Int
        /// Leading dots of a relative import.
        let dots: Int
        let module: [String]
        /// `nil` for `import module`; empty for `*`.
        let names: [String]?
    }

    private func fault(of statement: Statement, at path: FilePath) -> String? {
        let written = String(repeating: ".", count: statement.dots) + statement.module.joined(separator: ".")
        let target: String
        if statement.dots > 0 {
            let folder = path.directories.last ?? ""
            let up = [String](repeating: "..", count: statement.dots - 1).joined(separator: "/")
            guard let base = RelativePath.resolve(up, from: folder) else {
                return "\"\(written)\" is outside the project"
            }
            target = ([base] + statement.module).filter { !$0.isEmpty }.joined(separator: "/")
            guard isThere(target) || (target.isEmpty && statement.module.isEmpty) else {
                return "there is no module \"\(written)\""
            }
        } else {
            guard let found = root(of: statement.module) else { return nil }
            target = found + statement.module.joined(separator: "/")
            guard isThere(target) else { return "there is no module \"\(written)\" in this project" }
        }
        return statement.names?.lazy.compactMap { missing($0, in: target, written) }.first
    }

    /// The folder that holds the package or module of this name, when it is this tree's.
    private func root(of module: [String]) -> String? {
        guard let first = module.first else { return nil }
        return ["", "src/"].first { root in
            modules["\(root)\(first)/__init__"] != nil || (module.count == 1 && modules[root + first] != nil)
        }
    }

    private func isThere(_ place: String) -> Bool { modules[place] != nil || folders.contains(place) }

    /// Whether the module says this name nowhere, and there is no module of that name below it.
    private func missing(_ name: String, in place: String, _ written: String) -> String? {
        if isThere(place.isEmpty ? name : "\(place)/\(name)") { return nil }
        guard let path = modules[place] ?? modules[place.isEmpty ? "__init__" : "\(place)/__init__"] else {
            return folders.contains(place) || place.isEmpty
                ? "\"\(written)\" has nothing called \"\(name)\"" : nil
        }
        guard let content = tree[path] else { return nil }
        // Names that are made at run time cannot be told by reading.
        let dynamic = ["import *", "__getattr__", "globals()", "setattr(", "exec(", "namedtuple", "Enum("]
        guard !dynamic.contains(where: content.contains) else { return nil }
        let isSaid = content.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == name }
        return isSaid ? nil : "\"\(written)\" (\(path)) has nothing called \"\(name)\""
    }

    // MARK: Reading

    private func statements(in content: String) -> [Statement] {
        let code = String(decoding: SourceScan(content, .python).code, as: UTF8.self)
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        var found: [Statement] = []
        var index = 0
        while index < lines.count {
            let number = index + 1
            var text = lines[index].trimmed
            index += 1
            guard text.hasPrefix("from ") || text.hasPrefix("import ") else { continue }
            while text.hasSuffix("\\") || (text.contains("(") && !text.contains(")")), index < lines.count {
                text = (text.hasSuffix("\\") ? String(text.dropLast()) : text) + " " + lines[index].trimmed
                index += 1
            }
            found += Self.statements(of: text, line: number)
        }
        return found
    }

    private static func statements(of text: String, line: Int) -> [Statement] {
        let words = text.split(separator: ";").first.map(String.init) ?? text
        if words.hasPrefix("import ") {
            return words.dropFirst("import ".count).split(separator: ",").compactMap { part in
                guard let module = part.split(whereSeparator: \.isWhitespace).first else { return nil }
                return Statement(line: line, dots: 0, module: module.split(separator: ".").map(String.init), names: nil)
            }
        }
        guard let cut = words.firstRange(of: " import") else { return [] }
        let module = words[..<cut.lowerBound].dropFirst("from ".count).filter { !$0.isWhitespace }
        let dots = module.prefix { $0 == "." }.count
        let names = words[cut.upperBound...].filter { $0 != "(" && $0 != ")" }.split(separator: ",").compactMap {
            $0.split(whereSeparator: \.isWhitespace).first.map(String.init)
        }.filter { $0 != "*" }
        return [
            Statement(
                line: line, dots: dots, module: module.dropFirst(dots).split(separator: ".").map(String.init),
                names: names)
        ]
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
    }
}
