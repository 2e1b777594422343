package import Kernel

/// `/api/features/{id}/messages`.
extension APIClient {
    /// The latest part of the talk, oldest first.
    package func messages(of id: String, limit: Int = 100) async throws(APIFailure) -> [Message] {
        var messages: [Message] = []
        let query = [(name: "limit", value: String(limit))]
        for item in try await items(APIRequest("GET", "\(path(id))/messages", query: query)) {
            messages.append(try Message(item))
        }
        return messages
    }

    /// Says something to the analyst.
    ///
    /// - Parameters:
    ///   - attachments: files that belong to it, each with `name` and `content`.
    ///   - proposes: whether the answer is to be the brief, without another question.
    /// - Returns: the id of the answer to come.
    package func send(
        _ text: String, to id: String, attachments: [JSON] = [], proposes: Bool = false
    ) async throws(APIFailure) -> String {
        var body: JSONObject = ["text": .string(text)]
        if !attachments.isEmpty { body["attachments"] = .array(attachments) }
        if proposes { body["propose"] = true }
        return try await call(APIRequest("POST", "\(path(id))/messages", body: .object(body))).json()
            .text(at: "answer_id")
    }

    package func deleteAttachment(_ attachment: String, of id: String) async throws(APIFailure) {
        try await call(APIRequest("DELETE", "\(path(id))/attachments/\(APIRequest.encoded(attachment))"))
    }

    /// The answer as it is written.
    package func answer(_ message: String, of id: String) -> EventFollower {
        EventFollower(self, path: "\(path(id))/messages/\(APIRequest.encoded(message))/events", after: nil)
    }
}
