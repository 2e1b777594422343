internal import Features
internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy

extension ConversationRoutes {
    /// `GET /api/features/{id}/attachments`: the files of all messages, oldest first, without their content.
    func listAttachments(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let feature = try request.featureID
        try await FeatureStore.requireExists(feature, scope, in: database)
        return .items(try await AttachmentStore.list(feature, scope, in: database))
    }

    /// `GET …/attachments/{attachment}`: one file with its content, as JSON: no browser takes it for a page.
    func getAttachment(_ request: Request) async throws -> Response {
        let (attachment, content) = try await AttachmentStore.find(
            request.attachmentID, of: request.featureID, Scope(try request.principal), in: database)
        return .json { json in attachment.write(to: &json, content: content) }
    }

    /// `DELETE …/attachments/{attachment}`: no later prompt has it. What was written from it stays.
    func deleteAttachment(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.builder, to: "delete an attachment")
        let (feature, id) = (try request.featureID, try request.attachmentID)
        try await database.transaction(Scope(principal)) { tx in
            guard try await AttachmentStore.delete(id, of: feature, in: tx) else {
                throw Problem.notFound("attachment")
            }
            try await request.record(
                .attachmentDeleted, on: id.description, ["feature": .string(feature.description)], in: tx)
        }
        return .noContent
    }
}

extension Request {
    var attachmentID: AttachmentID {
        get throws {
            guard let id = AttachmentID(try parameters.require("attachment")) else {
                throw Problem.notFound("attachment")
            }
            return id
        }
    }
}
