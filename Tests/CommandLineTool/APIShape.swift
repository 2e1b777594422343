import Kernel
import Testing

@testable import ServiceHarness

/// `openapi.yaml` has the last word on what is handed on.
enum APIShape {
    static func expect(_ schema: String, _ value: JSON, sourceLocation: SourceLocation = #_sourceLocation) {
        let reference: JSON = ["$ref": .string("#/components/schemas/\(schema)")]
        let violations = APIDescription.current.validator.violations(of: reference, in: value)
        #expect(violations.isEmpty, "\(schema)", sourceLocation: sourceLocation)
    }
}
