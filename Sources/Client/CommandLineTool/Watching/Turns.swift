internal import APIClient

/// What wakes somebody who watches.
enum Turn: Sendable {
    /// There is an event of this number.
    case rang(Int64)
    /// A second has gone by.
    case second
    case lost
    case regained
    /// There is nothing more to come, or no way to hear it.
    case ended(APIFailure?)
}

enum Turns {
    /// The stream says that there is something new; it is then read from the list, where it stands with its time.
    static func of(
        _ id: String, _ api: APIClient, after sequence: Int64, patience: Duration
    ) -> AsyncStream<Turn> {
        AsyncStream { turns in
            let listening = Task {
                let events = api.follow(id, after: sequence)
                events.patience = patience
                events.turned = { turns.yield($0 == .lost ? .lost : .regained) }
                do {
                    while let event = try await events.next() {
                        if let number = Int64(event.id) { turns.yield(.rang(number)) }
                    }
                    turns.yield(.ended(nil))
                } catch let failure as APIFailure {
                    turns.yield(.ended(failure))
                } catch {}
                turns.finish()
            }
            let ticking = Task {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    turns.yield(.second)
                }
            }
            turns.onTermination = { _ in
                listening.cancel()
                ticking.cancel()
            }
        }
    }
}
