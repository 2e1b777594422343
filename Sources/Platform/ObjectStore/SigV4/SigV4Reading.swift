internal import HTTPClient
internal import Kernel

extension SigV4ObjectStore {
    package func get(_ key: String, range: Range<Int>?) async throws -> StoredObject {
        try ObjectKey.check(key)
        var call = Call(method: "GET", key: key)
        if let range {
            guard range.lowerBound >= 0, !range.isEmpty else { throw ObjectStoreError.rangeNotSatisfiable }
            call.headers.append(("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        }
        let response = try await open(call)
        guard let length = response.length else { throw ObjectStoreError.unreadableAnswer }
        let whole = try range.map { try Self.wholeLength(of: response, part: $0, length: length) } ?? length
        return StoredObject(
            info: ObjectInfo(length: whole, contentType: response.header("content-type")), length: length,
            body: ObjectBody(response.body))
    }

    /// The object's length by `Content-Range` (RFC 9110 §14.4), once it agrees with what was asked for.
    ///
    /// Some stores answer a range with 200 rather than 206, so that the header alone tells.
    private static func wholeLength(
        of response: ClientResponse, part: Range<Int>, length: Int
    ) throws(ObjectStoreError) -> Int {
        guard let value = response.header("content-range"),
            let match = value.wholeMatch(of: /bytes (\d+)-(\d+)\/(\d+)/), let first = Int(match.1),
            let last = Int(match.2), let whole = Int(match.3)
        else { throw .mismatch("the range was ignored") }
        guard first == part.lowerBound, last == min(part.upperBound, whole) - 1, length == last + 1 - first else {
            throw .mismatch("another range came than was asked for")
        }
        return whole
    }

    package func head(_ key: String) async throws -> ObjectInfo {
        try ObjectKey.check(key)
        let answer = try await perform(Call(method: "HEAD", key: key))
        guard let length = answer.response.length else { throw ObjectStoreError.unreadableAnswer }
        return ObjectInfo(length: length, contentType: answer.response.header("content-type"))
    }

    package func list(prefix: String, continuation: String?, limit: Int) async throws -> ObjectPage {
        precondition((1...1_000).contains(limit))
        var call = Call(method: "GET")
        call.query = [("list-type", "2"), ("max-keys", String(limit)), ("prefix", prefix)]
        if let continuation { call.query.append(("continuation-token", continuation)) }
        let root = try await perform(call).xml("ListBucketResult")
        let entries = try root.all("Contents").map { item in
            guard let key = item["Key"], let length = item["Size"].flatMap({ Int($0) }) else {
                throw ObjectStoreError.unreadableAnswer
            }
            return ObjectEntry(key: key, length: length, modified: item["LastModified"].flatMap { Timestamp($0) })
        }
        guard root["IsTruncated"] == "true" else { return ObjectPage(entries: entries, next: nil) }
        guard let next = root["NextContinuationToken"], !next.isEmpty else { throw ObjectStoreError.unreadableAnswer }
        return ObjectPage(entries: entries, next: next)
    }

    package func presignGet(_ key: String, expires: Duration, filename: String?) throws -> String {
        try ObjectKey.check(key)
        let seconds = Int(expires.components.seconds)
        guard (1...604_800).contains(seconds) else {
            throw ObjectStoreError.rejected(status: 400, code: "AuthorizationQueryParametersError")
        }
        let query = filename.map { [("response-content-disposition", ContentDisposition.attachment($0))] }
        return presigned(key, query: query ?? [], seconds: seconds)
    }
}

extension ClientResponse {
    fileprivate var length: Int? { header("content-length").flatMap { Int($0) } }
}
