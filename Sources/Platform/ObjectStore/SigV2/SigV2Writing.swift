internal import CS3
internal import EventLoop
internal import Kernel

extension SigV2ObjectStore {
    package func put(_ key: String, _ content: ObjectContent, contentType: String) async throws {
        try check(key)
        switch content {
        case .bytes(let bytes): try await put(key, bytes: bytes, contentType)
        case .stream(let length, let next):
            var source = PartSource(length: length, next: next)
            let first = try await source.next(upTo: configuration.partSize)
            guard first.count == configuration.partSize else { return try await put(key, bytes: first, contentType) }
            try await spool(key, first, &source, contentType)
        }
    }

    package func create(_ key: String, _ bytes: [UInt8], contentType: String) async throws {
        throw ObjectStoreError.unsupported("SigV2 through libs3 has no conditional writes")
    }

    package func delete(_ key: String) async throws {
        try check(key)
        do throws(ObjectStoreError) {
            _ = try await perform { library, bucket, call in
                var handler = Libs3Call.response
                library.delete_object(bucket, key, nil, &handler, call)
            }
        } catch {
            guard error == .notFound else { throw error }
        }
    }

    package func ensureBucket() async throws {
        do throws(ObjectStoreError) {
            try await testBucket()
        } catch {
            switch error {
            case .notFound, .rejected(status: 404, code: _): try await createBucket()
            default: throw error
            }
        }
    }

    private func testBucket() async throws(ObjectStoreError) {
        _ = try await perform { library, bucket, call in
            var handler = Libs3Call.response
            var region = [CChar](repeating: 0, count: 64)
            let place = bucket.pointee
            library.test_bucket(
                place.protocol, place.uriStyle, place.accessKeyId, place.secretAccessKey, place.hostName,
                place.bucketName, 64, &region, nil, &handler, call)
        }
    }

    private func createBucket() async throws(ObjectStoreError) {
        do {
            _ = try await perform { library, bucket, call in
                var handler = Libs3Call.response
                let place = bucket.pointee
                library.create_bucket(
                    place.protocol, place.accessKeyId, place.secretAccessKey, place.hostName, place.bucketName,
                    S3CannedAclPrivate, nil, nil, &handler, call)
            }
        } catch {
            // Somebody else was making it just now.
            guard case .rejected(status: 409, code: _) = error else { throw error }
            try await testBucket()
        }
    }

    private func put(_ key: String, bytes: [UInt8], _ contentType: String) async throws(ObjectStoreError) {
        guard bytes.count <= Self.largestObject else { throw .tooLarge(limit: Self.largestObject) }
        let hash: [UInt8]
        do {
            hash = try await pool.run {
                var md5 = MD5()
                md5.update(bytes)
                return md5.finish()
            }
        } catch { throw .cancelled }
        try await send(key, .bytes(bytes), hash, contentType)
    }

    /// Puts the rest of a stream on disk, since libs3 wants its length and its hash before its first byte.
    private func spool(_ key: String, _ first: [UInt8], _ source: inout PartSource, _ contentType: String) async throws
    {
        let file = try SpoolFile()
        var part = first
        while !part.isEmpty {
            guard file.count + part.count <= Self.largestObject else {
                throw ObjectStoreError.tooLarge(limit: Self.largestObject)
            }
            try await pool.run { [part] in try file.append(part) }
            part = try await source.next(upTo: configuration.partSize)
        }
        try await send(key, .file(file), file.finish(), contentType)
    }

    func send(
        _ key: String, _ upload: Libs3Upload, _ hash: [UInt8], _ contentType: String
    ) async throws(ObjectStoreError) {
        let digest = Base64URL.encode(hash).replacing("-", with: "+").replacing("_", with: "/") + "=="
        _ = try await perform({ Libs3Call(upload: upload) }) { library, bucket, call in
            contentType.withCString { contentType in
                digest.withCString { digest in
                    var properties = S3PutProperties(
                        contentType: contentType, md5: digest, cacheControl: nil, contentDispositionFilename: nil,
                        contentEncoding: nil, expires: -1, cannedAcl: S3CannedAclPrivate, metaDataCount: 0,
                        metaData: nil)
                    var handler = Libs3Call.put
                    library.put_object(bucket, key, UInt64(upload.count), &properties, nil, &handler, call)
                }
            }
        }
    }
}
