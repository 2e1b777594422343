internal import Glibc

/// The `Date` header, made once a second (RFC 9110 §6.6.1).
struct DateCache {
    private var second: time_t = -1
    private(set) var line: [UInt8] = []

    mutating func refresh() {
        let now = time(nil)
        guard now != second else { return }
        second = now
        line = Array("date: \(HTTPDate.text(Int64(now)))\r\n".utf8)
    }
}
