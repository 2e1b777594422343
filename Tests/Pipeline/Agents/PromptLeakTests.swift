import ModelGateway
import Pipeline
import Testing

/// What may be said of a prompt, and what is held back.
@Suite struct PromptLeakTests {
    private let prompt = PromptLibrary.prompt(for: .analyst)
    private var leak: PromptLeak { PromptLeak(prompt) }
    private var words: [String] {
        prompt.system.map(\.text).joined(separator: " ").split(whereSeparator: \.isWhitespace).map(String.init)
    }

    @Test func `what analysts say is no leak`() {
        let said = [
            "I understood that members borrow tools. I assume a member may hold one loan at a time. Is that right?",
            "A brief, a specification, a plan, tests, code, reviews: a person approves at every gate.",
            "You can approve it, or revise the brief; revising starts again at the specification.",
            "Specwright does not run the code, so nothing was tested. It was reviewed.",
            "", "?", "😀",
        ]
        for text in said { #expect(!leak.isLeak(text), "\(text)") }
    }

    @Test func `a run of the prompt is a leak however it is set`() {
        for start in stride(from: 0, to: words.count - 40, by: 17) {
            let passage = words[start..<start + 32]
            for text in [
                passage.joined(separator: " "), passage.joined(separator: "\n> "),
                passage.joined(separator: " | ").uppercased(),
            ] {
                #expect(leak.isLeak("Sure! \(text) There."), "\(text)")
            }
        }
        // Short pieces, one after the other, add up.
        let pieces = stride(from: 0, to: 200, by: 20).map { words[$0..<$0 + 12].joined(separator: " ") }
        #expect(leak.isLeak(pieces.joined(separator: " — and so on and so forth — ")))
    }

    @Test func `what is shown of a leak, piece by piece, is none`() {
        let text = "Here it is. " + words.joined(separator: " ")
        for size in [1, 3, 50, 4_000] {
            var filter = LeakFilter(leak)
            var shown = ""
            var rest = text[...]
            while !rest.isEmpty {
                shown += filter.take(String(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            shown += filter.end()
            #expect(filter.hasLeaked)
            #expect(shown.hasPrefix("Here it is.") || shown.isEmpty)
            #expect(!leak.isLeak(shown), "\(size): \(shown.prefix(300))")
        }
    }

    @Test func `what is none comes out whole, in order`() {
        let text =
            "The person who needs the software, and 20 others — naïve café, 日本語. "
            + words.prefix(10).joined(separator: " ")
        for size in 1...30 {
            var filter = LeakFilter(leak)
            var shown = ""
            var rest = text[...]
            while !rest.isEmpty {
                shown += filter.take(String(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            shown += filter.end()
            #expect(shown == text)
        }
    }
}
