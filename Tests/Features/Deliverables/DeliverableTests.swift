import Features
import Kernel
import Testing

@Suite("Reading deliverables")
struct DeliverableTests {
    @Test("Every kind reads what it writes, in the schema's order, whatever order it came in")
    func roundTrips() throws {
        let samples: [(DeliverableKind, JSON)] = [
            (.brief, Samples.brief), (.spec, Samples.spec), (.plan, Samples.plan), (.tests, Samples.tests),
        ]
        for (kind, json) in samples {
            let value = try kind.read(json)
            #expect(value.json == json)
            #expect(type(of: value).kind == kind)
            let reversed = JSONObject(json.object!.members.reversed().map { ($0.key, $0.value) })
            #expect(try kind.read(.object(reversed)).json.bytes == value.json.bytes)
            #expect(value.markdown().hasPrefix("# "))
        }
        #expect(try ReviewReport(json: ReviewReport(json: Samples.review).json) == ReviewReport(json: Samples.review))
    }

    @Test("What is missing, unknown or of the wrong kind is named with its place, all at once")
    func schema() {
        let broken = Samples.spec.setting("summary", to: 7).setting("requirements", "1", "text", to: nil)
            .setting("extra", to: "x")
        let found = violations(.spec, broken)
        #expect(found.contains("summary must be text, not a number"))
        #expect(found.contains("requirements[1].text is missing"))
        #expect(found.contains("extra is not a known field"))
        for kind in DeliverableKind.allCases {
            for value in [JSON.null, [], "text", 1, true, [:]] { #expect(!violations(kind, value).isEmpty) }
        }
    }

    @Test("Blank text says nothing")
    func blank() {
        #expect(violations(.brief, Samples.brief.setting("goal", to: " \n\t")) == ["goal must not be blank"])
        #expect(
            violations(.spec, Samples.spec.setting("requirements", "0", "acceptance", "0", to: "\u{3000}"))
                == ["requirements[0].acceptance[0] must not be blank"])
        #expect(
            violations(.brief, Samples.brief.setting("title", to: "a\nb")) == [
                "title must be one line, without control characters"
            ])
    }

    @Test("A person may leave out of a brief what does not apply; the analyst may not")
    func lenientBrief() throws {
        let short: JSON = ["title": "A", "goal": "B"]
        #expect(try Brief(json: short) == Brief(title: "A", goal: "B"))
        #expect(Brief.schema.violations(in: short).count == 7)
        #expect(!violations(.brief, ["title": "A"]).isEmpty)
        #expect(!violations(.brief, ["title": "A", "goal": "B", "budget": "C"]).isEmpty)
    }

    @Test("Entities and their fields have names of their own, and types from the list")
    func entities() {
        let twice = Samples.brief.setting(
            "entities", "1", to: Samples.brief["entities"]![0]!.setting("name", to: "TOOL"))
        #expect(violations(.brief, twice) == ["entities: the entity \"TOOL\" is there twice"])
        let fields = Samples.spec.setting(
            "entities", "0", "fields", "1", to: ["name": "Title", "type": "date", "required": false])
        #expect(violations(.spec, fields) == ["entity \"Tool\": the field \"Title\" is there twice"])
        let type = Samples.spec.setting("entities", "0", "fields", "0", "type", to: "varchar")
        #expect(violations(.spec, type).first?.contains("must be one of text, integer") == true)
    }

    @Test(
        "Ids have their form and are used once",
        arguments: ["R", "R0", "R01", "r1", "T1", "1", "R12345", "R1 ", "Rx", "Ｒ1"])
    func ids(_ id: String) {
        #expect(!violations(.spec, Samples.spec.setting("requirements", "1", "id", to: .string(id))).isEmpty)
        #expect(!ItemKind.requirement.accepts(id))
        #expect(ItemKind.requirement.accepts("R9999"))
    }

    @Test func duplicateIDs() {
        #expect(
            violations(.spec, Samples.spec.setting("requirements", "1", "id", to: "R1"))
                .contains("requirements[1].id \"R1\" is used twice"))
        #expect(
            violations(.plan, Samples.plan.setting("tasks", "1", "id", to: "T1"))
                .contains("tasks[1].id \"T1\" is used twice"))
        #expect(
            violations(.tests, Samples.tests.setting("cases", "1", "id", to: "C1"))
                == ["cases[1].id \"C1\" is used twice"])
    }

    @Test("References resolve")
    func references() {
        #expect(
            violations(.spec, Samples.spec.setting("operations", "0", "requirements", "0", to: "R7"))
                == ["operation \"borrow_tool\" names the requirement \"R7\", which is not in requirements"])
        #expect(
            violations(.plan, Samples.plan.setting("tasks", "1", "depends_on", "0", to: "T9"))
                == ["task T2 depends on \"T9\", which is not a task of this plan"])
        #expect(
            violations(.plan, Samples.plan.setting("tasks", "0", "requirements", "0", to: "one")).first?
                .contains("task T1 names the requirement \"one\"") == true)
        #expect(
            violations(.tests, Samples.tests.setting("cases", "0", "file", to: "tests/other.py"))
                == ["case C1 is said to be in \"tests/other.py\", which is not among files"])
    }

    @Test("Paths are checked wherever they stand", arguments: ["../x", "/etc/passwd", "a\\b", "C:/x", "nul", "a/./b"])
    func paths(_ path: String) {
        #expect(
            violations(.plan, Samples.plan.setting("tasks", "0", "files", "0", to: .string(path))).first?
                .hasPrefix("task \"T1\": the file ") == true)
        #expect(
            violations(.tests, Samples.tests.setting("files", "0", "path", to: .string(path))).first?
                .contains("is refused: ") == true)
        #expect(
            violations(.tests, Samples.tests.setting("cases", "0", "file", to: .string(path))).first?
                .hasPrefix("case \"C1\": the file ") == true)
    }

    @Test("Text inside a violation is one short line")
    func quoting() {
        let path = "../" + String(repeating: "x\n\"", count: 200)
        for violation in violations(.plan, Samples.plan.setting("tasks", "0", "files", "0", to: .string(path))) {
            #expect(!violation.contains("\n"))
            #expect(violation.count < 300)
        }
    }
}
