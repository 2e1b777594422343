import Kernel

/// Names the feature after its specification, in two to five words.
enum TitleRole {
    static func reply(to exchange: Exchange) -> [BrainBlock] {
        let product = exchange.product
        var words = words(of: product.title)
        if words.count < 2 {
            words += self.words(of: BriefTitle.made(of: product.entities.map { $0.label })).filter {
                !words.contains($0)
            }
        }
        if words.count < 2 { words.append("register") }
        var title = words.prefix(5).joined(separator: " ")
        title = String((title.prefix(1).uppercased() + title.dropFirst()).prefix(80))
        return [.tool(name: "set_title", input: ["title": .string(title)])]
    }

    private static func words(of title: String) -> [String] {
        title.split(whereSeparator: \.isWhitespace).map { word in
            String(word.filter { $0.isLetter || $0.isNumber || $0 == "-" })
        }.filter { word in word.contains { $0.isLetter || $0.isNumber } }
    }
}
