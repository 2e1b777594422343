internal import Kernel

/// A stretch of a head's bytes.
struct Span: Sendable, Equatable {
    var start: UInt32
    var end: UInt32

    var range: Range<Int> { Int(start)..<Int(end) }
    var count: Int { Int(end - start) }
}

/// A field's name, and its value without the white space around it.
struct FieldSpan: Sendable, Equatable {
    var name: Span
    var value: Span
}

/// Where the parts of a head are.
struct HeadLayout: Sendable, Equatable {
    var target = Span(start: 0, end: 0)
    var major = 0
    var minor = 0
    var fields: [FieldSpan] = []
}

/// Takes a request's head apart. `HeadRules` has vetted the bytes before, so that no parser's leniency matters.
protocol HeadParser {
    /// - Parameter head: everything from the request line to the empty line, both included.
    /// - Throws: the problem to answer with.
    func parse(_ head: UnsafeBufferPointer<UInt8>) throws(Problem) -> HeadLayout
}
