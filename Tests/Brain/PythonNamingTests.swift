import Testing

@testable import Service

/// Whatever a brief calls things, Python gets names it can live with.
@Suite struct PythonNamingTests {
    @Test(arguments: [
        ("Serial number", "serial_number"), ("dueDate", "due_date"), ("class", "class_"), ("Größe", "groesse"),
        ("naïve café", "naive_cafe"), ("книга", "field"), ("1st place", "field_1st_place"), ("id", "id_"),
        ("", "field"),
        ("a'b", "ab"), ("x; import os", "x_import_os"),
    ])
    func `fields are identifiers`(text: String, name: String) {
        #expect(PythonNaming.field(text) == name)
    }

    @Test func `a package hides no module of the standard library`() {
        #expect(PythonNaming.package("Calendar") == "calendar_app")
        #expect(PythonNaming.package("Library loans") == "library_loans")
        #expect(PythonNaming.package("import") == "import_app")
        #expect(PythonNaming.package("日本") == "product")
    }

    @Test func `names are used once`() {
        var taken: Set<String> = []
        #expect((1...3).map { _ in PythonNaming.unique("book", among: &taken) } == ["book", "book_2", "book_3"])
    }

    @Test func `text stays text`() {
        #expect(PythonText.string("a\"b\\c\n\u{202E}") == "\"a\\\"b\\\\c\\n\\U0000202e\"")
        #expect(PythonText.docstring("ends \"\"\" here \\", indent: 0) == "\"\"\"ends ''' here /\"\"\"")
    }
}
