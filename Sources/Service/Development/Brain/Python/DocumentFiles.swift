extension PythonProject {
    static let unfinished = "Being written: the tasks of the plan are not done yet."

    var readmeFile: ProjectFile {
        let kept = entities.map { entity in
            "- **\(PythonText.prose(entity.label))**: "
                + entity.fields.map { "\(PythonText.prose($0.label)) (\($0.type.label))" }.joined(separator: ", ")
        }
        let rules = product.rules.map { rule in
            "- \(PythonText.prose(rule.id)): \(PythonText.prose(rule.text))\(rule.meanings.isEmpty ? " *(a policy that people keep)*" : "")"
        }
        let first = entities[0]
        let example = first.fields.filter(\.isRequired).prefix(3).map { "--\($0.name.replacing("_", with: "-")) …" }
        let command = "python -m \(package) \(first.collection.replacing("_", with: "-"))"
        return ProjectFile(
            path: "README.md",
            content: PythonText.file(
                """
                # \(PythonText.prose(product.title))

                \(PythonText.prose(product.goal))

                Needs Python 3.10 or later and nothing else.

                ## Use

                ```
                \(command) add \(example.joined(separator: " "))
                \(command) list
                python -m \(package) show-rules
                python -m \(package) --help
                ```

                Records are kept in `\(package).db` in the current folder; `--database` names another file.
                From Python, `\(package).app.App` offers the same.

                ## What is kept

                \(kept.joined(separator: "\n"))

                ## Rules

                \(rules.isEmpty ? "The brief names none beyond complete and well-formed records." : rules.joined(separator: "\n"))

                ## Tests

                ```
                python -m unittest discover -s tests
                ```

                ## Licence

                Not chosen yet: all rights stay with the owner.

                ## Status

                \(Self.unfinished)
                """))
    }

    var projectFile: ProjectFile {
        ProjectFile(
            path: "pyproject.toml",
            content: PythonText.file(
                """
                [build-system]
                requires = ["setuptools>=61"]
                build-backend = "setuptools.build_meta"

                [project]
                name = "\(package.replacing("_", with: "-"))"
                version = "0.1.0"
                description = \(PythonText.string(PythonText.prose(product.title)))
                requires-python = ">=3.10"
                dependencies = []

                [project.scripts]
                \(package.replacing("_", with: "-")) = "\(package).cli:main"

                [tool.setuptools.packages.find]
                include = ["\(package)*"]
                """))
    }
}
