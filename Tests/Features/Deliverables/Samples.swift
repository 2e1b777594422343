import Features
import Kernel

/// Small, sound deliverables that tests spoil one thing at a time.
enum Samples {
    static let brief: JSON = [
        "title": "Tool library", "goal": "Members borrow tools.", "users": ["Members"],
        "stories": ["As a member, I want to borrow a tool."],
        "entities": [["name": "Tool", "fields": [["name": "title", "type": "text", "required": true]]]],
        "rules": ["A member may have at most 5 loans."], "constraints": ["Python"], "out_of_scope": ["Payments"],
        "open_questions": [],
    ]

    static let spec: JSON = [
        "summary": "Lends tools.",
        "requirements": [
            [
                "id": "R1", "kind": "functional", "pattern": "event_driven",
                "text": "When a member borrows, the system shall record a loan.", "acceptance": ["A loan is there."],
            ],
            [
                "id": "R2", "kind": "functional", "pattern": "ubiquitous",
                "text": "The system shall refuse a sixth loan.", "acceptance": ["5 pass", "6 is refused"],
            ],
        ],
        "entities": [["name": "Tool", "fields": [["name": "title", "type": "text", "required": true]]]],
        "relations": [],
        "operations": [
            [
                "name": "borrow_tool", "summary": "Records a loan.", "requirements": ["R1", "R2"],
                "inputs": [["name": "tool", "type": "text", "required": true]],
                "answer": ["text": "The tool.", "entity": "Tool", "list": false],
                "errors": [["when": "the member has 5 loans"]],
            ]
        ],
        "out_of_scope": ["Payments"],
    ]

    static let plan: JSON = [
        "summary": "One module.",
        "tasks": [
            task("T1", files: ["loans.py"], requirements: ["R1", "R2"], after: []),
            task("T2", files: ["README.md"], requirements: [], after: ["T1"]),
        ],
    ]

    static let tests: JSON = [
        "summary": "Run python3 -m unittest.",
        "cases": [
            testCase("C1", "Records a loan", requirements: ["R1"]),
            testCase("C2", "Refuses a sixth", requirements: ["R2"]),
        ],
        "files": [["path": "tests/test_loans.py", "content": "import unittest\n"]],
    ]

    /// As a reviewer submits it.
    static let submission: JSON = [
        "verdict": "FAIL", "summary": "One thing.",
        "checklist": [["id": "V1.2.4", "verdict": "FAIL", "note": "loans.py"]],
        "findings": [
            [
                "severity": "high", "title": "SQL from input", "item": "V1.2.4", "file": "loans.py", "line": 3,
                "detail": "Anyone can.", "fix": "Bind it.",
            ]
        ],
        "scans": [["id": "S1", "stand": "dismissed", "reason": "A constant."]],
        "earlier": [["id": "E1", "status": "fixed", "note": "Line 4 binds it."]],
    ]

    /// As one was stored by the first versions.
    static let review: JSON = [
        "verdict": "FAIL", "summary": "One thing.",
        "checklist": [["item": "Injection", "verdict": "FAIL", "note": "loans.py"]],
        "findings": [
            [
                "severity": "high", "title": "SQL from input", "file": "loans.py", "line": 3, "detail": "Anyone can.",
                "fix": "Bind it.",
            ]
        ],
    ]

    static func task(_ id: String, files: [String], requirements: [String], after: [String]) -> JSON {
        [
            "id": .string(id), "title": .string("Do \(id)"), "description": "Work.",
            "files": .array(files.map(JSON.string)), "requirements": .array(requirements.map(JSON.string)),
            "depends_on": .array(after.map(JSON.string)), "size": "M",
        ]
    }

    static func testCase(_ id: String, _ title: String, requirements: [String]) -> JSON {
        [
            "id": .string(id), "title": .string(title), "kind": "unit",
            "requirements": .array(requirements.map(JSON.string)), "file": "tests/test_loans.py",
        ]
    }
}

extension JSON {
    /// The value with one place set: `"tasks", "0", "id"`; `nil` takes the member out.
    func setting(_ place: String..., to value: JSON?) -> JSON { setting(place[...], to: value) }

    func setting(_ place: [String], to value: JSON?) -> JSON { setting(place[...], to: value) }

    private func setting(_ place: ArraySlice<String>, to value: JSON?) -> JSON {
        guard let name = place.first else { return value ?? .null }
        let rest = place.dropFirst()
        switch self {
        case .object(var object):
            object[name] = rest.isEmpty ? value : (object[name] ?? .null).setting(rest, to: value)
            return .object(object)
        case .array(var items):
            guard let index = Int(name) else { return self }
            if index == items.count {
                items.append(value ?? .null)
            } else {
                items[index] = items[index].setting(rest, to: value)
            }
            return .array(items)
        default: return self
        }
    }
}

/// What is wrong with a body, or nothing.
func violations(_ kind: DeliverableKind, _ json: JSON) -> [String] {
    violations { () throws(DeliverableError) in _ = try kind.read(json) }
}

func violations(_ body: () throws(DeliverableError) -> Void) -> [String] {
    do throws(DeliverableError) {
        try body()
        return []
    } catch {
        return error.violations
    }
}
