internal import EventLoop
internal import Synchronization

/// Counts connections, all and by peer, and says when there are too many.
final class ConnectionCensus: Sendable {
    enum Admission: Sendable {
        case admitted
        /// To be told so, and closed.
        case refused
        /// Not even that: too many are being refused.
        case dropped
    }

    /// How many may be in refusal at a time.
    private static let refusals = 256

    private struct Counts {
        var total = 0
        var refused = 0
        var byPeer: [SocketAddress: Int] = [:]
    }

    private let counts = Mutex(Counts())
    private let maximum: Int
    private let maximumPerPeer: Int
    private let limitsLoopback: Bool

    init(_ configuration: HTTPServerConfiguration) {
        maximum = configuration.maximumConnections
        maximumPerPeer = configuration.maximumConnectionsPerPeer
        limitsLoopback = configuration.limitsLoopback
    }

    func admit(_ peer: SocketAddress) -> Admission {
        let key = key(of: peer)
        return counts.withLock { counts in
            let ofPeer = key.map { counts.byPeer[$0] ?? 0 } ?? 0
            guard counts.total < maximum, ofPeer < maximumPerPeer else {
                guard counts.refused < Self.refusals else { return .dropped }
                counts.refused += 1
                return .refused
            }
            counts.total += 1
            if let key { counts.byPeer[key] = ofPeer + 1 }
            return .admitted
        }
    }

    func leave(_ peer: SocketAddress, isCounted: Bool) {
        let key = key(of: peer)
        counts.withLock { counts in
            guard isCounted else {
                counts.refused -= 1
                return
            }
            counts.total -= 1
            guard let key, let ofPeer = counts.byPeer[key] else { return }
            counts.byPeer[key] = ofPeer > 1 ? ofPeer - 1 : nil
        }
    }

    /// `nil` for a peer that has no limit of its own.
    private func key(of peer: SocketAddress) -> SocketAddress? {
        switch peer {
        case .unix: nil
        case .ipv4(let address) where address >> 24 == 127 && !limitsLoopback: nil
        case .ipv6(high: 0, low: 1) where !limitsLoopback: nil
        case .ipv4, .ipv6: peer.neighbourhood
        }
    }
}
