internal import Synchronization

/// Which fault, if any, this request meets.
///
/// Faults are asked for by the header `x-specwright-fault` or after `+` in the key, each as `name`, `name*2` (the first
/// two requests only), `name@spec` (that agent only) or `name*2@spec`; the first that applies is taken. Counts are kept
/// by account and text, so that a retry after the last counted one succeeds.
final class FaultPlan: Sendable {
    private struct Wish {
        let fault: Fault
        let times: Int?
        let agent: Substring?
    }

    private static let maximumCounts = 10_000
    private let counts = Mutex<[String: Int]>([:])

    func fault(
        asked: [Substring], account: String, agent: String?
    ) throws(WireError) -> Fault? {
        for text in asked {
            let wish = try Self.wish(text)
            if let wanted = wish.agent, wanted != agent ?? "" { continue }
            guard let times = wish.times else { return wish.fault }
            if take(account + "+" + text, upTo: times) { return wish.fault }
        }
        return nil
    }

    private func take(_ key: String, upTo times: Int) -> Bool {
        counts.withLock { counts in
            // Forgetting everything is right for a development server that somebody floods with keys.
            if counts.count >= Self.maximumCounts { counts.removeAll() }
            let taken = counts[key, default: 0]
            guard taken < times else { return false }
            counts[key] = taken + 1
            return true
        }
    }

    private static func wish(_ text: Substring) throws(WireError) -> Wish {
        let byAgent = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let byTimes = byAgent[0].split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        let times = byTimes.count == 2 ? Int(byTimes[1]) : nil
        guard let fault = Fault(rawValue: String(byTimes[0])), byTimes.count == 1 || (times ?? -1) >= 0 else {
            let names = Fault.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid("\"\(text)\" is not a fault of the development model; known are \(names).")
        }
        return Wish(fault: fault, times: times, agent: byAgent.count == 2 ? byAgent[1] : nil)
    }
}
