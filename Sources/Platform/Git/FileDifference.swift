/// What became of one file between two trees.
package struct FileDifference: Sendable, Equatable {
    package enum Change: Sendable, Equatable {
        case added, removed, modified
        /// `similarity` in per cent: 100 is the same content in another place.
        case renamed(from: String, similarity: Int)
    }

    /// Its path now; where it was, if it is removed.
    package let path: String
    package let change: Change
    package let addedLines: Int
    package let removedLines: Int
    /// Its content has no lines to speak of.
    package let isBinary: Bool
    /// As `git diff --binary --full-index` writes it, for `git apply`.
    package let patch: [UInt8]
}
