internal import EventLoop
internal import Glibc
internal import HTTPClient
internal import Kernel
internal import ModelGateway
internal import Synchronization
internal import Vault

/// As a step calls a model: open the tenant's key, write the request, send it, read the stream's events.
final class GatewayCalls: Sendable {
    private let loops = EventLoopGroup(count: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    private let http: HTTPClient
    private let provider: AnthropicProvider
    private let opener: Opener
    private let identity: SecretIdentity
    private let sealed: SealedSecret
    private let request = ModelRequest(
        model: "bench",
        system: [SystemBlock(String(repeating: "You write the specification. ", count: 100), cache: true)],
        messages: [.user(String(repeating: "A brief of some sentences. ", count: 50))], maxTokens: 4_096)

    init(_ place: BaseURL) throws {
        http = HTTPClient(loops: loops, egress: .allowing(hosts: ["127.0.0.1"], plainHTTP: true))
        provider = AnthropicProvider(place, client: http)
        let keys = VaultKeys.generate()
        opener = keys.opener
        identity = SecretIdentity(
            tenant: .new(), secretID: SecretID.new(), version: 1, provider: "anthropic", origin: place.origin)
        sealed = try keys.sealer.seal(
            SecretBytes(copying: "sk-bench-\(String(repeating: "k", count: 99))".utf8), as: identity)
    }

    func run(_ schedule: Schedule) async throws -> [CallTimes] {
        let times = Times(count: schedule.count)
        await withDiscardingTaskGroup { group in
            for number in 0..<schedule.count {
                wait(until: schedule.due(number))
                group.addTask(executorPreference: self.loops.next()) {
                    let due = schedule.due(number)
                    guard let first = try? await self.call(self.provider) else { return }
                    let time = CallTimes(first: first - due, end: Schedule.now - due)
                    times.set(time, number)
                }
            }
        }
        return times.all
    }

    /// Blocks a thread that has nothing else to do.
    private func wait(until due: Int64) {
        var time = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }

    /// - Returns: when the first text came.
    private func call(_ provider: AnthropicProvider) async throws -> Int64 {
        let key = try opener.open(sealed, as: identity)
        var first: Int64 = 0
        _ = try await provider.stream(request, key: key) { event in
            if first == 0, case .text = event { first = Schedule.now }
        }
        return first
    }

    /// What such a call sends, taken down by a server that answers nothing.
    func bytesOnTheWire() async throws -> [UInt8] {
        let ear = try Ear()
        let place = try BaseURL("http://127.0.0.1:\(ear.port)")
        let http = http
        let provider = AnthropicProvider(place, client: http)
        let task = Task(executorPreference: loops.next()) { try await self.call(provider) }
        let bytes = ear.hear()
        _ = await task.result
        return bytes
    }
}

private final class Times: Sendable {
    private let times: Mutex<[CallTimes]>

    init(count: Int) { times = Mutex([CallTimes](repeating: CallTimes(), count: count)) }

    func set(_ time: CallTimes, _ number: Int) { times.withLock { $0[number] = time } }

    var all: [CallTimes] { times.withLock { $0 } }
}

/// Takes down one HTTP request.
private struct Ear {
    private let listener: Int32
    let port: UInt16

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard bound else { throw NoSocket() }
        port = UInt16(bigEndian: address.sin_port)
    }

    func hear() -> [UInt8] {
        let connection = accept(listener, nil, nil)
        defer {
            close(connection)
            close(listener)
        }
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isWhole(request) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            request += buffer[0..<count]
        }
        return request
    }

    private func isWhole(_ request: [UInt8]) -> Bool {
        let text = String(decoding: request, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n"), let name = text.lowercased().firstRange(of: "content-length: ")
        else { return false }
        let length = Int(text[name.upperBound...].prefix(while: \.isNumber)) ?? 0
        return text[end.upperBound...].utf8.count >= length
    }
}

struct NoSocket: Error {}

extension sockaddr_in {
    /// On this machine alone.
    init(port: UInt16) {
        self.init()
        sin_family = sa_family_t(AF_INET)
        sin_port = port.bigEndian
        sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    }
}
