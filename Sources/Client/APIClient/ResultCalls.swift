package import HTTPClient
package import Kernel

/// What a feature has produced.
extension APIClient {
    package func deliverable(
        _ kind: String, of id: String, revision: Int64? = nil
    ) async throws(APIFailure) -> JSON {
        try await call(
            APIRequest("GET", "\(path(id))/deliverables/\(APIRequest.encoded(kind))", query: Self.revision(revision))
        ).json()
    }

    /// `deliverables`, `recommendations`, `reviews`, `builds` or `attachments`.
    package func list(_ what: String, of id: String) async throws(APIFailure) -> [JSON] {
        try await items(APIRequest("GET", "\(path(id))/\(what)"))
    }

    /// Every run, with the total.
    package func runs(of id: String) async throws(APIFailure) -> JSON {
        try await call(APIRequest("GET", "\(path(id))/runs")).json()
    }

    package func trace(of id: String, revision: Int64?) async throws(APIFailure) -> JSON {
        try await call(APIRequest("GET", "\(path(id))/trace", query: Self.revision(revision))).json()
    }

    package func files(of id: String, build: Int64) async throws(APIFailure) -> [JSON] {
        try await items(APIRequest("GET", "\(path(id))/builds/\(build)/files"))
    }

    package func file(_ filePath: String, of id: String, build: Int64) async throws(APIFailure) -> ClientResponse {
        try await open(
            Self.long("\(path(id))/builds/\(build)/files/\(APIRequest.encoded(filePath, slashes: true))", accept: "*/*")
        )
    }

    package func differences(of id: String, build: Int64, against: Int64?) async throws(APIFailure) -> JSON {
        try await call(APIRequest("GET", "\(path(id))/builds/\(build)/diff", query: Self.against(against))).json()
    }

    /// The unified diff.
    package func unifiedDiff(of id: String, build: Int64, against: Int64?) async throws(APIFailure) -> APIAnswer {
        try await call(
            APIRequest(
                "GET", "\(path(id))/builds/\(build)/diff", query: Self.against(against), accept: "text/x-diff"))
    }

    /// The ZIP, as a stream.
    package func download(_ id: String, revision: Int64?) async throws(APIFailure) -> ClientResponse {
        try await open(
            Self.long("\(path(id))/download", query: Self.revision(revision), accept: "application/zip"))
    }

    /// A build as a git bundle, as a stream.
    package func bundle(_ id: String, build: Int64) async throws(APIFailure) -> ClientResponse {
        try await open(Self.long("\(path(id))/builds/\(build)/bundle", accept: "application/x-git-bundle"))
    }

    /// Takes as long as it takes, as long as something comes.
    private static func long(
        _ path: String, query: [(name: String, value: String)] = [], accept: String
    ) -> APIRequest {
        APIRequest(
            "GET", path, query: query, accept: accept,
            timeouts: .init(connect: .seconds(10), firstByte: .seconds(60), idle: .seconds(60), total: nil))
    }

    private static func revision(_ number: Int64?) -> [(name: String, value: String)] {
        number.map { [(name: "revision", value: String($0))] } ?? []
    }

    private static func against(_ build: Int64?) -> [(name: String, value: String)] {
        build.map { [(name: "against", value: String($0))] } ?? []
    }
}
