package import ModelGateway

/// What an agent is told before anything else, the same for every feature and every tenant.
package struct Prompt: Sendable, Equatable {
    package let agent: AgentName
    /// Of the agent's own file, and of the governance text that heads it.
    package let version: Int
    package let governanceVersion: Int
    /// The agent's marker line, who it is and the governance text, then the agent's own text. Both stay the same between
    /// requests, so both end a prefix that providers may cache.
    package let system: [SystemBlock]

    /// Tells texts apart, whatever their version says (FNV-1a, 64 bits; nothing here is worth an attack).
    package let fingerprint: String

    /// What a run records: `spec/1 governance/1 0123456789abcdef`.
    package var reference: String { "\(agent.rawValue)/\(version) governance/\(governanceVersion) \(fingerprint)" }

    init(agent: AgentName, file: PromptFile, governance: PromptFile) {
        self.agent = agent
        version = file.version
        governanceVersion = governance.version
        let (head, rest) = file.headAndRest
        system = [
            SystemBlock(head + "\n\n" + governance.text, cache: true), SystemBlock(rest, cache: true),
        ]
        fingerprint = Self.fingerprint(of: head + governance.text + rest)
    }

    fileprivate static func fingerprint(of text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// A prompt as its file has it: a version line, then the text.
package struct PromptFile: Sendable {
    package let name: String
    package let version: Int
    let text: String

    /// Files come with the build; one without a version line is a mistake that no run should survive.
    init(_ bytes: [UInt8], name: String) {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: " ")
        guard parts.count == 2, words.count == 4, words[0] == "<!--", words[1] == "version:", words[3] == "-->",
            let version = Int(words[2])
        else { preconditionFailure("\(name).md does not begin with its version") }
        self.name = name
        self.version = version
        self.text = String(parts[1].drop(while: \.isNewline))
    }

    /// Of this file alone; the version line does not count.
    package var fingerprint: String { Prompt.fingerprint(of: text) }

    /// What stands before the first empty line, the marker and who the agent is, and what follows it.
    var headAndRest: (String, String) {
        guard let gap = text.firstRange(of: "\n\n") else { return (text, "") }
        return (String(text[..<gap.lowerBound]), String(text[gap.upperBound...]))
    }
}
