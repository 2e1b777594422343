internal import HTTPClient
internal import Kernel
internal import Vault

/// One call whose answer comes as server-sent events: what is the same whatever the events say.
struct EventStreamCall {
    /// An answer of 128,000 tokens is about half a megabyte of text, and ten times that in events.
    private static let maximumResponseBytes = 64 << 20
    private static let maximumErrorBytes = 65_536

    let client: HTTPClient
    let timeouts: ModelTimeouts

    /// Sends the request; returns the response's head.
    ///
    /// - Parameter headers: given the key as a header may hold it.
    func send(
        _ body: [UInt8], to url: String, key: borrowing SecretBytes, headers: (String) -> [(String, String)]
    ) async throws -> ClientResponse {
        // A key with a byte that no header may hold would otherwise be reported as our own mistake.
        guard key.withBytes({ bytes in !bytes.isEmpty && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F } }) else {
            throw ModelFailure(.invalidKey, diagnostic: "the key is empty or not printable ASCII")
        }
        // The header is the one copy of the key outside guarded memory: made here, gone with this call.
        let headers = headers(key.withBytes { String(decoding: $0, as: UTF8.self) })
        let request = ClientRequest(
            method: "POST", url: url,
            headers: [("content-type", "application/json"), ("accept", "text/event-stream")] + headers,
            body: .bytes(body), timeouts: timeouts.clientTimeouts, maximumResponseBytes: Self.maximumResponseBytes)
        do { return try await client.send(request) } catch { throw HTTPFailures.classed(error, afterAnswerBegan: nil) }
    }

    /// Whether the body is a stream of events, and not a page or an error under status 200.
    static func isEventStream(_ response: ClientResponse) -> Bool {
        response.status == 200
            && response.header("content-type")?.lowercased().hasPrefix("text/event-stream") == true
    }

    func read<Answer: AnswerStream>(
        _ body: ResponseBody, into answer: consuming Answer, _ onEvent: (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        var answer = answer
        // A block of an answer whose tool input is sent whole is one event.
        var parser = SSEParser(limit: 8 << 20)
        var chunks = body.makeAsyncIterator()
        while !answer.isFinished {
            let chunk: [UInt8]?
            do {
                chunk = try await chunks.next()
            } catch {
                throw HTTPFailures.classed(error, afterAnswerBegan: answer.hasStarted ? answer.usage : nil)
            }
            guard let chunk else { break }
            let events: [SSEEvent]
            do { events = try parser.feed(chunk) } catch { throw answer.broken("an event over \(error.limit) bytes") }
            for event in events {
                for step in try answer.receive(event.data) { try await onEvent(step) }
            }
        }
        let reply = try answer.reply()
        finish(body)
        return reply
    }

    /// What an answer that is none says; empty when that cannot be read, for then the status says enough.
    func readError(_ body: ResponseBody) async throws -> [UInt8] {
        do {
            return try await body.collect(limit: Self.maximumErrorBytes)
        } catch .cancelled {
            throw CancellationError()
        } catch {
            return []
        }
    }

    /// Reads the few bytes that end the response, so that its connection serves the next call too; nobody waits for it.
    ///
    /// A server that keeps the stream open after its last event has a second, then the connection is closed.
    private func finish(_ body: ResponseBody) {
        Task {
            await withTaskGroup { group in
                group.addTask {
                    var rest = body.makeAsyncIterator()
                    while let chunk = try? await rest.next() { _ = chunk }
                }
                group.addTask { try? await Task.sleep(for: .seconds(1)) }
                await group.next()
                group.cancelAll()
            }
        }
    }
}
