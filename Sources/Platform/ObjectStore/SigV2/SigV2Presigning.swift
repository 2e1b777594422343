internal import CS3
internal import Kernel

extension SigV2ObjectStore {
    package func presignGet(_ key: String, expires: Duration, filename: String?) throws -> String {
        try check(key)
        let seconds = expires.components.seconds
        guard (1...604_800).contains(seconds) else {
            throw ObjectStoreError.rejected(status: 400, code: "AuthorizationQueryParametersError")
        }
        let disposition = filename.map(ContentDisposition.attachment)
        // SigV2 signs the value of an overriding header as it is meant; in the URL it stands encoded.
        let resource = disposition.map { "response-content-disposition=\($0)" } ?? ""
        // libs3 prints it into a buffer made for the longest key.
        guard configuration.bucket.utf8.count + 3 * key.utf8.count + resource.utf8.count <= 3_000 else {
            throw ObjectStoreError.rejected(status: 400, code: "UriTooLong")
        }
        let end = clock.now.microseconds / 1_000_000 + seconds
        var context = publicBucket.context
        var buffer = [CChar](repeating: 0, count: Int(CS3_PRESIGNED_SIZE))
        let status = library.presign(&buffer, &context, key, end, resource.isEmpty ? nil : resource)
        guard status == S3StatusOK else {
            throw ObjectStoreError(status, name: library.name(of: status))
        }
        let url = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let disposition, let question = url.firstIndex(of: "?"),
            let credentials = url.ranges(of: "&AWSAccessKeyId=").last
        else { return url }
        return url[...question] + PercentEncoding.query([("response-content-disposition", disposition)])
            + url[credentials.lowerBound...]
    }
}
