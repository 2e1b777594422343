internal import APIClient
internal import Kernel

/// Which server is talked to, and as whom.
struct Session: Sendable {
    let server: ServerAddress
    let token: Redacted<String>?
    /// The team that requests act in; `nil` is the person's own tenant.
    let tenant: String?
    /// The profile it comes from, if it does.
    let profile: String?

    /// In this order: the options, the environment, the profiles. A profile's token goes to the profile's server alone.
    init(_ words: ParsedWords, environment: [String: String]) throws {
        let tenant = words.value("tenant") ?? environment.filled("SPECWRIGHT_TENANT")
        let named = try words.value("server").map(Self.address)
        let token = environment.filled("SPECWRIGHT_TOKEN").map { Redacted($0) }
        let server = try named ?? environment.filled("SPECWRIGHT_URL").map(Self.address)
        if let name = words.value("profile") {
            let profile = try Self.profile(name, environment)
            guard named == nil || named == profile.server else {
                throw Trouble.usage(
                    "The profile \"\(name)\" is for \(profile.server), and its token is sent nowhere else",
                    next: "specwright login --server \(named?.origin ?? "URL")")
            }
            self.init(profile, tenant)
        } else if let server, let token {
            self.init(server: server, token: token, tenant: tenant, profile: nil)
        } else {
            let profiles = try Profiles(environment: environment)
            let chosen = server.map { profiles.profile(of: $0) } ?? profiles.chosen
            if let chosen {
                self.init(
                    server: chosen.server, token: token ?? chosen.token, tenant: tenant ?? chosen.tenant,
                    profile: chosen.name)
            } else if let server {
                self.init(server: server, token: nil, tenant: tenant, profile: nil)
            } else {
                throw Trouble(
                    what: "You are not signed in", why: "No server is known here.",
                    next: "specwright login --server URL", status: .signIn)
            }
        }
    }

    private init(_ profile: Profiles.Profile, _ tenant: String?) {
        self.init(
            server: profile.server, token: profile.token, tenant: tenant ?? profile.tenant, profile: profile.name)
    }

    init(server: ServerAddress, token: Redacted<String>?, tenant: String?, profile: String?) {
        self.server = server
        self.token = token
        self.tenant = tenant
        self.profile = profile
    }

    private static func profile(_ name: String, _ environment: [String: String]) throws -> Profiles.Profile {
        guard let profile = try Profiles(environment: environment)[name] else {
            throw Trouble.usage("There is no profile \"\(name)\"", next: "specwright profiles list")
        }
        return profile
    }

    /// - Throws: `Trouble` that says what to write instead.
    static func address(_ text: String) throws -> ServerAddress {
        do {
            return try ServerAddress(text)
        } catch .notAnAddress {
            throw Trouble.usage(
                "\"\(text)\" is not the address of a server", next: "Write it as https://specwright.example.com")
        } catch .hasPath(let origin) {
            throw Trouble.usage("A server's address has no path", next: "Write it as \(origin)")
        } catch .notEncrypted(let host) {
            throw Trouble(
                what: "http://\(host) is refused",
                why: "Without TLS everybody on the way could read your token. Plain HTTP is for this machine alone.",
                next: "Write it as https://\(host)", status: .usage)
        }
    }
}

extension [String: String] {
    /// A variable that is set and not empty.
    func filled(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}
