package import Kernel
package import ModelGateway
internal import Postgres

/// One invocation of one agent. Its id is its job's, so whoever takes the job over continues this run.
package struct RunRecord: JSONWritable, Sendable {
    static let columns = """
        id, revision, agent, provider, model, prompt_version, is_development, status, turns, input_tokens, output_tokens,
        cache_read_tokens, cache_write_tokens, cost_microdollars, error, started_at, finished_at, continues
        """

    package let id: String
    package let revision: Int
    package let agent: String
    package let provider: String
    package let model: String
    package let promptVersion: String
    package let isDevelopment: Bool
    package let status: String
    package let turns: Int
    package let usage: Usage
    package let costMicrodollars: Int64
    package let error: String?
    package let startedAt: Timestamp
    package let finishedAt: Timestamp?
    /// The run whose answers it went on from.
    package let continues: String?

    init(_ row: Row) throws {
        id = try row.get(0)
        revision = try row.get(1)
        agent = try row.get(2)
        provider = try row.get(3)
        model = try row.get(4)
        promptVersion = try row.get(5)
        isDevelopment = try row.get(6)
        status = try row.get(7)
        turns = try row.get(8)
        usage = Usage(
            input: try row.get(9), output: try row.get(10), cacheRead: try row.get(11), cacheWrite: try row.get(12))
        costMicrodollars = try row.get(13)
        error = try row.get(14)
        startedAt = try row.get(15)
        finishedAt = try row.get(16)
        continues = try row.get(17)
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.string(id)
            json.key("revision")
            json.integer(revision)
            json.key("continues")
            json.string(continues)
            json.key("agent")
            json.string(agent)
            json.key("model")
            json.string(model)
            json.key("prompt_version")
            json.string(promptVersion)
            json.key("development_model")
            json.bool(isDevelopment)
            json.key("status")
            json.string(status)
            json.key("turns")
            json.integer(turns)
            json.key("tokens")
            usage.write(to: &json)
            json.key("cost_microdollars")
            json.integer(costMicrodollars)
            json.key("error")
            json.string(error)
            json.key("started_at")
            json.string(startedAt.description)
            json.key("finished_at")
            json.string(finishedAt?.description)
        }
    }
}
