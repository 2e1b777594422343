internal import CYAML

/// One event of libyaml's parser, copied out of C.
struct Event {
    enum Kind {
        case scalar(String, isPlain: Bool, anchor: String?, hasTag: Bool)
        case sequenceStart(anchor: String?, hasTag: Bool)
        case sequenceEnd
        case mappingStart(anchor: String?, hasTag: Bool)
        case mappingEnd
        case alias(String)
        case documentStart
        case documentEnd
        case streamStart
        case streamEnd
    }

    let kind: Kind
    let place: YAMLPlace
}

/// libyaml's event parser over bytes in memory.
struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// A copy at a fixed address: the parser reads from it for as long as it lives.
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let file: String

    init(_ bytes: [UInt8], file: String) {
        self.file = file
        input = .allocate(capacity: max(1, bytes.count))
        _ = input.initialize(from: bytes)
        // The parser points at itself once it has its input, so it too needs a fixed address.
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("no memory for a YAML parser") }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    mutating func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        return Event(kind: kind(of: event), place: place(event.start_mark))
    }

    private func kind(of event: yaml_event_t) -> Event.Kind {
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                String(decoding: text, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                anchor: Self.text(scalar.anchor), hasTag: scalar.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .sequenceStart(anchor: Self.text(start.anchor), hasTag: start.tag != nil)
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mappingStart(anchor: Self.text(start.anchor), hasTag: start.tag != nil)
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_ALIAS_EVENT: return .alias(Self.text(event.data.alias.anchor) ?? "")
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_STREAM_START_EVENT: return .streamStart
        default: return .streamEnd
        }
    }

    private static func text(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
        bytes.map { String(cString: $0) }
    }

    /// libyaml counts from 0, and reports a reader's problem by offset alone.
    private func failure() -> YAMLError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "not readable"
        let reason =
            switch parser.pointee.error {
            case YAML_READER_ERROR: "The file has a character that YAML does not allow (\(problem))."
            case YAML_MEMORY_ERROR: "There is not enough memory to read the file."
            default: "This is not valid YAML: \(problem)."
            }
        return YAMLError(place(parser.pointee.problem_mark), reason)
    }

    private func place(_ mark: yaml_mark_t) -> YAMLPlace {
        YAMLPlace(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
