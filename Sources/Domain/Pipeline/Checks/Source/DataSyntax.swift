import Kernel
import YAML

/// Whether a JSON, YAML or TOML file parses. Files of other kinds pass.
enum DataSyntax {
    static func fault(in content: String, at path: FilePath) -> String? {
        switch path.suffix {
        case "json", "webmanifest", "ipynb", "geojson": json(content, path)
        case "yaml", "yml": yaml(content, path)
        case "toml": TOML.fault(in: content)
        default: nil
        }
    }

    private static func json(_ content: String, _ path: FilePath) -> String? {
        // Their readers allow comments and trailing commas.
        let hasComments =
            path.name.hasPrefix("tsconfig") || path.name.hasPrefix("jsconfig") || path.name.hasPrefix(".")
            || path.directories.contains { $0 == ".vscode" || $0.hasSuffix("/.vscode") || $0.contains("devcontainer") }
        guard !hasComments else { return nil }
        do throws(JSONError) {
            _ = try JSON(parsing: content.hasPrefix("\u{FEFF}") ? String(content.dropFirst()) : content)
            return nil
        } catch {
            return "it is not valid JSON: \(error)"
        }
    }

    private static func yaml(_ content: String, _ path: FilePath) -> String? {
        // Templates are YAML only once they are filled in.
        guard !content.contains("{{"), !content.contains("{%") else { return nil }
        do throws(YAMLError) {
            try YAML.check(Array(content.utf8), file: path.name)
            return nil
        } catch {
            return "line \(error.place.line): \(error.reason)"
        }
    }
}
