internal import APIClient
internal import Kernel

/// The analyst's answer, as it is written.
struct Answer {
    let api: APIClient
    let console: Console
    let feature: String

    /// Shows the answer piece by piece, and returns the whole message.
    ///
    /// - Parameter asNotice: whether it goes beside the result, to standard error.
    func show(_ id: String, asNotice: Bool = false) async throws -> Message {
        let events = api.answer(id, of: feature)
        let console = console
        events.turned = { turn in
            if turn == .lost { console.transient("the connection is lost; trying again…", announces: true) }
        }
        var shown = ""
        while let event = try await events.next() {
            switch event.name {
            case "delta":
                let text = event.data["text"]?.string ?? ""
                if shown.isEmpty { begin(asNotice) }
                shown += text
                write(text, asNotice)
            case "restart":
                if !shown.isEmpty { write("\n(the answer starts over)\n", asNotice) }
                shown = ""
            case "message":
                let message = try Message(event.data)
                if message.status == "failed" {
                    if !shown.isEmpty { write("\n", asNotice) }
                    throw Trouble(
                        what: "The analyst could not answer", why: message.failure, next: "specwright chat \(feature)")
                }
                if shown.isEmpty { begin(asNotice) }
                // What came before a reconnect has been shown; the whole has the rest.
                if message.text.hasPrefix(shown) {
                    write(String(message.text.dropFirst(shown.count)), asNotice)
                } else {
                    write("\n\(message.text)", asNotice)
                }
                write("\n", asNotice)
                return message
            default: break
            }
        }
        throw Trouble(what: "The answer ended before its end", next: "specwright chat \(feature) --history")
    }

    private func begin(_ asNotice: Bool) {
        if !asNotice, console.isTerminal { write("analyst: ", false) }
    }

    private func write(_ text: String, _ asNotice: Bool) {
        guard !console.isJSON else { return }
        if asNotice { console.noticeText(text) } else { console.write(text) }
    }
}
