internal import HTTPServer
internal import Kernel
internal import Synchronization

/// `GET /docs`: the description in Swagger UI, for people. For anybody; nothing is loaded from anywhere else.
///
/// Swagger UI's files come with the installation, not with the sources: see `DocsAssets`.
struct DocsRoutes {
    private let assets: DocsAssets?

    init(assets: DocsAssets?) { self.assets = assets }

    /// Swagger UI sets styles from its script, which needs no permission, and has its icons in data URLs.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private static let page = StaticFile(
        Array(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>API · Specwright</title>
            <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
            <link rel="stylesheet" href="/docs/swagger-ui.css">
            </head>
            <body>
            <noscript>Without JavaScript, read <a href="/api/openapi.yaml">openapi.yaml</a>.</noscript>
            <div id="swagger-ui"></div>
            <script src="/docs/swagger-ui-bundle.js"></script>
            <script src="/docs/start.js"></script>
            </body>
            </html>

            """.utf8),
        type: "text/html; charset=utf-8", headers: [("content-security-policy", policy)])

    private static let start = StaticFile(
        Array(
            """
            SwaggerUIBundle({
                url: "/api/openapi.yaml",
                dom_id: "#swagger-ui",
                deepLinking: true,
                docExpansion: "list",
                defaultModelsExpandDepth: 0,
                persistAuthorization: false,
                validatorUrl: null,
            });

            """.utf8),
        type: "text/javascript; charset=utf-8")

    func register(on router: inout Router) {
        let assets = assets
        router.on(.get, "/docs") { request in
            guard assets != nil else { return Self.missing }
            return await Self.page.response(to: request)
        }
        router.on(.get, "/docs/{file}") { request in
            let name = try request.parameters.require("file")
            if name == "start.js" { return await Self.start.response(to: request) }
            guard let file = try assets?.file(name) else { throw Problem.notFound("page") }
            return await file.response(to: request)
        }
    }

    private static var missing: Response {
        Page(
            title: "API",
            body: """
                <h1>The API's description</h1>
                <p>It is here as <a href="/api/openapi.yaml">openapi.yaml</a> and as <a href="/api/openapi.json">JSON</a>.</p>
                <p>\(Page.prose("This installation lacks Swagger UI's files, which would show it. `tools/install` brings them on a machine with the sources; elsewhere, unpack `\(DocsAssets.package)` from PyPI and set `\(DocsAssets.setting)` to its folder `swagger-ui-dist`."))</p>
                <p><a href="/problems">What can go wrong, and what to do</a></p>
                """
        ).response()
    }
}
