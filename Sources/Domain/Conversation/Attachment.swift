internal import Artifacts
package import Kernel
internal import Postgres

package enum AttachmentSubject {}
package typealias AttachmentID = ID<AttachmentSubject>

/// A file that came with a message: text, Markdown, code or a table, for the analyst and the specification.
package struct Attachment: JSONWritable, Sendable {
    package static let maximumPerMessage = 5
    package static let maximumPerFeature = 20
    /// In bytes of UTF-8.
    package static let maximumBytes = 131_072

    static let columns = "id, message_id, name, media_type, octet_length(content), created_at"

    package let id: AttachmentID
    package let message: MessageID
    package let name: String
    package let mediaType: String
    package let bytes: Int
    package let createdAt: Timestamp

    init(_ row: Row) throws {
        id = try row.get(0)
        message = try row.get(1)
        name = try row.get(2)
        mediaType = try row.get(3)
        bytes = try row.get(4)
        createdAt = try row.get(5)
    }

    package func write(to json: inout JSONWriter) { write(to: &json, content: nil) }

    func write(to json: inout JSONWriter, content: String?) {
        json.object { json in
            json.key("id")
            json.string(id.description)
            json.key("message_id")
            json.string(message.description)
            json.key("name")
            json.string(name)
            json.key("media_type")
            json.string(mediaType)
            json.key("bytes")
            json.integer(bytes)
            json.key("created_at")
            json.string(createdAt.description)
            if let content {
                json.key("content")
                json.string(content)
            }
        }
    }
}

/// A file as somebody sends it, found fit to be kept.
package struct NewAttachment: Sendable, Equatable {
    package let name: String
    package let mediaType: String
    package let content: String

    /// Reads the `attachments` of a request; none is an empty list.
    ///
    /// - Throws: a 422 that names the field, and for what looks like a secret the line, never the secret.
    package static func all(in value: JSON?, at pointer: String = "/attachments") throws(Problem) -> [NewAttachment] {
        guard let value else { return [] }
        guard let items = value.array else {
            throw .invalidField(pointer, "\"attachments\" must be a list, not \(value.kind).")
        }
        guard items.count <= Attachment.maximumPerMessage else {
            throw .invalidField(
                pointer, "A message takes at most \(Attachment.maximumPerMessage) files; send the others with the next."
            )
        }
        var attachments: [NewAttachment] = []
        for (index, item) in items.enumerated() {
            let attachment = try NewAttachment(item, at: "\(pointer)/\(index)")
            let isTwin = attachments.contains { FilePath.folded($0.name) == FilePath.folded(attachment.name) }
            guard !isTwin else {
                throw .invalidField("\(pointer)/\(index)/name", "Two files of one message have this name.")
            }
            attachments.append(attachment)
        }
        return attachments
    }

    private init(_ json: JSON, at pointer: String) throws(Problem) {
        var fields = try JSONFields(json, at: pointer)
        let name = try fields.line("name", length: 1...FilePath.maximumSegmentBytes)
        let content = try fields.text("content", length: 1...Attachment.maximumBytes)
        try fields.finish()
        self.name = try Self.checked(name, at: "\(pointer)/name")
        self.content = try Self.checked(content: content, at: "\(pointer)/content")
        mediaType = Self.mediaType(of: name)
    }

    /// A name that any system could give the file, without a folder.
    private static func checked(_ name: String, at pointer: String) throws(Problem) -> String {
        let path: FilePath
        do {
            path = try FilePath(name)
        } catch {
            throw .invalidField(pointer, "This cannot name a file: \(error.sentence).")
        }
        guard path.segments.count == 1 else {
            throw .invalidField(pointer, "Give the file's name alone, without its folder.")
        }
        return path.text
    }

    private static func checked(content: String, at pointer: String) throws(Problem) -> String {
        guard content.utf8.count <= Attachment.maximumBytes else {
            throw .invalidField(
                pointer,
                "The file has \(content.utf8.count) bytes; at most \(Attachment.maximumBytes) are taken. Send the part "
                    + "that matters.")
        }
        if let line = firstControl(in: content) {
            throw .invalidField(
                pointer, "Line \(line) holds a control character. Files are taken as text: export it as text or CSV.")
        }
        if let secret = SecretPatterns.first(in: content) {
            throw .invalidField(
                pointer,
                "Line \(secret.line) looks like \(secret.pattern). Take it out, and change it if it was real: it must "
                    + "not reach a model.")
        }
        return content
    }

    /// The line of the first control character that no text file needs.
    private static func firstControl(in content: String) -> Int? {
        var line = 1
        for scalar in content.unicodeScalars {
            if scalar == "\n" { line += 1 }
            guard scalar.properties.generalCategory == .control else { continue }
            if !["\n", "\r", "\t", "\u{C}"].contains(scalar) { return line }
        }
        return nil
    }

    /// By the name; all of it is text, which nothing here ever runs.
    private static func mediaType(of name: String) -> String {
        switch name.split(separator: ".").last?.lowercased() {
        case "csv": "text/csv"
        case "tsv": "text/tab-separated-values"
        case "md", "markdown": "text/markdown"
        case "json": "application/json"
        case "yaml", "yml": "application/yaml"
        default: "text/plain"
        }
    }
}
