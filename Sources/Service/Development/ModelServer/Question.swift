internal import Kernel
internal import ModelGateway

/// What the development model is asked, read and checked as the real service does, whichever protocol it came in.
struct Question {
    enum Wire {
        /// Anthropic Messages.
        case messages
        /// OpenAI Chat Completions.
        case completions
    }

    let wire: Wire
    let request: ModelRequest
    let isStreamed: Bool
    /// Whether a streamed answer ends with what it cost; Messages always say.
    var wantsUsage = true
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

    /// Reads a body with `read`, and names what is wrong with it as the API does.
    static func reading(
        _ body: [UInt8], _ read: (inout JSONFields) throws -> Question
    ) throws(WireError) -> Question {
        let json: JSON
        do { json = try JSON(parsing: body) } catch {
            throw .invalid("The request body is not valid JSON: \(error)")
        }
        do {
            var fields = try JSONFields(json)
            return try read(&fields)
        } catch let error as WireError {
            throw error
        } catch {
            throw WireError(error as? Problem ?? .internal)
        }
    }
}

/// FNV-1a, 64 bits: stable between runs, as Swift's own hashing is not.
enum Digest {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
