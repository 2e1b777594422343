internal import Glibc

/// The cheapest client there can be: one thread, kept connections, the gateway's own bytes sent as they are. It parses
/// nothing and looks only for the first piece of text and for the end.
struct DirectCalls {
    let request: [UInt8]
    let port: UInt16

    private struct Connection {
        let descriptor: Int32
        var call: Int?
    }

    func run(_ schedule: Schedule) -> [CallTimes] {
        var times = [CallTimes](repeating: CallTimes(), count: schedule.count)
        var connections: [Connection] = []
        var idle: [Int] = []
        var (sent, ended) = (0, 0)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let patience = schedule.due(schedule.count) + 5_000_000_000
        while ended < schedule.count, Schedule.now < patience {
            while sent < schedule.count, schedule.due(sent) <= Schedule.now {
                if idle.isEmpty {
                    idle.append(connections.count)
                    connections.append(Connection(descriptor: connect()))
                }
                let number = idle.removeLast()
                connections[number].call = sent
                _ = send(connections[number].descriptor, request, request.count, Int32(MSG_NOSIGNAL))
                sent += 1
            }
            let rest = sent < schedule.count ? max(0, schedule.due(sent) - Schedule.now) : 100_000_000
            var ready = fd_set(connections.lazy.filter { $0.call != nil }.map(\.descriptor))
            var timeout = timespec(tv_sec: 0, tv_nsec: Int(rest))
            guard pselect(Int32(FD_SETSIZE), &ready, nil, nil, &timeout, nil) > 0 else { continue }
            for number in connections.indices where ready.contains(connections[number].descriptor) {
                // The last byte stays 0, for strstr.
                let count = recv(connections[number].descriptor, &buffer, buffer.count - 1, Int32(MSG_DONTWAIT))
                guard count > 0, let call = connections[number].call else { continue }
                let now = Schedule.now
                buffer[count] = 0
                if times[call].first == 0, contains(buffer, "text_delta") {
                    times[call].first = now - schedule.due(call)
                }
                guard buffer[..<count].suffix(5).elementsEqual("0\r\n\r\n".utf8) else { continue }
                times[call].end = now - schedule.due(call)
                connections[number].call = nil
                idle.append(number)
                ended += 1
            }
        }
        for connection in connections { close(connection.descriptor) }
        return times
    }

    /// - Parameter text: ends with 0.
    private func contains(_ text: [UInt8], _ word: String) -> Bool {
        text.withUnsafeBytes { strstr($0.baseAddress!.assumingMemoryBound(to: CChar.self), word) != nil }
    }

    private func connect() -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in(port: port)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }
}

extension fd_set {
    /// Below FD_SETSIZE, all of them: there are as many as calls under way.
    fileprivate init(_ descriptors: some Sequence<Int32>) {
        self.init()
        withUnsafeMutableBytes(of: &self) { bits in
            for descriptor in descriptors { bits[Int(descriptor) / 8] |= 1 << (UInt8(descriptor) % 8) }
        }
    }

    fileprivate func contains(_ descriptor: Int32) -> Bool {
        withUnsafeBytes(of: self) { $0[Int(descriptor) / 8] & 1 << (UInt8(descriptor) % 8) != 0 }
    }
}
