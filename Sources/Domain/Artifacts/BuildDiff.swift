package import Git
package import Kernel

/// What differs between two builds, as clients see it.
package struct BuildDiff: Sendable {
    /// Text beyond this is not handed out: nobody reads it, and the summary says the same in less.
    package static let patchBytes = 8 << 20

    package let build: Int
    /// 0 stands for nothing at all.
    package let against: Int
    package let differences: [FileDifference]

    package init(build: Int, against: Int, differences: [FileDifference]) {
        self.build = build
        self.against = against
        self.differences = differences
    }

    /// A unified diff that makes `build` of `against`, for `git apply`.
    ///
    /// - Throws: `Problem`, 406, when it is too long.
    package func patch() throws(Problem) -> [UInt8] {
        let size = differences.reduce(0) { $0 + $1.patch.count }
        guard size <= Self.patchBytes else {
            throw Problem(
                "diff-too-large", status: 406, title: "Too long as text",
                detail: "The unified diff would have \(size) bytes, and \(Self.patchBytes) are the most that is sent. "
                    + "Ask for application/json, which lists the files with their lines, or download both builds.")
        }
        return differences.flatMap(\.patch)
    }
}

extension BuildDiff: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("build")
            json.integer(build)
            json.key("against")
            json.integer(against)
            json.key("added_lines")
            json.integer(differences.reduce(0) { $0 + $1.addedLines })
            json.key("removed_lines")
            json.integer(differences.reduce(0) { $0 + $1.removedLines })
            json.key("files")
            json.array { json in
                for difference in differences { Self.write(difference, to: &json) }
            }
        }
    }

    private static func write(_ difference: FileDifference, to json: inout JSONWriter) {
        json.object { json in
            json.key("path")
            json.string(difference.path)
            json.key("change")
            switch difference.change {
            case .added: json.string("added")
            case .removed: json.string("removed")
            case .modified: json.string("modified")
            case .renamed(let old, let similarity):
                json.string("renamed")
                json.key("from")
                json.string(old)
                json.key("similarity")
                json.integer(similarity)
            }
            json.key("added_lines")
            json.integer(difference.addedLines)
            json.key("removed_lines")
            json.integer(difference.removedLines)
            json.key("binary")
            json.bool(difference.isBinary)
        }
    }
}
