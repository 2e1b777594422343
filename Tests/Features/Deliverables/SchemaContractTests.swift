import Features
import Kernel
import Testing

@Suite("Field names are those of the tool contract")
struct SchemaContractTests {
    /// A schema's shape in the contract's own notation; optional members carry a question mark.
    private func shape(_ schema: JSON) -> String {
        if let properties = schema["properties"]?.object {
            let required = schema["required"]?.array?.compactMap(\.string) ?? []
            let members = properties.members.map { key, value in
                let inner = shape(value)
                return key + (required.contains(key) ? "" : "?") + (inner == "text" ? "" : ":" + inner)
            }
            #expect(schema["additionalProperties"] == false)
            return "{" + members.joined(separator: ", ") + "}"
        }
        if let item = schema["items"] { return "[" + shape(item) + "]" }
        if let choices = schema["enum"]?.array { return choices.compactMap(\.string).joined(separator: "|") }
        return schema["type"]?.string == "string" ? "text" : schema["type"]?.string ?? "?"
    }

    private let field = "{name, type:text|integer|decimal|boolean|date|datetime|reference, required:boolean}"

    private let count = "zero_or_one|exactly_one|zero_or_more|one_or_more"
    private var input: String { field.dropLast() + ", place?:path|query|header|body}" }

    @Test func brief() {
        #expect(
            shape(Brief.schema.json)
                == "{title, goal, users:[text], stories:[text], entities:[{name, fields:[\(field)]}], rules:[text], "
                + "constraints:[text], out_of_scope:[text], open_questions:[text]}")
    }

    @Test func spec() {
        #expect(
            shape(Spec.schema.json)
                == "{summary, requirements:[{id, kind:functional|quality, pattern:ubiquitous|event_driven|state_driven"
                + "|unwanted_behaviour|optional_feature|complex, text, acceptance:[text]}], "
                + "entities:[{name, fields:[\(field)]}], "
                + "relations:[{from, from_count:\(count), verb, to, to_count:\(count)}], "
                + "operations:[{name, summary, requirements:[text], inputs:[\(input)], "
                + "answer:{text, entity, list:boolean}, errors:[{when, status?:integer}], "
                + "http?:{method:GET|POST|PUT|PATCH|DELETE, path, status:integer}}], out_of_scope:[text]}")
    }

    @Test func plan() {
        #expect(
            shape(Plan.schema.json)
                == "{summary, tasks:[{id, title, description, files:[text], requirements:[text], depends_on:[text], "
                + "size:S|M|L}]}")
    }

    @Test func tests() {
        #expect(
            shape(TestPlan.schema.json)
                == "{summary, cases:[{id, title, kind:unit|contract|integration|acceptance|security|performance, "
                + "requirements:[text], file}], files:[{path, content}]}")
    }

    @Test func review() {
        #expect(
            shape(ReviewSubmission.schema.json)
                == "{verdict:PASS|FAIL, summary, checklist:[{id, verdict:PASS|FAIL|NOT_APPLICABLE, note}], "
                + "findings:[{severity:critical|high|medium|low|info, title, item, file, line:integer, detail, fix}], "
                + "scans?:[{id, stand:confirmed|dismissed, reason}], "
                + "earlier?:[{id, status:fixed|not_fixed|no_longer_applies, note}]}")
    }

    @Test func recommendation() {
        #expect(
            shape(Recommendation.schema.json)
                == "{recommendation:APPROVE|REVISE, reasons:[{severity:blocking|advisory, "
                + "kind:dropped|invented|contradicted|phantom|orphaned|unclear|other, requirement, quote, text}]}")
    }

    @Test func title() {
        #expect(shape(FeatureTitle.schema.json) == "{title}")
    }
}
