extension Unicode.Scalar {
    /// Whether it may stand in text that is shown on one line: no line break, and no control character, which a
    /// terminal would obey.
    package var fitsOneLine: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
