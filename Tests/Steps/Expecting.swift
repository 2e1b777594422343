import Kernel
import ServiceHarness
import TestSupport
import Testing

/// Waits until the runs of an agent have ended in these ways, oldest first.
func expectRuns(
    _ journey: Journey, agent: String, _ endings: [String], sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    var seen: [String] = []
    let came = try await eventually {
        seen = try await journey.client.get("\(journey.path)/runs").items.filter { $0["agent"]?.string == agent }
            .compactMap { $0["status"]?.string }
        return seen == endings
    }
    #expect(came, "the runs of \(agent) are \(seen)", sourceLocation: sourceLocation)
}

/// Waits until the feature has failed, and returns the reason that its owner reads.
func failure(of journey: Journey, revision: Int64 = 1) async throws -> String {
    try await journey.until("failed", revision: revision)
    let feature = try await journey.now()
    #expect(feature["allowed_actions"] == ["retry", "revise", "cancel"])
    return feature["failure"]["reason"]?.string ?? ""
}
