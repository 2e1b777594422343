import Kernel
import Pipeline
import Testing

@Suite("Imports inside the project")
struct ImportsTests {
    /// What `finish` says of a project with these files beside the planned ones.
    private func refusal(_ files: KeyValuePairs<String, String>) throws -> String? {
        var harness = try LoopHarness(limits: patient)
        let planned: KeyValuePairs = ["loans.py": "def borrow(): pass\n", "README.md": "# T\n"]
        _ = harness.write(planned, reason: nil)
        // As an edit leaves them: no reason was given.
        for (path, content) in files {
            _ = harness.write([path: "\n"])
            _ = harness.write([path: content], reason: nil)
        }
        guard case .callAgain = harness.loop.receive(.calling("finish", LoopHarness.finish)) else { return nil }
        return harness.results.first?.text
    }

    private var patient: ImplementLoop.Limits {
        var limits = ImplementLoop.Limits()
        limits.turns = 200
        return limits
    }

    @Test(
        "What leads nowhere is named with file and line",
        arguments: [
            (
                ["pkg/__init__.py": "", "pkg/a.py": "import os\nfrom .b import x\n"],
                "pkg/a.py line 2: there is no module \".b\""
            ),
            (
                ["pkg/__init__.py": "", "main.py": "from pkg.gone import x\n"],
                "there is no module \"pkg.gone\" in this project"
            ),
            (["pkg/__init__.py": "", "main.py": "import pkg.gone as g\n"], "there is no module \"pkg.gone\""),
            (
                [
                    "pkg/__init__.py": "", "pkg/a.py": "x = 1\n",
                    "main.py": "from pkg.a import (\n    x,\n    y as z,\n)\n",
                ], "has nothing called \"y\""
            ),
            (["main.py": "from loans import lend\n"], "\"loans\" (loans.py) has nothing called \"lend\""),
            (["pkg/__init__.py": "", "pkg/a.py": "from ...x import y\n"], "outside the project"),
            (["src/app/__init__.py": "", "src/app/main.py": "from app import gone\n"], "has nothing called \"gone\""),
            (
                ["web/a.js": "import { b } from './b.js';\n"],
                "web/a.js line 1 imports \"./b.js\", and there is no such file"
            ),
            (["web/a.ts": "export * from \"../lib/x\";\n"], "imports \"../lib/x\""),
            (["web/a.js": "// first\nconst b = require('./b');\n"], "line 2 imports \"./b\""),
            (["web/a.js": "const b = await import('./b.mjs');\n"], "imports \"./b.mjs\""),
            (["a.js": "import '../outside.js';\n"], "outside the project"),
        ] as [(KeyValuePairs<String, String>, String)])
    func broken(_ files: KeyValuePairs<String, String>, _ reason: String) throws {
        let text = try #require(try refusal(files), "accepted")
        #expect(text.contains(reason), "\(text)")
    }

    @Test(
        "What resolves, and what reading cannot tell",
        arguments: [
            [
                "pkg/__init__.py": "from .a import x\n", "pkg/a.py": "x = 1\n",
                "main.py": "from pkg import x, a\nimport pkg.a\n",
            ],
            ["main.py": "import json, requests.sessions\nfrom loans import borrow as b\n"],
            ["alembic/env.py": "from alembic import op\nfrom alembic.gone import x\n"],
            [
                "pkg/__init__.py": "",
                "main.py": "try:\n    from pkg.fast import x\nexcept ImportError:\n    x = None\n",
            ],
            ["pkg/__init__.py": "def __getattr__(name):\n    return 1\n", "main.py": "from pkg import anything\n"],
            ["pkg/__init__.py": "", "pkg/a.py": "\"\"\"from .gone import x\"\"\"\n# from .gone import x\n"],
            [
                "a.js": "import { b } from './b.js';\nimport c from './c';\nimport d from './d';\nimport './e.css';\n",
                "b.ts": "export const b = 1;\n", "c/index.ts": "export default 1;\n", "d.jsx": "export default 1;\n",
                "e.css": "a { b: c; }\n",
            ],
            ["a.js": "import x from 'react';\nimport logo from './logo.png';\nimport g from './generated/api';\n"],
            ["a.js": "// import x from './gone';\nconst s = \"import y from './gone'\";\nconst t = `from './gone'`;\n"],
            ["a.js": "import w from './w.js?worker';\n", "w.js": "f();\n"],
        ] as [KeyValuePairs<String, String>])
    func sound(_ files: KeyValuePairs<String, String>) throws {
        let text = try refusal(files)
        #expect(text == nil)
    }
}
