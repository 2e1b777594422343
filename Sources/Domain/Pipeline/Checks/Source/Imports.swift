import Artifacts
import Kernel

/// Imports inside the tree that lead nowhere, where that can be told by reading.
enum Imports {
    /// One an import, in the order of the files: the file that imports, and a sentence.
    static func faults(in tree: FileTree) -> [(path: FilePath, sentence: String)] {
        let python = PythonModules(tree)
        return tree.paths.flatMap { path -> [(path: FilePath, sentence: String)] in
            guard let content = tree[path], let language = Language.of(path) else { return [] }
            switch language.family {
            case .python: return python.faults(in: content, at: path).map { (path, $0) }
            case .script: return ScriptImports.faults(in: content, at: path, tree: tree).map { (path, $0) }
            default: return []
            }
        }
    }
}

/// Relative imports of JavaScript and TypeScript.
enum ScriptImports {
    static func faults(in content: String, at path: FilePath, tree: FileTree) -> [String] {
        let scan = SourceScan(content, .script)
        let bytes = Array(content.utf8)
        return specifiers(scan.code, bytes).compactMap { line, text in
            guard text.hasPrefix("./") || text.hasPrefix("../") || text == "." || text == ".." else { return nil }
            return fault(of: text, line: line, at: path, tree: tree)
        }
    }

    private static func fault(of text: String, line: Int, at path: FilePath, tree: FileTree) -> String? {
        let target = String(text.prefix { $0 != "?" && $0 != "#" })
        guard let place = RelativePath.resolve(target, from: path.directories.last ?? "") else {
            return "\(path) line \(line) imports \"\(text)\", which is outside the project"
        }
        // What a tool makes, or what is no text, is not in the tree.
        let made: Set = ["dist", "build", "generated", "__generated__", "node_modules", "pkg", "wasm", "out"]
        if place.split(separator: "/").contains(where: { made.contains(String($0)) }) { return nil }
        let suffix = place.split(separator: "/").last?.split(separator: ".").dropFirst().last.map(String.init) ?? ""
        if assets.contains(suffix) { return nil }
        var candidates = [place] + suffixes.map { place + "." + $0 }
        let folder = place.isEmpty ? "" : place + "/"
        candidates += suffixes.map { folder + "index." + $0 } + [folder + "package.json"]
        for (written, source) in [("js", "ts"), ("js", "tsx"), ("jsx", "tsx"), ("mjs", "mts"), ("cjs", "cts")]
        where suffix == written {
            candidates.append(place.dropLast(written.count) + source)
        }
        let isThere = candidates.contains { (try? FilePath($0)).map { tree[$0] != nil } ?? false }
        return isThere ? nil : "\(path) line \(line) imports \"\(text)\", and there is no such file"
    }

    private static let suffixes = [
        "js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts", "d.ts", "json", "vue", "svelte", "css", "scss",
    ]

    private static let assets: Set = [
        "png", "jpg", "jpeg", "gif", "webp", "ico", "avif", "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4", "webm",
        "wav", "pdf", "wasm", "node",
    ]

    /// What stands in quotes after `from`, `import`, `import(` or `require(`.
    private static func specifiers(_ code: [UInt8], _ bytes: [UInt8]) -> [(line: Int, text: String)] {
        var found: [(Int, String)] = []
        var line = 1
        var index = 0
        while index < code.count {
            let byte = code[index]
            if byte == UInt8(ascii: "\n") { line += 1 }
            defer { index += 1 }
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"), introduces(code[..<index]) else { continue }
            guard let end = code[(index + 1)...].firstIndex(of: byte) else { continue }
            found.append((line, String(decoding: bytes[index + 1..<end], as: UTF8.self)))
            index = end
        }
        return found
    }

    private static func introduces(_ code: ArraySlice<UInt8>) -> Bool {
        var end = code.endIndex
        func skipSpace() { while end > code.startIndex, code[end - 1] <= UInt8(ascii: " ") { end -= 1 } }
        skipSpace()
        let isCall = end > code.startIndex && code[end - 1] == UInt8(ascii: "(")
        if isCall {
            end -= 1
            skipSpace()
        }
        for word in isCall ? ["require", "import"] : ["from", "import"]
        where code[..<end].suffix(word.utf8.count).elementsEqual(word.utf8) {
            let before = end - word.utf8.count - 1
            guard before >= code.startIndex else { return true }
            return code[before] <= UInt8(ascii: " ") || "({};,=*!".utf8.contains(code[before])
        }
        return false
    }
}

enum RelativePath {
    /// The path from the root, `nil` when it leads out of it.
    static func resolve(_ target: String, from folder: String) -> String? {
        var segments = folder.split(separator: "/").map(String.init)
        for part in target.split(separator: "/") where part != "." {
            if part == ".." {
                guard segments.popLast() != nil else { return nil }
            } else {
                segments.append(String(part))
            }
        }
        return segments.joined(separator: "/")
    }
}
