internal import CHTTPParser
internal import Kernel

/// Heads by http_parser 2.9.4 (Debian's libhttp-parser).
///
/// Only heads go through it: it is upstream's last release, its shared library is built without strict mode, and its
/// chunk lines would take bare line feeds. `ChunkDecoder` reads bodies.
struct HTTPParserHead: HeadParser {
    private let settings: UnsafeMutablePointer<http_parser_settings>

    /// Lives as long as the process: one per loop.
    init() {
        settings = .allocate(capacity: 1)
        http_parser_settings_init(settings)
        settings.pointee.on_url = { parser, at, length in
            Collector.from(parser).pointee.target(at!, length)
            return 0
        }
        settings.pointee.on_header_field = { parser, at, length in
            Collector.from(parser).pointee.name(at!, length)
            return 0
        }
        settings.pointee.on_header_value = { parser, at, length in
            Collector.from(parser).pointee.value(at!, length)
            return 0
        }
        settings.pointee.on_headers_complete = { parser in
            Collector.from(parser).pointee.isComplete = true
            return 0
        }
    }

    func parse(_ head: UnsafeBufferPointer<UInt8>) throws(Problem) -> HeadLayout {
        var parser = http_parser()
        http_parser_init(&parser, HTTP_REQUEST)
        let base = UnsafeRawPointer(head.baseAddress!)
        var collector = Collector(base: base)
        collector.layout.fields.reserveCapacity(16)
        withUnsafeMutablePointer(to: &collector) { collector in
            parser.data = UnsafeMutableRawPointer(collector)
            _ = http_parser_execute(
                &parser, settings, base.assumingMemoryBound(to: CChar.self), head.count)
        }
        guard collector.isComplete else {
            if http_errno(parser.http_errno) == HPE_INVALID_METHOD { throw .methodNotImplemented }
            throw .malformed("The request's head cannot be read.")
        }
        collector.layout.major = Int(parser.http_major)
        collector.layout.minor = Int(parser.http_minor)
        return collector.layout
    }

    /// What the callbacks fill while one head is parsed, on the stack of `parse`.
    private struct Collector {
        let base: UnsafeRawPointer
        var layout = HeadLayout()
        var isComplete = false

        static func from(_ parser: UnsafeMutablePointer<http_parser>?) -> UnsafeMutablePointer<Collector> {
            parser!.pointee.data.assumingMemoryBound(to: Collector.self)
        }

        private func span(_ at: UnsafePointer<CChar>, _ length: Int) -> Span {
            let start = UInt32(UnsafeRawPointer(at) - base)
            return Span(start: start, end: start + UInt32(length))
        }

        private func isSpace(_ offset: UInt32) -> Bool {
            let byte = base.load(fromByteOffset: Int(offset), as: UInt8.self)
            return byte == ASCII.space || byte == ASCII.tab
        }

        mutating func target(_ at: UnsafePointer<CChar>, _ length: Int) { layout.target = span(at, length) }

        mutating func name(_ at: UnsafePointer<CChar>, _ length: Int) {
            let name = span(at, length)
            layout.fields.append(FieldSpan(name: name, value: Span(start: name.end, end: name.end)))
        }

        mutating func value(_ at: UnsafePointer<CChar>, _ length: Int) {
            guard !layout.fields.isEmpty else { return }
            // The parser leaves the white space after a value on it (RFC 9110 §5.5).
            var value = span(at, length)
            while value.count > 0, isSpace(value.end - 1) { value.end -= 1 }
            layout.fields[layout.fields.count - 1].value = value
        }
    }
}
