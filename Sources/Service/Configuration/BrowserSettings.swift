internal import HTTPServer

extension Settings {
    /// `SPECWRIGHT_CORS_ORIGINS`: whose pages may call the API from a browser. Each origin whole; no wildcard.
    mutating func origins() -> [String] {
        let name = "SPECWRIGHT_CORS_ORIGINS"
        let origins = (optional(name) ?? "").split(separator: ",").map { text in
            String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        if !origins.allSatisfy(CrossOrigin.isOrigin) {
            add(problem: "\(name) must be origins such as https://app.example.com, with commas between them")
        }
        return origins
    }
}
