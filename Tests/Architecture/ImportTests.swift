import TestSupport
import Testing

/// A floor imports only floors below it, and each C module is one target's business.
@Suite("Imports")
struct ImportTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    /// Lower floors first.
    private static let floors = ["System", "Platform", "Domain", "Service", "Specwright"]

    /// Beside the house: what talks to the service from outside stands on the platform, and knows nothing of the domain.
    private static let client = "Client"

    @Test("no import runs upwards")
    func floors() throws {
        let modules = try Self.modules()
        #expect(modules.count > 20)
        var upwards: [String] = []
        for (module, floor) in modules {
            for file in Self.files(of: module, floor, modules) {
                for imported in try Self.imports(of: file) {
                    guard let other = modules[imported], imported != module else { continue }
                    if !Self.may(floor, import: other) { upwards.append("\(file) imports \(imported)") }
                }
            }
        }
        #expect(upwards == [])
    }

    /// A floor may import those below it, and what is beside it, except for the program itself.
    private static func may(_ floor: String, import other: String) -> Bool {
        if floor == client { return ["System", "Platform", client].contains(other) }
        if other == client { return floor == "Service" }
        return floors.firstIndex(of: other)! < floors.firstIndex(of: floor)! || other == floor && floor != "Specwright"
    }

    @Test("domain capabilities import each other only where the design lets them")
    func capabilities() throws {
        let modules = try Self.modules()
        /// The pipeline ties everything together; a conversation is about a feature, and what is
        /// attached to it is searched for secrets as files are; a plan's files have safe paths.
        let allowed: [String: Set<String>] = [
            "Tenancy": [], "Ledger": ["Tenancy"], "ProviderKeys": ["Tenancy"], "Artifacts": ["Tenancy"],
            "Features": ["Tenancy", "Ledger", "Artifacts"], "Conversation": ["Tenancy", "Features", "Artifacts"],
        ]
        for (module, floor) in modules where floor == "Domain" && module != "Pipeline" {
            for file in swiftFiles(in: "\(Self.root)/Sources/Domain/\(module)") {
                let siblings = try Self.imports(of: file).filter { modules[$0] == "Domain" && $0 != module }
                #expect(siblings.isSubset(of: allowed[module] ?? []), "\(file)")
            }
        }
    }

    @Test("every C module but libsodium has one user, and imports it internally")
    func systemModules() throws {
        let modules = try Self.modules()
        var users: [String: Set<String>] = [:]
        for (module, floor) in modules where floor != "System" {
            for file in Self.files(of: module, floor, modules) {
                for imported in try Self.imports(of: file) where modules[imported] == "System" {
                    users[imported, default: []].insert(module)
                    let isReExported = try text(of: file).contains("package import \(imported)")
                    #expect(!isReExported, "\(file)")
                }
            }
        }
        // Keys, hashes and signatures each need libsodium; the event loop and its server share epoll's constants.
        for (module, names) in users where module != "CSodium" && module != "CEpoll" {
            #expect(names.count == 1, "\(module) is used by \(names.sorted())")
        }
    }

    // MARK: Reading the tree

    /// Every module and its floor. A target of its own inside Service's folder is on Service's floor.
    private static func modules() throws -> [String: String] {
        var modules = ["Service": "Service", "Specwright": "Specwright"]
        for floor in ["System", "Platform", "Domain", client] {
            for name in entries(of: "\(root)/Sources/\(floor)") { modules[name] = floor }
        }
        let manifest = try text(of: "\(root)/Package.swift")
        for name in entries(of: "\(root)/Sources/Service") where manifest.contains("path: \"Sources/Service/\(name)\"")
        {
            modules[name] = "Service"
        }
        return modules
    }

    /// A module's own files, without those of modules that live inside its folder.
    private static func files(of module: String, _ floor: String, _ modules: [String: String]) -> [String] {
        let folder = "\(root)/Sources/" + (module == floor ? floor : "\(floor)/\(module)")
        let inner = modules.keys.filter { $0 != module }.map { "\(folder)/\($0)/" }
        return swiftFiles(in: folder).filter { file in !inner.contains { file.hasPrefix($0) } }
    }

    private static func imports(of file: String) throws -> Set<String> {
        Set(
            try text(of: file).split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ").map(String.init)
                guard let index = words.firstIndex(of: "import"), index <= 2, index + 1 < words.count,
                    words[..<index].allSatisfy({
                        ["package", "internal", "public", "@testable", "@preconcurrency"].contains($0)
                    })
                else { return nil }
                return words[index + 1]
            })
    }
}
