package import Kernel

/// The four things people approve on the way from an idea to code, in order.
package enum DeliverableKind: String, Sendable, CaseIterable {
    case brief, spec, plan, tests

    /// What people call it.
    package var title: String {
        switch self {
        case .brief: "Brief"
        case .spec: "Specification"
        case .plan: "Plan"
        case .tests: "Tests"
        }
    }

    package var type: any Deliverable.Type {
        switch self {
        case .brief: Brief.self
        case .spec: Spec.self
        case .plan: Plan.self
        case .tests: TestPlan.self
        }
    }

    /// Reads a new body of this kind, held to all its rules.
    package func read(_ json: JSON) throws(DeliverableError) -> any Deliverable { try type.init(json: json) }

    /// Reads a body as the database has it.
    package func read(stored json: JSON) throws(DeliverableError) -> any Deliverable { try type.init(stored: json) }
}

/// A deliverable: structured data that a schema checks, with Markdown rendered from it.
package protocol Deliverable: Sendable, Equatable {
    static var kind: DeliverableKind { get }

    /// What the agent that writes it is held to, exactly as it is sent to the model.
    static var schema: JSONSchema { get }

    /// - Throws: `DeliverableError` with every violation of the schema, or else every inconsistency within.
    init(json: JSON) throws(DeliverableError)

    /// Reads what was accepted when less was asked for than today.
    init(stored json: JSON) throws(DeliverableError)

    /// The canonical form: members always in the schema's order, so that equal deliverables are equal bytes.
    var json: JSON { get }

    /// For people. Text that a model or a person wrote is escaped: it can neither add structure nor links nor HTML.
    func markdown() -> String
}
