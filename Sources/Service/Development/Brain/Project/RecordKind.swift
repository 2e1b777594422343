/// A kind of record as the generated project has it.
struct RecordKind: Sendable, Equatable {
    /// For people, in lower case unless it is an abbreviation: "library member".
    let label: String
    let plural: String
    /// In Python: the class `LibraryMember`, variables and modules `library_member`, the collection `library_members`.
    let className: String
    let name: String
    let collection: String
    var fields: [RecordField]

    var references: [RecordField] { fields.filter { $0.target != nil } }

    func field(_ name: String) -> RecordField? { fields.first { $0.name == name } }

    /// How a record of this kind shows that it is over (a loan returned, a booking cancelled), if it can.
    var closing: Closing? {
        for field in fields {
            let stems = EnglishWords.stems(field.label)
            let isClosing = stems.contains { FieldGuess.closings.contains($0) }
            if isClosing, field.type.isMoment, !field.isRequired { return .moment(field.name) }
            if isClosing, field.type == .boolean, !field.startsTrue { return .flag(field.name) }
        }
        return nil
    }

    enum Closing: Sendable, Equatable {
        case moment(String)
        case flag(String)

        var field: String {
            switch self {
            case .moment(let name), .flag(let name): name
            }
        }
    }
}
