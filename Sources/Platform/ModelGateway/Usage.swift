package import Kernel

/// Tokens of one call, by the price they are billed at. The four classes do not overlap.
package struct Usage: Sendable, Equatable {
    /// Input neither read from nor written to the prompt cache.
    package var input: Int
    package var output: Int
    package var cacheRead: Int
    package var cacheWrite: Int

    package init(input: Int = 0, output: Int = 0, cacheRead: Int = 0, cacheWrite: Int = 0) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
    }

    package static let zero = Usage()

    package var total: Int { input + output + cacheRead + cacheWrite }

    package static func + (left: Usage, right: Usage) -> Usage {
        Usage(
            input: left.input + right.input, output: left.output + right.output,
            cacheRead: left.cacheRead + right.cacheRead, cacheWrite: left.cacheWrite + right.cacheWrite)
    }

    package static func += (left: inout Usage, right: Usage) { left = left + right }
}

extension Usage: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("input")
            json.integer(input)
            json.key("output")
            json.integer(output)
            json.key("cache_read")
            json.integer(cacheRead)
            json.key("cache_write")
            json.integer(cacheWrite)
        }
    }
}
