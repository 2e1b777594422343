package import Kernel
internal import Postgres

package enum MessageSubject {}
package typealias MessageID = ID<MessageSubject>

/// One message of the talk with the business analyst.
package struct ChatMessage: JSONWritable, Sendable {
    package enum Author: String, Sendable { case user, assistant }
    /// `streaming` becomes `complete` or `failed`, once.
    package enum Status: String, Sendable { case complete, streaming, failed }

    static let columns = """
        id, role, status, text, proposal, failure, created_at, parts,
        (SELECT jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'media_type', a.media_type,
                'bytes', octet_length(a.content)) ORDER BY a.id)
         FROM attachments a WHERE a.tenant_id = chat_messages.tenant_id
            AND a.feature_id = chat_messages.feature_id AND a.message_id = chat_messages.id)
        """

    package let id: MessageID
    package let author: Author
    package let status: Status
    package let text: String
    /// A brief that the analyst proposes with this message.
    package let proposal: JSON?
    package let failure: String?
    package let createdAt: Timestamp
    /// Of an answer: what it asks, what it has understood so far, and what its proposal changes.
    package let parts: AnswerParts
    /// Of a person's message: the files that came with it.
    package let attachments: JSON

    init(_ row: Row) throws {
        id = try row.get(0)
        author = Author(rawValue: try row.get(1)) ?? .assistant
        status = Status(rawValue: try row.get(2)) ?? .failed
        text = try row.get(3)
        proposal = try row.get(4)
        failure = try row.get(5)
        createdAt = try row.get(6)
        parts = AnswerParts(json: try row.get(7, as: JSON?.self) ?? [:])
        attachments = try row.get(8, as: JSON?.self) ?? []
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
            json.key("question")
            json.string(parts.question)
            json.key("why")
            json.string(parts.why)
            json.key("options")
            json.array { json in for option in parts.options { json.string(option) } }
            json.key("understood")
            json.array { json in for point in parts.understood { json.string(point) } }
            json.key("proposal")
            json.value(proposal ?? .null)
            json.key("changes")
            json.value(parts.changes ?? .null)
            json.key("attachments")
            json.value(attachments)
            json.key("failure")
            json.string(failure)
            json.key("created_at")
            json.string(createdAt.description)
        }
    }
}
