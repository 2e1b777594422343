package import Kernel

/// `/api/features`.
extension APIClient {
    /// A page of the newest features.
    package func features(limit: Int, cursor: String? = nil) async throws(APIFailure) -> (items: [JSON], next: String?)
    {
        var query = [(name: "limit", value: String(limit))]
        if let cursor { query.append((name: "cursor", value: cursor)) }
        let page = try await call(APIRequest("GET", "/api/features", query: query)).json()
        return (try page.list(at: "items"), page["next_cursor"]?.string)
    }

    package func feature(_ id: String) async throws(APIFailure) -> Feature {
        try Feature(try await call(APIRequest("GET", path(id))).json())
    }

    /// - Parameter attachments: files that belong to the text, each with `name` and `content`.
    package func createFeature(
        text: String?, title: String?, autopilot: Bool, attachments: [JSON] = []
    ) async throws(APIFailure) -> Feature {
        var body: JSONObject = ["autopilot": .bool(autopilot)]
        if !attachments.isEmpty { body["attachments"] = .array(attachments) }
        if let text { body["brief_text"] = .string(text) }
        if let title { body["title"] = .string(title) }
        return try Feature(try await call(APIRequest("POST", "/api/features", body: .object(body))).json())
    }

    package func changeFeature(_ id: String, _ change: JSONObject) async throws(APIFailure) -> Feature {
        try Feature(try await call(APIRequest("PATCH", path(id), body: .object(change))).json())
    }

    package func deleteFeature(_ id: String, ifMatch: String?) async throws(APIFailure) {
        try await call(APIRequest("DELETE", path(id), headers: Self.precondition(ifMatch)))
    }

    /// `confirm`, `approve`, `revise`, `retry`, `pause`, `resume` or `cancel`.
    package func act(
        _ action: String, on id: String, _ body: JSONObject = [:], ifMatch: String? = nil
    ) async throws(APIFailure) -> Feature {
        let request = APIRequest(
            "POST", "\(path(id))/\(action)", body: .object(body), headers: Self.precondition(ifMatch))
        return try Feature(try await call(request).json())
    }

    /// A page of what happened after an event's number.
    package func events(of id: String, after: Int64, limit: Int = 500) async throws(APIFailure) -> [JSON] {
        let query = [(name: "after", value: String(after)), (name: "limit", value: String(limit))]
        return try await items(APIRequest("GET", "\(path(id))/events", query: query))
    }

    func path(_ feature: String) -> String { "/api/features/\(APIRequest.encoded(feature))" }

    func items(_ request: APIRequest) async throws(APIFailure) -> [JSON] {
        try await call(request).json().list(at: "items")
    }

    private static func precondition(_ etag: String?) -> [(String, String)] { etag.map { [("If-Match", $0)] } ?? [] }
}
