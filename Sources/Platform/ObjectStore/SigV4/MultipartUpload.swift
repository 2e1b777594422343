internal import HTTPClient

extension SigV4ObjectStore {
    func beginUpload(_ key: String, _ contentType: String) async throws(ObjectStoreError) -> MultipartUpload {
        let headers = [("content-type", contentType)] + (configuration.encryption?.headers ?? [])
        let answer = try await perform(Call(method: "POST", key: key, query: [("uploads", "")], headers: headers))
        guard let id = try answer.xml("InitiateMultipartUpload")["UploadId"], !id.isEmpty else {
            throw .unreadableAnswer
        }
        let upload = MultipartUpload(store: self, key: key, id: id)
        do {
            try configuration.encryption?.check(answer.response)
        } catch {
            await upload.abort()
            throw error
        }
        return upload
    }
}

/// An object on its way up in parts. Until it is completed nothing of it can be seen under its key.
struct MultipartUpload: Sendable {
    let store: SigV4ObjectStore
    let key: String
    let id: String

    /// S3's limit.
    static let mostParts = 10_000

    func run(_ first: [UInt8], _ source: inout PartSource) async throws {
        let size = store.configuration.partSize
        var part = first
        var tags: [String] = []
        var length = 0
        while !part.isEmpty {
            guard tags.count < Self.mostParts else { throw ObjectStoreError.tooLarge(limit: Self.mostParts * size) }
            length += part.count
            tags.append(try await send(part, number: tags.count + 1))
            part = try await source.next(upTo: size)
        }
        try await complete(tags, length: length)
    }

    /// - Returns: the part's tag, which completing the upload has to repeat.
    private func send(_ part: [UInt8], number: Int) async throws(ObjectStoreError) -> String {
        let query = [("partNumber", String(number)), ("uploadId", id)]
        let answer = try await store.perform(.init(method: "PUT", key: key, query: query, body: part))
        guard let tag = answer.response.header("etag"), !tag.isEmpty else { throw .unreadableAnswer }
        return tag
    }

    private func complete(_ tags: [String], length: Int) async throws {
        let parts = tags.enumerated().map { index, tag in
            "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(Self.escaped(tag))</ETag></Part>"
        }
        let body = "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
        do {
            let answer = try await store.perform(
                .init(
                    method: "POST", key: key, query: [("uploadId", id)], headers: [("content-type", "application/xml")],
                    body: Array(body.utf8)))
            _ = try answer.xml("CompleteMultipartUpload")
        } catch {
            guard error == .notFound else { throw error }
            // The answer to an earlier try may have been lost: then the upload is gone because it is complete.
            guard try await store.head(key).length == length else { throw ObjectStoreError.mismatch("NoSuchUpload") }
        }
    }

    /// Gives the parts back. A failure is for the bucket's own clean-up rule.
    func abort() async {
        _ = try? await store.perform(.init(method: "DELETE", key: key, query: [("uploadId", id)]))
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
