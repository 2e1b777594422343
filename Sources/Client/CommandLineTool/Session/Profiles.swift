internal import APIClient
internal import Glibc
internal import Kernel

/// The servers that somebody has signed in to, with their tokens: one file, for its owner alone.
struct Profiles: Sendable {
    struct Profile: Sendable {
        let name: String
        let server: ServerAddress
        let token: Redacted<String>
        /// The team to act in; `nil` is the person's own tenant.
        var tenant: String?
    }

    let path: String
    private(set) var all: [Profile] = []
    private(set) var current: String?

    /// - Throws: `Trouble` when others can read the file, or it is not ours.
    init(environment: [String: String]) throws {
        path = try Self.path(environment)
        let bytes: [UInt8]?
        do {
            bytes = try LocalFile.read(path, limit: 1 << 20)
        } catch {
            throw Trouble(what: "\(path) cannot be read", why: error.reason)
        }
        guard let bytes else { return }
        guard !LocalFile.isShared(path) else {
            throw Trouble(
                what: "Your tokens in \(path) can be read by others", why: "They are not used until only you can.",
                next: "chmod 600 \(path)")
        }
        guard let json = try? JSON(parsing: bytes), json["version"] == 1 else {
            throw Trouble(
                what: "\(path) is not a file of this program's", why: "It is not JSON of version 1.",
                next: "Move it away, then: specwright login")
        }
        current = json["current"]?.string
        for (name, profile) in json["profiles"]?.object?.members ?? [] {
            guard let url = profile["server"]?.string, let server = try? ServerAddress(url),
                let token = profile["token"]?.string
            else { continue }
            all.append(
                Profile(name: name, server: server, token: Redacted(token), tenant: profile["tenant"]?.string))
        }
    }

    /// By the XDG Base Directory Specification: a path that is not absolute is ignored.
    private static func path(_ environment: [String: String]) throws -> String {
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            return "\(folder)/specwright/profiles.json"
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw Trouble(
                what: "There is no place for your tokens", why: "Neither XDG_CONFIG_HOME nor HOME is set.",
                next: "export SPECWRIGHT_URL=… SPECWRIGHT_TOKEN=…")
        }
        return "\(home)/.config/specwright/profiles.json"
    }

    subscript(name: String) -> Profile? { all.first { $0.name == name } }

    /// What is used when nothing is said: the profile of the last login.
    var chosen: Profile? { current.flatMap { self[$0] } ?? (all.count == 1 ? all.first : nil) }

    /// The current one goes before others of the same server.
    func profile(of server: ServerAddress) -> Profile? {
        if let chosen, chosen.server == server { return chosen }
        return all.first { $0.server == server }
    }

    /// Adds or replaces one, and makes it the current one.
    mutating func put(_ profile: Profile) throws {
        if let index = all.firstIndex(where: { $0.name == profile.name }) {
            all[index] = profile
        } else {
            all.append(profile)
        }
        current = profile.name
        try save()
    }

    mutating func remove(_ name: String) throws {
        all.removeAll { $0.name == name }
        if current == name { current = all.first?.name }
        try save()
    }

    mutating func use(_ name: String) throws {
        current = name
        try save()
    }

    private func save() throws {
        let profiles = all.map { profile -> (String, JSON) in
            var json: JSONObject = [
                "server": .string(profile.server.origin), "token": .string(profile.token.value),
            ]
            if let tenant = profile.tenant { json["tenant"] = .string(tenant) }
            return (profile.name, .object(json))
        }
        var json: JSONObject = ["version": 1]
        if let current { json["current"] = .string(current) }
        json["profiles"] = .object(JSONObject(profiles))
        do {
            try LocalFile.makeFolder(LocalFile.folder(of: path))
            var file = try AtomicFile(path, mode: 0o600)
            try file.write(JSON.object(json).bytes + [UInt8(ascii: "\n")])
            try file.finish(replaces: true)
        } catch {
            throw Trouble(what: "Your token cannot be kept in \(path)", why: error.reason)
        }
    }
}
