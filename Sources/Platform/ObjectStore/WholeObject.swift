extension ObjectStore {
    /// The whole of an object that fits into memory.
    ///
    /// `get` rides out trouble until an answer begins; an answer that then breaks off is its reader's to ask for again,
    /// which is what this does.
    ///
    /// - Throws: `ObjectStoreError.tooLarge` as soon as it exceeds `limit` bytes; `CancellationError`.
    package func contents(of key: String, limit: Int) async throws -> [UInt8] {
        let retries = RetryPolicy()
        var failures = 0
        while true {
            let object = try await get(key)
            do throws(ObjectStoreError) {
                return try await object.body.collect(limit: limit)
            } catch {
                failures += 1
                guard let delay = retries.delay(after: failures, error, jitter: .random(in: 0...1)) else { throw error }
                try await Task.sleep(for: delay)
            }
        }
    }
}
