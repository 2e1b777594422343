internal import Kernel

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
    /// - Returns: the id of the answer to come.
    package func send(_ text: String, to id: String) async throws(APIFailure) -> String {
        try await call(APIRequest("POST", "\(path(id))/messages", body: ["text": .string(text)])).json()
            .text(at: "answer_id")
    }

    /// The answer as it is written.
    package func answer(_ message: String, of id: String) -> EventFollower {
        EventFollower(self, path: "\(path(id))/messages/\(APIRequest.encoded(message))/events", after: nil)
    }
}
