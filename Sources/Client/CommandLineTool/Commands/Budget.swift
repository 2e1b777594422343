internal import APIClient
internal import Kernel

extension Command {
    static let budget = Command(
        path: ["budget"], summary: "what may be spent; with limits, set it",
        details: [
            "Without FEATURE the budget of the tenant: for a month, for each feature that has no limit of its own, and "
                + "for one run of one agent. Limits are in dollars; \"none\" is no limit. One that is not given stays."
        ],
        operands: [
            Operand(
                name: "FEATURE", summary: "a feature, to see or set its own limit", need: .optional,
                completes: .features)
        ],
        options: [
            Option(name: "month", value: "USD", summary: "for a calendar month"),
            Option(name: "each-feature", value: "USD", summary: "for each feature"),
            Option(name: "each-run", value: "USD", summary: "for one run of one agent"),
            Option(name: "limit", value: "USD", summary: "for FEATURE; \"none\" is the tenant's limit for features"),
        ],
        examples: [
            Example(words: "specwright budget", meaning: "what is left this month"),
            Example(words: "specwright budget --month 50", meaning: "fifty dollars a month"),
            Example(words: "specwright budget FEATURE --limit 12.50", meaning: "for one feature"),
        ]
    ) { context in
        let api = try context.api()
        let words = context.words
        let tenantOptions = [
            ("month", "month_limit_microdollars"), ("each-feature", "feature_limit_microdollars"),
            ("each-run", "run_limit_microdollars"),
        ]
        let budget: JSON
        if words.operand("FEATURE") != nil {
            guard tenantOptions.allSatisfy({ words.value($0.0) == nil }) else {
                throw Trouble.usage("A feature's budget has --limit alone", next: "specwright budget --help")
            }
            let id = try await context.feature(api)
            if let text = words.value("limit") {
                budget = try await api.setBudget(["limit_microdollars": try Money.limit(text, "limit")], of: id)
            } else {
                budget = try await api.budget(of: id)
            }
        } else {
            guard words.value("limit") == nil else {
                throw Trouble.usage("--limit needs FEATURE", next: "specwright budget FEATURE --limit USD")
            }
            let given = try tenantOptions.compactMap { option, field in
                try words.value(option).map { (field, try Money.limit($0, option)) }
            }
            let now = try await api.budget()
            if given.isEmpty {
                budget = now
            } else {
                // The API sets all limits at once: those that were not given go back as they are.
                var limits: JSONObject = [:]
                for (_, field) in tenantOptions { limits[field] = now[field] ?? .null }
                for (field, limit) in given { limits[field] = limit }
                budget = try await api.setBudget(limits)
            }
        }
        guard !context.console.isJSON else {
            context.console.data(["budget": budget])
            return .done
        }
        for (name, field) in Money.rows {
            guard let value = budget[field] else { continue }
            let amount = value.integer.map { Amounts.cost($0) } ?? "no limit"
            context.console.say("  \(name)  \(amount, .strong)")
        }
        return .done
    }
}

enum Money {
    /// Dollars as micro-dollars, exactly; "none" as null.
    static func limit(_ text: String, _ option: String) throws -> JSON {
        if text == "none" { return .null }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard let whole = Int64(parts[0]), (0...1_000_000_000).contains(whole), fraction.count <= 6,
            parts.count == 1 || !fraction.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
            let part = Int64(fraction + String(repeating: "0", count: 6 - fraction.count))
        else {
            throw Trouble.usage(
                "--\(option) must be dollars, as 12.50, or none, not \"\(text)\"", next: "specwright budget --help")
        }
        return .integer(whole * 1_000_000 + part)
    }

    fileprivate static let rows = [
        ("limit for a month  ", "month_limit_microdollars"), ("limit each feature ", "feature_limit_microdollars"),
        ("limit each run     ", "run_limit_microdollars"), ("limit              ", "limit_microdollars"),
        ("spent              ", "spent_microdollars"), ("reserved           ", "reserved_microdollars"),
        ("left               ", "left_microdollars"),
    ]
}
