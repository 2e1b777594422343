internal import Kernel
internal import ModelGateway

/// The body of `POST /v1/messages`, read and checked as the API does.
struct MessagesRequest {
    let request: ModelRequest
    let isStreamed: Bool
    let stopSequences: [String]
    let trail: PromptTrail
    /// The same for equal bodies, so that answers and their ids are the same too.
    let digest: UInt64

    /// Who is asked to answer: the marker `Agent: <name>` that ends the first line of each system prompt.
    var agent: String? {
        for block in request.system {
            for line in block.text.split(whereSeparator: \.isNewline) {
                guard let marker = line.ranges(of: "Agent: ").last else { continue }
                return String(line[marker.upperBound...])
            }
        }
        return nil
    }

    /// Fields the API knows that make no difference to a development model.
    private static let passedOver = [
        "metadata", "service_tier", "thinking", "output_config", "container", "context_management",
        "inference_geo", "mcp_servers", "speed",
    ]

    init(body: [UInt8], account: String, version: WireVersion) throws(WireError) {
        let json: JSON
        do { json = try JSON(parsing: body) } catch {
            throw .invalid("The request body is not valid JSON: \(error)")
        }
        do { try self.init(JSONFields(json), body: body, account: account, version: version) } catch let error
            as WireError
        {
            throw error
        } catch {
            throw WireError(error as? Problem ?? .internal)
        }
    }

    private init(_ fields: JSONFields, body: [UInt8], account: String, version: WireVersion) throws {
        var fields = fields
        var trail = PromptTrail(account: account)
        let model = try fields.text("model", length: 1...200)
        let maxTokens = try fields.integer("max_tokens", in: 1...1_000_000)
        let temperature = try Self.sampling(&fields, version)
        let tools = try ToolReader.tools(fields.take("tools"), trail: &trail)
        let choice = try ToolReader.choice(fields.take("tool_choice"), among: tools)
        let system = try ConversationReader.system(fields.take("system"), trail: &trail)
        let marksAll = fields.take("cache_control") != nil
        let messages = try ConversationReader.messages(
            fields.array("messages", count: 1...100_000), marksLast: marksAll, trail: &trail)
        guard trail.marks <= 4 else {
            throw WireError.invalid(
                "A maximum of 4 blocks with cache_control may be provided. Found \(trail.marks).")
        }
        isStreamed = try fields.optionalBool("stream") ?? false
        stopSequences = fields.take("stop_sequences")?.array?.compactMap(\.string).filter { !$0.isEmpty } ?? []
        for name in Self.passedOver { _ = fields.take(name) }
        try fields.finish()
        request = ModelRequest(
            model: model, system: system, messages: messages, tools: tools, toolChoice: choice,
            maxTokens: Int(maxTokens), temperature: temperature,
            cacheLastMessage: trail.boundaries.last?.isMarked ?? false)
        self.trail = trail
        digest = Digest.of(body)
    }

    /// Takes out how words are to be picked, which the newer version no longer lets anybody say.
    private static func sampling(_ fields: inout JSONFields, _ version: WireVersion) throws -> Double? {
        var temperature: Double?
        for name in ["temperature", "top_p", "top_k"] {
            guard let value = fields.take(name) else { continue }
            guard version.takesSampling else {
                throw WireError.invalid("\(name): Extra inputs are not permitted in API version \(version.rawValue)")
            }
            guard name == "temperature" else { continue }
            guard let number = value.number, (0...1).contains(number) else {
                throw WireError.invalid("temperature: Input should be a number from 0 to 1")
            }
            temperature = number
        }
        return temperature
    }
}

/// FNV-1a, 64 bits: stable between runs, as Swift's own hashing is not.
enum Digest {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
