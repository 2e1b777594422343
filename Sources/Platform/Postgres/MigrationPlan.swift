/// Which migrations are to run, given the files there are and those that have run. Pure.
struct MigrationPlan: Equatable {
    struct Entry: Sendable, Equatable {
        let number: Int
        let name: String
        let checksum: String
    }

    /// Ascending.
    let pending: [Entry]

    /// - Parameters:
    ///   - files: sorted by name.
    ///   - applied: sorted by number.
    init(files: [Entry], applied: [Entry]) throws(MigrationError) {
        for (index, file) in files.enumerated() where file.number != index + 1 {
            let isDuplicate = index > 0 && files[index - 1].number == file.number
            throw MigrationError(
                file: file.name,
                reason: isDuplicate
                    ? "\(files[index - 1].name) has the same number"
                    : "number \(index + 1) is missing before it; migrations are numbered without gaps")
        }
        for record in applied {
            guard let file = files.first(where: { $0.number == record.number }) else {
                throw MigrationError(
                    file: record.name,
                    reason: "the database has run it, but the file is missing; is this an older version?")
            }
            guard file.name == record.name else {
                throw MigrationError(file: file.name, reason: "the database has run this number as \(record.name)")
            }
            guard file.checksum == record.checksum else {
                throw MigrationError(
                    file: file.name,
                    reason: "the file was edited after the database ran it; restore it and write a new migration")
            }
        }
        let last = applied.last?.number ?? 0
        guard applied.count == last else {
            let missing = (1...last).first { number in !applied.contains { $0.number == number } } ?? 0
            throw MigrationError(
                file: files[missing - 1].name,
                reason: "later migrations have run without it; it would come out of order")
        }
        pending = files.filter { $0.number > last }
    }
}
