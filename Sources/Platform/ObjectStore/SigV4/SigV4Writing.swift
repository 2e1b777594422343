extension SigV4ObjectStore {
    package func put(_ key: String, _ content: ObjectContent, contentType: String) async throws {
        try ObjectKey.check(key)
        switch content {
        case .bytes(let bytes) where bytes.count <= configuration.partSize:
            try await putWhole(key, bytes, contentType)
        case .bytes(let bytes):
            try await putParts(key, PartSource(bytes), contentType)
        case .stream(let length, let next):
            try await putParts(key, PartSource(length: length, next: next), contentType)
        }
    }

    package func create(_ key: String, _ bytes: [UInt8], contentType: String) async throws {
        try ObjectKey.check(key)
        guard bytes.count <= configuration.partSize else {
            throw ObjectStoreError.unsupported("only what goes up in one part can be created on a condition")
        }
        try await putWhole(key, bytes, contentType, condition: [("if-none-match", "*")])
    }

    package func delete(_ key: String) async throws {
        try ObjectKey.check(key)
        do { _ = try await perform(Call(method: "DELETE", key: key)) } catch ObjectStoreError.notFound {}
    }

    package func ensureBucket() async throws {
        guard try await !bucketExists() else { return }
        do {
            _ = try await perform(bucketCreation)
        } catch {
            // BucketAlreadyOwnedByYou or OperationAborted: somebody else was making it just now.
            guard case .rejected(status: 409, code: _) = error, try await bucketExists() else { throw error }
        }
    }

    private func bucketExists() async throws -> Bool {
        do {
            _ = try await perform(Call(method: "HEAD"))
            return true
        } catch ObjectStoreError.notFound {
            return false
        }
    }

    private var bucketCreation: Call {
        // AWS wants the region named everywhere but in the oldest one, where naming it is an error.
        guard configuration.region != "us-east-1" else { return Call(method: "PUT") }
        let body =
            "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>"
            + "\(configuration.region)</LocationConstraint></CreateBucketConfiguration>"
        return Call(method: "PUT", headers: [("content-type", "application/xml")], body: Array(body.utf8))
    }

    private func putWhole(
        _ key: String, _ bytes: [UInt8], _ contentType: String, condition: [(String, String)] = []
    ) async throws(ObjectStoreError) {
        let headers = [("content-type", contentType)] + condition + (configuration.encryption?.headers ?? [])
        let answer = try await perform(Call(method: "PUT", key: key, headers: headers, body: bytes))
        try configuration.encryption?.check(answer.response)
    }

    private func putParts(_ key: String, _ source: PartSource, _ contentType: String) async throws {
        var source = source
        let first = try await source.next(upTo: configuration.partSize)
        guard first.count == configuration.partSize else { return try await putWhole(key, first, contentType) }
        let upload = try await beginUpload(key, contentType)
        do {
            try await upload.run(first, &source)
        } catch {
            // Out of reach of this task's cancellation: parts that nobody aborts are stored, and paid for, for ever.
            await Task { await upload.abort() }.value
            throw error
        }
    }
}
