internal import Glibc
internal import HTTPServer
internal import Synchronization

/// Swagger UI's files in a folder: those that the page uses, read when they are first asked for.
package final class DocsAssets: Sendable {
    static let setting = "SPECWRIGHT_DOCS_ASSETS"
    static let package = "drf-spectacular-sidecar"

    private static let types = [
        "swagger-ui.css": "text/css; charset=utf-8", "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
        "favicon-32x32.png": "image/png",
    ]

    private let folder: String
    private let files = Mutex<[String: StaticFile]>([:])

    /// - Returns: `nil` when the folder lacks one of the files.
    package init?(folder: String) {
        guard Self.types.keys.allSatisfy({ access("\(folder)/\($0)", R_OK) == 0 }) else { return nil }
        self.folder = folder
    }

    /// Where `tools/install` puts them, below the project's folder.
    package static func installed(below root: String) -> DocsAssets? {
        let pattern =
            "\(root)/.venv/lib/python3*/site-packages/drf_spectacular_sidecar/static/"
            + "drf_spectacular_sidecar/swagger-ui-dist"
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0, let path = found.gl_pathv[0] else { return nil }
        return DocsAssets(folder: String(cString: path))
    }

    /// - Returns: `nil` for a name that is none of them.
    func file(_ name: String) throws -> StaticFile? {
        guard let type = Self.types[name] else { return nil }
        return try files.withLock { files in
            if let known = files[name] { return known }
            let file = StaticFile(try readFile("\(folder)/\(name)"), type: type)
            files[name] = file
            return file
        }
    }
}

extension Settings {
    /// The folder that was named, or that this installation has; `nil` for none.
    mutating func docsAssets() -> DocsAssets? {
        guard let folder = optional(DocsAssets.setting) else {
            return (try? Resources.find()).flatMap { DocsAssets.installed(below: $0.root) }
        }
        let assets = DocsAssets(folder: folder)
        if assets == nil { add(problem: "\(DocsAssets.setting) is not a readable folder with Swagger UI's files") }
        return assets
    }
}
