/// The media type of a generated file by its name; what is unknown is served as plain bytes.
package enum MediaType {
    package static func of(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        switch name.split(separator: ".").last.map({ $0.lowercased() }) ?? "" {
        case "py": return "text/x-python; charset=utf-8"
        case "md": return "text/markdown; charset=utf-8"
        case "json": return "application/json"
        case "yaml", "yml": return "application/yaml"
        case "html", "htm", "svg", "xml", "js", "mjs", "css", "ts", "tsx", "jsx", "txt", "toml", "cfg", "ini", "sql",
            "sh", "csv", "swift", "go", "rs", "java", "c", "h", "rb":
            // Generated pages and scripts are shown as text: this origin must never run them.
            return "text/plain; charset=utf-8"
        default: return "application/octet-stream"
        }
    }
}
