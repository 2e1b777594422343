import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("Checklists")
struct ChecklistTests {
    @Test("Ids are those of their standards, each used once, and no track asks more than a report holds")
    func ids() {
        for kind in ReviewKind.allCases {
            let items = Checklist.of(kind, track: .full).items
            let ids = items.flatMap { [$0.id] + $0.also.split(separator: ", ").map(String.init) }
            #expect(Set(items.map(\.id)).count == items.count)
            #expect(items.count <= ReviewReport.maximumChecklist)
            #expect(items.allSatisfy { $0.text.hasSuffix(".") && $0.words.count <= 300 })
            for id in ids {
                let isASVS = id.hasPrefix("V") && id.dropFirst().split(separator: ".").compactMap { Int($0) }.count == 3
                let isISM = id.hasPrefix("ISM-") && id.dropFirst(4).count == 4 && Int(id.dropFirst(4)) != nil
                let isOurs = kind == .code && id.hasPrefix("C")
                #expect(isASVS || isISM || isOurs, "\(id)")
            }
        }
    }

    @Test("A greater track asks everything that a smaller one asks", arguments: ReviewKind.allCases)
    func depth(_ kind: ReviewKind) {
        let asked = Track.allCases.map { Checklist.of(kind, track: $0).items.map(\.id) }
        #expect(asked[0].count < asked[1].count && asked[1].count < asked[2].count)
        #expect(Set(asked[0]).isSubset(of: asked[1]) && Set(asked[1]).isSubset(of: asked[2]))
        #expect(Checklist.of(kind, track: .small).reference == "\(kind.rawValue)/1 small")
    }

    @Test("The reviewer is given the list, with the standards it is from")
    func given() {
        let text = Reviewing.task(["a.py": "x = 1\n"]).context[0].text
        #expect(text.contains("<checklist>") && text.contains("OWASP ASVS 5.0.0") && text.contains("\"V1.2.4\""))
        #expect(text.contains("ISM-1276"))
    }
}
