/// A file of the generated project, by its path from the project's root.
struct ProjectFile: Sendable, Equatable {
    let path: String
    let content: String
}
