/// Looks again and again, with short pauses, until `condition` holds.
///
/// - Returns: whether it held before the limit; say `#expect(await eventually { … })`.
package func eventually(
    within limit: Duration = .seconds(10), _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    repeat {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    } while .now < deadline
    return false
}
