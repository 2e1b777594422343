extension PythonProject {
    /// Tests of what can be done with one kind of record, whatever the rules.
    func operationTests(_ index: Int) -> [PythonTest] {
        let entity = entities[index]
        let name = entity.name
        let service = "self.app.\(entity.collection)"
        let one = EnglishWords.indefinite(entity.label)
        func ids(_ operation: ProductModel.Operation) -> [String] { product.id(operation, index).map { [$0] } ?? [] }
        let createID = PythonText.string(product.id(.create, index) ?? "")

        var tests = [
            PythonTest(
                title: "A new \(entity.label) gets a number and keeps its values.", name: "create_keeps_the_values",
                requirements: ids(.create),
                body: [
                    "values = samples.\(name)_values(self.app)", "\(name) = \(service).create(**values)",
                    "self.assertIsNotNone(\(name).id)",
                    "for field, value in values.items():", "    self.assertEqual(getattr(\(name), field), value)",
                ]),
            PythonTest(
                title: "Values of a wrong type and unknown fields are refused.", name: "create_refuses_wrong_values",
                requirements: ids(.create),
                body: wrongValues(entity) + [
                    "with self.assertRaises(RuleError) as caught:", "    samples.\(name)(self.app, no_such_field=1)",
                    "self.assertIn(\(createID), caught.exception.rules)",
                ]),
            PythonTest(
                title: "All \(entity.plural) are listed, oldest first, and each is found by its number.",
                name: "list_and_show", requirements: ids(.list),
                body: [
                    "first = samples.\(name)(self.app)", "second = samples.\(name)(self.app)",
                    "listed = [found.id for found in \(service).all()]",
                    "self.assertLess(listed.index(first.id), listed.index(second.id))",
                    "self.assertEqual(\(service).get(second.id), second)", "with self.assertRaises(NotFoundError):",
                    "    \(service).get(999_999)",
                ]),
            PythonTest(
                title: "Changed values are kept.", name: "change_keeps_the_new_values", requirements: ids(.change),
                body: [
                    "\(name) = samples.\(name)(self.app)", "values = samples.\(name)_values(self.app)",
                    "\(service).update(\(name).id, **values)", "changed = \(service).get(\(name).id)",
                    "for field, value in values.items():", "    self.assertEqual(getattr(changed, field), value)",
                    "with self.assertRaises(NotFoundError):", "    \(service).update(999_999)",
                ]),
            PythonTest(
                title: "A deleted \(entity.label) is gone.", name: "delete", requirements: ids(.delete),
                body: [
                    "\(name) = samples.\(name)(self.app)", "\(service).delete(\(name).id)",
                    "with self.assertRaises(NotFoundError):",
                    "    \(service).get(\(name).id)",
                ]),
        ]
        let required = entity.fields.filter { $0.isRequired }
        if !required.isEmpty {
            let names = required.map { PythonText.string($0.name) }
            var body = [
                "\(PythonText.bracket("for field in (", names, names.count == 1 ? ",):" : "):", indent: 0))",
                "    with self.subTest(field), self.assertRaises(RuleError) as caught:",
                "        samples.\(name)(self.app, **{field: None})",
                "    self.assertIn(\(createID), caught.exception.rules)",
            ]
            if let text = required.first(where: { $0.type == .text }) {
                body += [
                    "with self.assertRaises(RuleError) as caught:",
                    "    samples.\(name)(self.app, \(text.name)=\"  \")",
                    "self.assertIn(\(createID), caught.exception.rules)",
                ]
            }
            tests.insert(
                PythonTest(
                    title: "\(one.prefix(1).uppercased() + one.dropFirst()) without a required value is refused.",
                    name: "create_refuses_missing_values", requirements: ids(.create), body: body), at: 1)
        }
        for field in entity.references {
            tests.append(
                PythonTest(
                    title: "A reference to a \(field.label) that does not exist is refused.",
                    name: "unknown_\(field.name)_is_refused",
                    requirements: ids(.create),
                    body: [
                        "with self.assertRaises(RuleError) as caught:",
                        "    samples.\(name)(self.app, \(field.name)=999_999)",
                        "self.assertIn(\(createID), caught.exception.rules)",
                    ]))
        }
        return tests + usedTest(index)
    }

    private func wrongValues(_ entity: RecordKind) -> [String] {
        let fields = entity.fields.map { field in
            "(\(PythonText.string(field.name)), \(field.type == .text ? "42" : PythonText.string("no such value")))"
        }
        return [
            PythonText.bracket("for field, value in (", fields, fields.count == 1 ? ",):" : "):", indent: 0),
            "    with self.subTest(field), self.assertRaises(RuleError) as caught:",
            "        samples.\(entity.name)(self.app, **{field: value})",
            "    self.assertIn(\(PythonText.string(createID(entity))), caught.exception.rules)",
        ]
    }

    private func createID(_ entity: RecordKind) -> String {
        entities.firstIndex(of: entity).flatMap { product.id(.create, $0) } ?? ""
    }

    /// A record that others refer to cannot be deleted.
    private func usedTest(_ index: Int) -> [PythonTest] {
        guard let (other, field) = referring(to: index).first(where: { $0.entity != entities[index] }) else {
            return []
        }
        let entity = entities[index]
        return [
            PythonTest(
                title: "A \(entity.label) that \(other.plural) refer to is not deleted.",
                name: "delete_refuses_what_is_in_use",
                requirements: product.id(.delete, index).map { [$0] } ?? [],
                body: [
                    "\(entity.name) = samples.\(entity.name)(self.app)",
                    "samples.\(other.name)(self.app, \(field.name)=\(entity.name).id)",
                    "with self.assertRaises(RuleError) as caught:",
                    "    self.app.\(entity.collection).delete(\(entity.name).id)",
                    "self.assertIn(\(PythonText.string(product.id(.delete, index) ?? "")), caught.exception.rules)",
                ])
        ]
    }
}
