import Kernel
import Pipeline
import Testing

@Suite("Tests that show nothing are refused")
struct TestIntegrityTests {
    private func result(_ content: String, at path: String) throws -> (text: String, isError: Bool) {
        var harness = try LoopHarness()
        return harness.write([path: content])
    }

    @Test(
        "Skipped, excused, run alone, or asserting what is always so",
        arguments: [
            ("tests/test_a.py", "@unittest.skip(\"later\")\ndef test_a():\n    pass\n", "skips a test"),
            ("tests/test_a.py", "@pytest.mark.skip\ndef test_a():\n    pass\n", "shows nothing"),
            ("tests/test_a.py", "@pytest.mark.xfail(reason=\"x\")\ndef test_a():\n    pass\n", "expects it to fail"),
            ("tests/test_a.py", "def test_a():\n    pytest.skip('x')\n", "skips a test"),
            ("tests/test_a.py", "@unittest.skipIf(True, 'x')\ndef test_a():\n    pass\n", "whatever holds"),
            ("tests/test_a.py", "def test_a():\n    assert True\n", "shows nothing"),
            ("tests/test_a.py", "def test_a(self):\n    self.assertTrue(True)\n", "always so"),
            ("src/a.test.js", "it.skip('a', () => {});\n", "skips a test"),
            ("src/a.spec.ts", "describe.only('a', () => {});\n", "leaves the others out"),
            ("src/a.test.js", "it('a', () => { expect(true).toBe(true); });\n", "always so"),
            ("__tests__/a.js", "xit('a', () => {});\n", "skips a test"),
            ("a_test.go", "func TestA(t *testing.T) { t.Skip() }\n", "skips"),
            ("ATest.java", "class ATest { @Disabled @Test void a() {} }\n", "skips"),
            ("Tests/ATests.swift", "@Test(.disabled(\"x\")) func a() {}\n", "excuses it"),
            ("tests/a.rs", "#[test]\n#[ignore]\nfn a() {}\n", "skips a test"),
            ("conftest.py", "collect_ignore = ['tests/test_loans.py']\n", "leaves tests out"),
            ("pytest.ini", "[pytest]\naddopts = --deselect tests/test_loans.py\n", "leave tests out"),
            ("package.json", "{\"scripts\": {\"test\": \"jest || true\"}}", "whatever the tests do"),
            ("package.json", "{\"scripts\": {\"test\": \"echo ok\"}}", "whatever the tests do"),
        ])
    func weakened(_ path: String, _ content: String, _ reason: String) throws {
        let result = try result(content, at: path)
        #expect(result.isError)
        #expect(result.text.contains(reason), "\(result.text)")
    }

    @Test(
        "Honest tests, and code that merely uses such words",
        arguments: [
            ("tests/test_a.py", "# never pytest.skip(x)\ndef test_a():\n    assert skip('it.only(') is True\n"),
            (
                "tests/test_a.py",
                "@pytest.mark.skipif(os.name == 'nt', reason='POSIX')\ndef test_a():\n    assert f()\n"
            ),
            ("tests/test_a.py", "def test_a():\n    assert TrueValue(1)\n    assert True is f()\n"),
            ("src/a.test.js", "it('skips', () => { expect(audit.only(1)).toBe(true); profit(); });\n"),
            ("src/skip.py", "def test(self):\n    pytest.skip('x')\n"),
            ("package.json", "{\"scripts\": {\"test\": \"echo start && node --test\"}}"),
            ("pytest.ini", "[pytest]\naddopts = -ra --strict-markers\n"),
            ("a_test.go", "func TestA(t *testing.T) { if got := Skip(1); got != 1 { t.Fatal(got) } }\n"),
        ])
    func honest(_ path: String, _ content: String) throws {
        let result = try result(content, at: path)
        #expect(!result.isError, "\(result.text)")
    }
}
