package import Features
import Kernel
import YAML

/// The items that a review must answer, as data: `Checklists/*.yaml`, compiled into the binary.
package struct Checklist: Sendable, Equatable {
    package struct Item: Sendable, Equatable {
        /// The id of the standard that asks for it, as it numbers itself.
        package let id: String
        /// Other ids that ask for the same.
        package let also: String
        package let text: String
        let from: Track

        /// As a report shows it.
        package var words: String { also.isEmpty ? text : "\(text) (\(also))" }
    }

    package let name: String
    package let version: Int
    /// What the ids refer to.
    package let standards: String
    package let track: Track
    package let items: [Item]

    /// As a report records it: `security/1 standard`.
    package var reference: String { "\(name)/\(version) \(track.rawValue)" }

    /// The items that a review of this track answers.
    package static func of(_ kind: ReviewKind, track: Track) -> Checklist {
        let whole = kind == .security ? security : code
        return Checklist(
            name: whole.name, version: whole.version, standards: whole.standards, track: track,
            items: whole.items.filter { track.asks(from: $0.from) })
    }

    private static let security = load(PackageResources.security_yaml, "security.yaml")
    private static let code = load(PackageResources.code_yaml, "code.yaml")

    /// The files come with the build; one that cannot be read is a mistake that no run should survive.
    private static func load(_ bytes: [UInt8], _ file: String) -> Checklist {
        do {
            var fields = try YAMLFields(YAML.parse(bytes, file: file), file)
            let version = try fields.integer("version", in: 1...1_000)
            let name = try fields.text("name")
            let standards = try fields.text("standards")
            let items = try fields.required("items").sequence("items").map { node in
                var item = try YAMLFields(node, "item")
                guard let from = Track(rawValue: try item.text("from")) else {
                    throw YAMLError(node.place, "\"from\" is no track")
                }
                return Item(
                    id: try item.text("id"), also: try item.optionalText("also") ?? "", text: try item.text("text"),
                    from: from)
            }
            return Checklist(
                name: name, version: Int(version), standards: standards, track: .full, items: items)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// What the reviewer is given.
    var json: JSON {
        [
            "name": .string(reference), "standards": .string(standards),
            "items": .array(
                items.map { item in
                    var members: JSONObject = ["id": .string(item.id), "text": .string(item.text)]
                    if !item.also.isEmpty { members["also"] = .string(item.also) }
                    return .object(members)
                }),
        ]
    }
}

extension Track {
    /// Small features get the items that nothing may miss; a greater track asks all that a smaller one asks.
    fileprivate func asks(from smallest: Track) -> Bool {
        Self.allCases.firstIndex(of: smallest)! <= Self.allCases.firstIndex(of: self)!
    }
}
