internal import EventLoop

extension ServerLoop {
    /// Closes what is idle, lets what is under way finish, and closes the rest after `deadline`.
    func drain(deadline: Duration) async {
        await withCheckedContinuation { continuation in
            loop.execute { [self] in
                guard !isDraining else { return continuation.resume() }
                isDraining = true
                drained = continuation
                for index in connections.indices { connections[index]?.drain() }
                noticeDrained()
                loop.schedule(after: deadline) { [self] in
                    for index in connections.indices { connections[index]?.close() }
                    drained?.resume()
                    drained = nil
                }
            }
        }
    }

    func noticeDrained() {
        guard isDraining, count == 0, runningTasks == 0 else { return }
        drained?.resume()
        drained = nil
    }
}
