extension YAML {
    /// Whether libyaml can read the whole stream: any number of documents, tags and keys of any kind. Nothing is kept.
    ///
    /// - Throws: `YAMLError` with the line.
    package static func check(_ bytes: [UInt8], file: String) throws(YAMLError) {
        var events = EventReader(bytes, file: file)
        while true {
            if case .streamEnd = try events.next().kind { return }
        }
    }
}
