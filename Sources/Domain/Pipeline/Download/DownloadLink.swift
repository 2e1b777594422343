internal import Archive
internal import Artifacts
internal import EventLoop
internal import HTTPServer
internal import Kernel
internal import ObjectStore

/// Downloads straight from the object store, by URLs that are good for minutes.
package struct DownloadLinks: Sendable {
    let lifetime: Duration

    /// - Parameter lifetime: thirty seconds to an hour.
    package init(lifetime: Duration) { self.lifetime = lifetime }

    /// For how long a ZIP that was made is given out again. With the longest lifetime added it stays below the age at
    /// which the sweep takes what no row refers to, so that no link outlives its object.
    private static let period: Int64 = 12 * 3_600

    /// Named by what is in it, as every object is, and by its period.
    static func key(_ bundle: Bundle, _ folder: String, at time: Timestamp) -> String {
        var hash = SHA256()
        hash.update(Array("zip \(time.seconds / period)\n".utf8))
        hash.update(bundle.manifest.bytes)
        return "\(folder)/\(Hex.encode(hash.finish()))"
    }
}

/// A ZIP in the object store and how to fetch it.
struct DownloadLink: JSONWritable, Sendable {
    let url: String
    let expiresAt: Timestamp
    let fileName: String
    let bytes: Int

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("url")
            json.string(url)
            json.key("expires_at")
            json.string(expiresAt.description)
            json.key("file_name")
            json.string(fileName)
            json.key("bytes")
            json.integer(bytes)
        }
    }
}

extension DownloadLinks {
    /// Puts the ZIP into the store, unless it is there, and signs a URL for it.
    ///
    /// - Parameter folder: `{tenant}/{feature}`, with which the object goes when the feature does.
    func link(
        to bundle: Bundle, in folder: String, _ objects: any ObjectStore, pool: BlockingPool
    ) async throws -> DownloadLink {
        let now = Timestamp.now
        let key = Self.key(bundle, folder, at: now)
        var info: ObjectInfo?
        do { info = try await objects.head(key) } catch ObjectStoreError.notFound {}
        if info == nil {
            try await put(bundle, key, objects, pool: pool)
            info = try await objects.head(key)
        }
        return DownloadLink(
            url: try objects.presignGet(key, expires: lifetime, filename: bundle.fileName), expiresAt: now + lifetime,
            fileName: bundle.fileName, bytes: info?.length ?? 0)
    }

    /// Streams: what is compressed goes up part by part.
    private func put(_ bundle: Bundle, _ key: String, _ objects: any ObjectStore, pool: BlockingPool) async throws {
        let handover = Handover()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await bundle.write(from: objects, pool: pool) { bytes in try await handover.give(bytes) }
                    handover.end()
                } catch {
                    handover.end(error)
                    throw error
                }
            }
            group.addTask {
                try await objects.put(
                    key, .stream(length: nil) { try await handover.take() }, contentType: "application/zip")
            }
            do {
                for try await _ in group {}
            } catch {
                // Whoever still waits for the other is let go.
                handover.end(error)
                throw error
            }
        }
    }
}

extension Bundle {
    /// The ZIP's bytes, the same for the same build: each file goes from the object store through the compressor to
    /// the sink, and the next is fetched when the sink has taken this one.
    func write(
        from objects: any ObjectStore, pool: BlockingPool, to sink: @escaping ZIPWriter.Sink
    ) async throws {
        let zip = try ZIPWriter(pool: pool, sink: sink)
        try await zip.add(Manifest.fileName, modified: builtAt, contents: manifest.bytes)
        for file in files {
            let object = try await objects.get(file.objectKey)
            try await zip.add(file.path, modified: builtAt, size: file.bytes, contents: object.body)
        }
        try await zip.finish()
    }
}
