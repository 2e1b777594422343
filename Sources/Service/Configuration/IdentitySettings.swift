internal import Tokens
internal import YAML

extension Settings {
    private static let file = "SPECWRIGHT_IDENTITY"
    private static let single = ["SPECWRIGHT_ISSUER", "SPECWRIGHT_AUDIENCE", "SPECWRIGHT_JWKS_URL"]

    /// Whose tokens let people in: one issuer by three variables, or any number by a file.
    mutating func issuers() -> [TrustedIssuer] {
        guard let path = optional(Self.file) else {
            return [
                TrustedIssuer(
                    issuer: required(Self.single[0], "the \"iss\" of the tokens that let people in"),
                    audiences: [required(Self.single[1], "the \"aud\" that tokens for this service carry")],
                    jwksURL: required(Self.single[2], "where the issuer publishes its keys"))
            ]
        }
        for name in Self.single { refuse(name, "\(Self.file) names the issuers") }
        do {
            return try IdentityFile.read(try readFile(path), file: path)
        } catch {
            add(problem: "\(Self.file): \(error)")
            return []
        }
    }
}

/// `identity.yaml`: the issuers whose tokens are accepted (docs/identity.md).
enum IdentityFile {
    static func read(_ bytes: [UInt8], file: String) throws(YAMLError) -> [TrustedIssuer] {
        var root = try YAMLFields(YAML.parse(bytes, file: file), "identity.yaml")
        var issuers: [TrustedIssuer] = []
        for node in try root.sequence("issuers", count: 1...50) {
            let issuer = try self.issuer(node)
            guard !issuers.contains(where: { $0.issuer == issuer.issuer }) else {
                throw YAMLError(node.place, "The issuer \(issuer.issuer) is there twice.")
            }
            issuers.append(issuer)
        }
        try root.finish()
        return issuers
    }

    private static func issuer(_ node: YAMLNode) throws(YAMLError) -> TrustedIssuer {
        var fields = try YAMLFields(node, "issuers")
        let preset = try fields.take("preset").map { node throws(YAMLError) in try self.preset(node) }
        let issuer = try fields.text("issuer", length: 1...2_048)
        let jwks = try fields.optionalText("jwks_url", length: 1...2_048)
        let discovery = try fields.optionalText("discovery_url", length: 1...2_048)
        let audiences = try fields.take("audience").map { node throws(YAMLError) in try texts(node, "audience") }
        var names = preset?.names ?? .standard
        if let claims = fields.take("claims") { try read(claims, into: &names) }
        if let node = fields.take("require") { try require(node, &names) }
        try fields.finish()
        let keys: TrustedIssuer.Keys =
            switch (jwks, discovery) {
            case (let url?, nil): .at(url)
            case (nil, let url?): .discovered(at: url)
            case (nil, nil): preset?.keys(of: issuer) ?? .discovered(at: Discovery.url(of: issuer))
            case (_?, _?): throw YAMLError(node.place, "Give \"jwks_url\" or \"discovery_url\", not both.")
            }
        for url in [issuer, jwks, discovery].compactMap({ $0 }) where URLHost.of(url) == nil {
            throw YAMLError(node.place, "\(url) is not a URL.")
        }
        guard let audiences = audiences ?? preset?.audiences, !audiences.isEmpty else {
            throw YAMLError(
                node.place,
                "\"audience\" is missing: without it, a token for any other service of this issuer would do.")
        }
        return TrustedIssuer(issuer: issuer, audiences: audiences, keys: keys, names: names)
    }

    private static func preset(_ node: YAMLNode) throws(YAMLError) -> IdentityPreset {
        let name = try node.text("preset", length: 1...40)
        guard let preset = IdentityPreset(rawValue: name) else {
            let known = IdentityPreset.allCases.map(\.rawValue).joined(separator: ", ")
            throw YAMLError(node.place, "There is no preset \"\(name)\". Known: \(known).")
        }
        return preset
    }

    private static func read(_ node: YAMLNode, into names: inout ClaimNames) throws(YAMLError) {
        var fields = try YAMLFields(node, "claims")
        if let node = fields.take("subject") { names.subject = try texts(node, "subject") }
        if let node = fields.take("audience") { names.audience = try texts(node, "audience") }
        if let node = fields.take("email") { names.email = try texts(node, "email") }
        if let node = fields.take("email_verified") { names.emailIsVerified = try texts(node, "email_verified") }
        if let node = fields.take("name") { names.name = [try texts(node, "name")] }
        try fields.finish()
    }

    private static func require(_ node: YAMLNode, _ names: inout ClaimNames) throws(YAMLError) {
        for entry in try node.mapping("require") {
            names.required.removeAll { $0.path == [entry.key] }
            names.required.append(
                ClaimNames.Requirement([entry.key], try entry.value.text(entry.key, length: 1...500)))
        }
    }

    /// One text or a list of them. A claim's name may hold dots and slashes; a list is the way through nested objects.
    private static func texts(_ node: YAMLNode, _ name: String) throws(YAMLError) -> [String] {
        guard case .sequence(let nodes) = node.content else { return [try node.text(name, length: 1...500)] }
        guard (1...20).contains(nodes.count) else { throw YAMLError(node.place, "\"\(name)\" is an empty list.") }
        var texts: [String] = []
        for node in nodes { texts.append(try node.text(name, length: 1...500)) }
        return texts
    }
}
