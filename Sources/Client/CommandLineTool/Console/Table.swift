/// Columns under each other.
struct Table {
    let header: [String]
    private(set) var rows: [[Line]] = []

    init(_ header: String...) { self.header = header }

    mutating func add(_ cells: [Line]) { rows.append(cells) }

    func lines() -> [Line] {
        var widths = header.map(\.count)
        for row in rows {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.text.count) }
        }
        let titles = header.map { Line($0.uppercased(), .faint) }
        return ([titles] + rows).map { row in
            var line: Line = ""
            for (column, cell) in row.enumerated() {
                line = line + cell
                guard column < row.count - 1 else { break }
                line = line + Line(String(repeating: " ", count: widths[column] - cell.text.count + 2))
            }
            return line
        }
    }
}
