package import Kernel

/// One kind of problem that the API answers, as `/problems/{code}` explains it.
package struct ProblemType: Sendable {
    /// Stable; the last part of a problem's `type`.
    package let code: String
    package let status: Int
    package let title: String
    /// What has happened, for whoever meets it for the first time.
    let meaning: String
    /// The one thing to do next.
    let remedy: String

    init(_ code: String, _ status: Int, _ title: String, means meaning: String, do remedy: String) {
        self.code = code
        self.status = status
        self.title = title
        self.meaning = meaning
        self.remedy = remedy
    }

    package var path: String { "/problems/\(code)" }
}

extension ProblemType: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("type")
            json.string(path)
            json.key("title")
            json.string(title)
            json.key("status")
            json.integer(status)
            json.key("meaning")
            json.string(meaning)
            json.key("remedy")
            json.string(remedy)
        }
    }
}
