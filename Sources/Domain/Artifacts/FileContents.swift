package import ObjectStore

/// An object is not what its row says it is.
package struct DamagedArtifact: Error, Sendable {}

extension ArtifactStore {
    /// The files' contents, in their order, several fetched at once.
    ///
    /// - Throws: `DamagedArtifact` for one that has not its size; what the object store throws.
    package static func contents(
        of files: [ArtifactRecord], in objects: any ObjectStore
    ) async throws -> [[UInt8]] {
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            var contents = [[UInt8]](repeating: [], count: files.count)
            func take() async throws {
                if let (index, bytes) = try await group.next() { contents[index] = bytes }
            }
            for (index, file) in files.enumerated() {
                if index >= 8 { try await take() }
                group.addTask {
                    let bytes = try await objects.contents(of: file.objectKey, limit: file.bytes)
                    guard bytes.count == file.bytes else { throw DamagedArtifact() }
                    return (index, bytes)
                }
            }
            for _ in 0..<min(8, files.count) { try await take() }
            return contents
        }
    }
}
