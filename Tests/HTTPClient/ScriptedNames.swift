import Glibc
import Synchronization

/// Names whose addresses the tests decide, look-up by look-up: what a name server of an attacker's does.
///
/// The test program's `getaddrinfo` stands before the C library's, for libcurl too. It answers for names that end in
/// `.scripted.test` and hands every other one on.
final class ScriptedNames: Sendable {
    private static let scripts = Mutex<[String: ScriptedNames]>([:])

    let name: String
    private let answers: Mutex<(left: [[String]], lookUps: Int)>

    /// - Parameter answers: the addresses of one look-up after the other; the last goes on for ever.
    init(_ answers: [[String]]) {
        let name = "n\(UInt64.random(in: 0 ... .max)).scripted.test"
        self.name = name
        self.answers = Mutex((answers, 0))
        Self.scripts.withLock { $0[name] = self }
    }

    var lookUps: Int { answers.withLock { $0.lookUps } }

    fileprivate static func next(for name: String) -> [String]? {
        scripts.withLock { $0[name] }?.answers.withLock { answers in
            answers.lookUps += 1
            return answers.left.count > 1 ? answers.left.removeFirst() : answers.left.first ?? []
        }
    }
}

private typealias Resolver =
    @convention(c) (
        UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<addrinfo>?,
        UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
    ) -> Int32

/// RTLD_NEXT: the definition that this one hides.
private let system = unsafeBitCast(dlsym(UnsafeMutableRawPointer(bitPattern: -1), "getaddrinfo"), to: Resolver.self)

@_cdecl("getaddrinfo")
func resolve(
    _ node: UnsafePointer<CChar>?, _ service: UnsafePointer<CChar>?, _ hints: UnsafePointer<addrinfo>?,
    _ result: UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
) -> Int32 {
    guard let node, let result, let addresses = ScriptedNames.next(for: String(cString: node)) else {
        return system(node, service, hints, result)
    }
    // Each entry is the C library's own, so that its freeaddrinfo frees them.
    var first: UnsafeMutablePointer<addrinfo>?
    var last: UnsafeMutablePointer<addrinfo>?
    for address in addresses {
        var entry: UnsafeMutablePointer<addrinfo>?
        guard system(address, service, hints, &entry) == 0, let entry else { continue }
        last?.pointee.ai_next = entry
        first = first ?? entry
        last = entry
        while let next = last?.pointee.ai_next { last = next }
    }
    result.pointee = first
    return first == nil ? EAI_NONAME : 0
}
