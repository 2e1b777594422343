internal import HTTPServer
internal import Kernel
internal import ObjectStore

/// A small page for people: no script, nothing loaded, a style that the policy names by its hash.
struct Page {
    let title: String
    /// HTML; every text in it has gone through `escaped` or `prose`.
    let body: String

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
        h1{font-size:1.6rem;line-height:1.2}code{background:#f2f2f2;padding:.1em .3em;border-radius:3px}a{color:#0b57d0}
        dt{font-weight:600;margin-top:1rem}dd{margin:0}table{border-collapse:collapse}td{padding:.25rem 1rem .25rem 0;vertical-align:top}
        @media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#161616}code{background:#2a2a2a}a{color:#8ab4f8}}
        """

    /// CSP level 3: a style element whose text has this hash is the only thing that may take effect.
    private static let policy: String = {
        let hash = Base64URL.encode(SHA256.digest(Array(style.utf8)))
        let base64 = hash.replacing("-", with: "+").replacing("_", with: "/") + "="
        return
            "default-src 'none'; style-src 'sha256-\(base64)'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }()

    func response(status: Int = 200) -> Response {
        let html = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(Self.escaped(title)) · Specwright</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            \(body)
            </body>
            </html>

            """
        return Response(
            status: status,
            headers: HTTPHeaders([
                ("content-type", "text/html; charset=utf-8"), ("content-security-policy", Self.policy),
                ("cache-control", "public, max-age=3600"), ("vary", "Accept"),
            ]),
            body: .bytes(Array(html.utf8)))
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// Text in which `backticks` mark code.
    static func prose(_ text: String) -> String {
        escaped(text).split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            index.isMultiple(of: 2) ? String(part) : "<code>\(part)</code>"
        }.joined()
    }
}
