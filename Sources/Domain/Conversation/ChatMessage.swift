package import Kernel
internal import Postgres

package enum MessageSubject {}
package typealias MessageID = ID<MessageSubject>

/// One message of the talk with the business analyst.
package struct ChatMessage: JSONWritable, Sendable {
    package enum Author: String, Sendable { case user, assistant }
    /// `streaming` becomes `complete` or `failed`, once.
    package enum Status: String, Sendable { case complete, streaming, failed }

    static let columns = "id, role, status, text, proposal, failure, created_at"

    package let id: MessageID
    package let author: Author
    package let status: Status
    package let text: String
    /// A brief that the analyst proposes with this message.
    package let proposal: JSON?
    package let failure: String?
    package let createdAt: Timestamp

    init(_ row: Row) throws {
        id = try row.get(0)
        author = Author(rawValue: try row.get(1)) ?? .assistant
        status = Status(rawValue: try row.get(2)) ?? .failed
        text = try row.get(3)
        proposal = try row.get(4)
        failure = try row.get(5)
        createdAt = try row.get(6)
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.string(id.description)
            json.key("role")
            json.string(author.rawValue)
            json.key("status")
            json.string(status.rawValue)
            json.key("text")
            json.string(text)
            json.key("proposal")
            json.value(proposal ?? .null)
            json.key("failure")
            json.string(failure)
            json.key("created_at")
            json.string(createdAt.description)
        }
    }
}
