import HTTPServer
import Testing

/// Valid requests with a few bytes changed: whatever comes of it, the server answers or closes, and goes on.
@Suite struct FuzzTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        // SplitMix64, so that a failure can be repeated from its seed.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let seeds = [
        "GET /a/b?c=d HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\nX-Request-Id: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello",
        "PUT /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: v\r\n\r\n",
    ].map { Array($0.utf8) }

    private static let telling = Array("\r\n\t \0:;,%/0123456789abcfxGH".utf8) + [0x80, 0xFF]

    @Test(arguments: 1...4)
    func survives(seed: Int) async throws {
        var random = Generator(state: UInt64(seed))
        try await withServer(echo) { server in
            for _ in 0..<150 {
                var bytes = Self.seeds.randomElement(using: &random)!
                for _ in 0..<Int.random(in: 1...4, using: &random) { Self.change(&bytes, &random) }
                let client = try server.connect()
                // The server may have closed half-way, and rightly.
                try? await client.send(bytes)
                client.finish()
                let answer = try await client.receiveAll()
                #expect(answer.isEmpty || answer.starts(with: "HTTP/1.1 ".utf8), "seed \(seed): \(bytes)")
            }
            #expect(try await server.connect().exchange("POST / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
        }
    }

    private static func change(_ bytes: inout [UInt8], _ random: inout Generator) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[index] = telling.randomElement(using: &random)!
        case 1: bytes.insert(telling.randomElement(using: &random)!, at: index)
        case 2 where bytes.count > 1: bytes.remove(at: index)
        case 3:
            let end = min(index + Int.random(in: 1...20, using: &random), bytes.count)
            bytes.insert(contentsOf: bytes[index..<end], at: index)
        default: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
    }
}
