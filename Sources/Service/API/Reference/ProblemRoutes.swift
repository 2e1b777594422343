internal import HTTPServer
internal import Kernel

/// `GET /problems` and `GET /problems/{type}`: where a problem's `type` leads. For anybody, as a page or as JSON.
struct ProblemRoutes {
    func register(on router: inout Router) {
        router.on(.get, "/problems") { request in list(request) }
        router.on(.get, "/problems/{type}") { request in try show(request) }
    }

    private func list(_ request: Request) -> Response {
        guard !request.prefersJSON else { return .items(ProblemCatalogue.all).kept }
        let rows = ProblemCatalogue.all.map { type in
            "<tr><td>\(type.status)</td><td><a href=\"\(type.path)\">\(type.code)</a></td>"
                + "<td>\(Page.escaped(type.title))</td></tr>"
        }
        return Page(
            title: "Problems",
            body: """
                <h1>What can go wrong, and what to do</h1>
                <p>\(Page.prose("Every error of the API is `application/problem+json` (RFC 9457). Its `type` is one of these."))</p>
                <table>
                \(rows.joined(separator: "\n"))
                </table>
                """
        ).response()
    }

    private func show(_ request: Request) throws -> Response {
        guard let type = ProblemCatalogue.type(try request.parameters.require("type")) else {
            throw Problem.notFound("kind of problem")
        }
        guard !request.prefersJSON else { return .json(type).kept }
        return Page(
            title: type.title,
            body: """
                <h1>\(Page.escaped(type.title))</h1>
                <dl>
                <dt>What it means</dt><dd>\(Page.prose(type.meaning))</dd>
                <dt>What to do</dt><dd>\(Page.prose(type.remedy))</dd>
                <dt>Status</dt><dd>\(type.status)</dd>
                <dt>Type</dt><dd><code>\(type.path)</code></dd>
                </dl>
                <p><a href="/problems">All problems</a></p>
                """
        ).response()
    }
}

extension Request {
    /// Whether the client would rather have JSON than a page. Whoever takes anything gets the page.
    fileprivate var prefersJSON: Bool {
        guard let header = headers["accept"] else { return false }
        let accepted = QualityList(header)
        return accepted.quality(of: "application/json", orLike: "application/*", "*/*")
            > accepted.quality(of: "text/html", orLike: "text/*", "*/*")
    }
}

extension Response {
    /// For caches: it is the same for everybody, and depends on what was asked for.
    fileprivate var kept: Response {
        var response = self
        response.headers["cache-control"] = "public, max-age=3600"
        response.headers["vary"] = "Accept"
        return response
    }
}
