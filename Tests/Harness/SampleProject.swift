package import Kernel
package import ModelGateway
package import Pipeline
package import Service

/// A small project, and what each agent says on its way. Everything in it is right; tests put in what is wrong.
package enum SampleProject {
    package static let brief: JSON = [
        "title": "Tool lending", "goal": "Neighbours lend tools to each other and know who has what.",
        "users": ["neighbours"], "stories": ["As a neighbour, I want to lend a tool, so that it is used."],
        "entities": [
            ["name": "Loan", "fields": [["name": "tool", "type": "text", "required": true]]]
        ],
        "rules": ["A tool can be lent to one neighbour at a time."], "constraints": [], "out_of_scope": [],
        "open_questions": [],
    ]

    package static let spec: JSON = [
        "summary": "A library that keeps loans of tools.",
        "requirements": [
            [
                "id": "R1", "kind": "functional", "pattern": "event_driven",
                "text": "When a neighbour borrows a tool, the library shall keep a loan.",
                "acceptance": ["the loan is listed"],
            ],
            [
                "id": "R2", "kind": "functional", "pattern": "unwanted_behaviour",
                "text": "If a tool is lent already, then the library shall refuse to lend it to another neighbour.",
                "acceptance": ["a second loan is refused"],
            ],
        ],
        "entities": [["name": "Loan", "fields": [["name": "tool", "type": "text", "required": true]]]],
        "relations": [], "operations": operations, "out_of_scope": [],
    ]

    package static let operations: JSON = [
        [
            "name": "lend", "summary": "Lends a tool.", "requirements": ["R1", "R2"],
            "inputs": [["name": "tool", "type": "text", "required": true]],
            "answer": ["text": "The loan.", "entity": "Loan", "list": false],
            "errors": [["when": "the tool is lent already"]],
        ]
    ]

    package static let plan: JSON = [
        "summary": "One module.",
        "tasks": [
            [
                "id": "T1", "title": "Loans", "description": "Keep loans.", "files": ["loans.py", "docs/use it.md"],
                "requirements": ["R1", "R2"], "depends_on": [], "size": "M",
            ]
        ],
    ]

    package static let tests: JSON = [
        "summary": "Both requirements.",
        "cases": [
            ["id": "C1", "title": "lend", "kind": "unit", "requirements": ["R1"], "file": "tests/test_loans.py"],
            ["id": "C2", "title": "refuse", "kind": "unit", "requirements": ["R2"], "file": "tests/test_loans.py"],
        ],
        "files": [["path": "tests/test_loans.py", "content": "import loans\n\nassert loans.lend('saw')\n"]],
    ]

    /// Written by the implementer: a file whose name needs encoding is among them.
    package static func files(mends: Int) -> JSON {
        let code = "def lend(tool):\n    return [tool]\n" + String(repeating: "# mended\n", count: mends)
        return [
            "files": [
                ["path": "loans.py", "content": .string(code)],
                ["path": "docs/use it.md", "content": "# How to lend\n\nGrüße.\n"],
            ]
        ]
    }

    package static let finish: JSON = [
        "summary": "Loans can be made.", "tasks": [["id": "T1", "files": ["loans.py", "docs/use it.md"]]],
    ]

    /// A review that finds nothing: a verdict on every item it was given, and what was found before is mended.
    package static func passing(_ request: ModelRequest) -> [BrainBlock] { submitting(request) }

    /// A review that finds one thing.
    ///
    /// - Parameters:
    ///   - line: of `loans.py`.
    ///   - item: which of the checklist's items it falls under, from 0.
    ///   - earlier: what became of the findings of the review before.
    package static func failing(
        _ title: String, line: Int = 1, item: Int = 0, earlier: String = "fixed"
    ) -> ScriptedModel.Script {
        { request in submitting(request, findings: [("high", title, line, item)], failed: item...item, earlier: earlier)
        }
    }

    /// - Parameters:
    ///   - findings: severity, title, line of `loans.py`, and the place of its item in the checklist.
    ///   - failed: the places of the items that fail.
    package static func submitting(
        _ request: ModelRequest, findings: [(severity: String, title: String, line: Int, item: Int)] = [],
        failed: ClosedRange<Int>? = nil, earlier: String = "fixed"
    ) -> [BrainBlock] {
        let ids = items(of: request)
        let blocks = findings.contains { $0.severity == "high" }
        let checklist = ids.enumerated().map { index, id -> JSON in
            ["id": .string(id), "verdict": failed?.contains(index) == true ? "FAIL" : "PASS", "note": "read"]
        }
        let found = findings.map { finding -> JSON in
            [
                "severity": .string(finding.severity), "title": .string(finding.title),
                "item": .string(ids[finding.item]),
                "file": "loans.py", "line": .integer(Int64(finding.line)), "detail": "It goes wrong.",
                "fix": "Mend it.",
            ]
        }
        let statuses = self.ids(in: request, "earlier_findings").map { id -> JSON in
            ["id": .string(id), "status": .string(earlier), "note": "looked"]
        }
        let stands = self.ids(in: request, "scans").map { id -> JSON in
            ["id": .string(id), "stand": "dismissed", "reason": "It is a constant."]
        }
        return [
            .tool(
                name: "submit_review",
                input: [
                    "verdict": blocks ? "FAIL" : "PASS", "summary": blocks ? "Not sound." : "Sound.",
                    "checklist": .array(checklist), "findings": .array(found), "scans": .array(stands),
                    "earlier": .array(statuses),
                ])
        ]
    }

    /// The ids of the checklist that a review was given.
    package static func items(of request: ModelRequest) -> [String] {
        material("checklist", in: request)?["items"]?.array?.compactMap { $0["id"]?.string } ?? []
    }

    private static func ids(in request: ModelRequest, _ tag: String) -> [String] {
        material(tag, in: request)?.array?.compactMap { $0["id"]?.string } ?? []
    }

    /// The JSON between two tags of the first message.
    package static func material(_ tag: String, in request: ModelRequest) -> JSON? {
        let text = request.messages[0].text
        guard let open = text.firstRange(of: "<\(tag)>"), let close = text.firstRange(of: "</\(tag)>") else {
            return nil
        }
        return try? JSON(parsing: String(text[open.upperBound..<close.lowerBound]))
    }

    /// - Parameter earlier: for a later review, what became of each reason of the one before.
    package static func advice(_ verdict: String, text: String = "It says so.", earlier: [String]? = nil) -> JSON {
        var advice: JSONObject = [
            "recommendation": .string(verdict),
            "reasons": [
                [
                    "severity": verdict == "REVISE" ? "blocking" : "advisory", "kind": "contradicted",
                    "requirement": "R1", "quote": "", "text": .string(text),
                ]
            ],
        ]
        if let earlier {
            advice["earlier"] = .array(
                earlier.enumerated().map { ["number": .integer(Int64($0.offset + 1)), "state": .string($0.element)] })
        }
        return .object(advice)
    }

    /// Agrees, and with every reason of the review before, if there was one.
    private static func agree(_ request: ModelRequest) -> JSON {
        let text = request.messages.map(\.text).joined()
        guard text.contains("<earlier>") else { return advice("APPROVE") }
        let count = text.components(of: "<earlier>", "</earlier>").split(separator: "\"number\":").count - 1
        return advice("APPROVE", earlier: Array(repeating: "resolved", count: max(0, count)))
    }

    package static func answer(_ agent: AgentName, to request: ModelRequest) -> [BrainBlock] {
        switch agent {
        case .analyst:
            [.text("I understood: tools are lent. "), .tool(name: "propose_brief", input: brief)]
        case .spec: [.tool(name: "submit_spec", input: spec)]
        case .planner: [.tool(name: "submit_plan", input: plan)]
        case .contractTest: [.tool(name: "submit_tests", input: tests)]
        case .implementer: implement(request)
        case .securityReview, .codeReview: passing(request)
        case .alignmentReview: [.tool(name: "submit_recommendation", input: agree(request))]
        case .title: [.tool(name: "set_title", input: ["title": "Lending tools among neighbours"])]
        }
    }

    /// Writes, and finishes when that was accepted; a repair adds one line to what was there.
    private static func implement(_ request: ModelRequest) -> [BrainBlock] {
        let hasWritten = request.messages.flatMap(\.content).contains {
            if case .toolResult(_, _, isError: false) = $0 { true } else { false }
        }
        if hasWritten { return [.tool(name: "finish", input: finish)] }
        let opening = request.messages[0].text
        let mends = opening.contains("<findings>") ? opening.split(separator: "# mended").count : 0
        return [.text("I write it."), .tool(name: "write_files", input: files(mends: mends))]
    }
}

extension String {
    /// What stands between the first `open` and the `close` after it.
    fileprivate func components(of open: String, _ close: String) -> Substring {
        guard let start = firstRange(of: open)?.upperBound else { return "" }
        return self[start...].split(separator: close, maxSplits: 1).first ?? ""
    }
}
