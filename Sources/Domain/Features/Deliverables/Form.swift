import Kernel

/// Where a deliverable's JSON comes from.
enum Form: Sendable {
    /// A model's answer, or what a person sends: held to all that is asked of it today.
    case new
    /// From the database. What was accepted once stays readable, whatever has been asked for since.
    case stored

    /// A member that has not always been there.
    func member(_ name: String, _ schema: JSONSchema) -> JSONSchema.Property {
        self == .new ? .required(name, schema) : .optional(name, schema)
    }
}
