/// The blocks of a prompt in the order in which they are cached (tools, system, messages): their running length, and a
/// running hash by which a prefix is known again.
struct PromptTrail {
    struct Boundary {
        let hash: Int
        let bytes: Int
        let isMarked: Bool
    }

    private var hasher = Hasher()
    private(set) var bytes = 0
    /// One after each block.
    private(set) var boundaries: [Boundary] = []

    /// Two accounts never share a prefix.
    init(account: String) { hasher.combine(account) }

    mutating func add(_ block: [UInt8], kind: String, isMarked: Bool) {
        hasher.combine(kind)
        hasher.combine(block)
        bytes += block.count
        boundaries.append(Boundary(hash: hasher.finalize(copy: ()), bytes: bytes, isMarked: isMarked))
    }

    var marks: Int { boundaries.count(where: \.isMarked) }

    /// A token is taken as four bytes.
    static func tokens(_ bytes: Int) -> Int { (bytes + 3) / 4 }
}

extension Hasher {
    /// The hash so far, with the hasher left as it is.
    fileprivate func finalize(copy: Void) -> Int {
        let copy = self
        return copy.finalize()
    }
}
