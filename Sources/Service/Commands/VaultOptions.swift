internal import Vault

/// The words after `specwright vault`.
struct VaultOptions: Sendable, Equatable {
    enum Action: Sendable, Equatable {
        case makeSet
        case addKEK
        case retire(KEKID)
        case rotate
        case status
        case verify(anchors: String?)
    }

    let action: Action
    /// Where the key files lie, under their usual names.
    let folder: String
    private(set) var isJSON = false

    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var arguments = arguments
        let verbs = ["init", "add-kek", "retire", "rotate", "status", "verify"]
        guard let verb = arguments.popFirst(), verbs.contains(verb) else {
            throw UsageError("vault needs one of \(verbs.joined(separator: ", "))")
        }
        var places: [String] = []
        var anchors: String?
        while let word = arguments.popFirst() {
            switch word {
            case "--json" where verb == "status" || verb == "verify": isJSON = true
            case "--anchors" where verb == "verify":
                guard let file = arguments.popFirst(), !file.isEmpty else { throw UsageError("--anchors needs a file") }
                anchors = file
            case _ where !word.hasPrefix("-") && !word.isEmpty: places.append(word)
            default: throw UsageError("vault \(verb) does not know \"\(word)\"")
            }
        }
        guard let folder = places.first else { throw UsageError("vault \(verb) needs the folder of the key files") }
        self.folder = folder
        if verb == "retire" {
            guard places.count == 2, let id = KEKID(places[1]) else {
                throw UsageError("vault retire needs the folder and the id of a KEK, such as kek-1")
            }
            action = .retire(id)
            return
        }
        guard places.count == 1 else { throw UsageError("vault \(verb) does not know \"\(places[1])\"") }
        action =
            switch verb {
            case "init": .makeSet
            case "add-kek": .addKEK
            case "rotate": .rotate
            case "status": .status
            default: .verify(anchors: anchors)
            }
    }
}
