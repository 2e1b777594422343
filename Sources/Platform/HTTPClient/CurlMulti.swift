internal import CCurl
internal import EventLoop

/// One libcurl multi handle on one loop: libcurl says which sockets and which time it waits for, the loop calls it.
///
/// Confined to its loop: every property below `loop` is touched there alone, which is what @unchecked rests on.
final class CurlMulti: @unchecked Sendable {
    let loop: EventLoop
    let certificateAuthorities: String?
    private var handle: UnsafeMutableRawPointer?
    private var watches: [Int32: Watch] = [:]
    private var timer: ScheduledTimer?
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    private var isClosing = false

    init(loop: EventLoop, certificateAuthorities: String?) {
        self.loop = loop
        self.certificateAuthorities = certificateAuthorities
    }

    /// Transfers under way. Loop's thread only.
    var count: Int {
        loop.preconditionCurrent()
        return transfers.count
    }

    /// Starts the transfer of an easy handle, and keeps the transfer alive until `remove`.
    func add(_ easy: UnsafeMutableRawPointer, for transfer: Transfer) -> Bool {
        loop.preconditionCurrent()
        guard let multi = handle ?? open(), curl_multi_add_handle(multi, easy) == CURLM_OK else { return false }
        transfers[easy] = transfer
        return true
    }

    /// Takes the easy handle out again, finished or not. Not from within one of libcurl's callbacks.
    func remove(_ easy: UnsafeMutableRawPointer) {
        loop.preconditionCurrent()
        guard transfers.removeValue(forKey: easy) != nil else { return }
        curl_multi_remove_handle(handle, easy)
        if isClosing { cleanUpIfIdle() }
    }

    /// Frees the handle and its connections once the last transfer is done. From any thread.
    func close() {
        loop.execute {
            self.isClosing = true
            self.cleanUpIfIdle()
        }
    }

    private func open() -> UnsafeMutableRawPointer? {
        CurlLibrary.start()
        guard let multi = curl_multi_init() else { return nil }
        handle = multi
        // Unretained: `cleanUpIfIdle` ends the callbacks, and until then this object is held by its client or transfers.
        let me = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, me)
        ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, me)
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
        ccurl_multi_set_socket_function(multi) { _, descriptor, what, context, _ in
            Unmanaged<CurlMulti>.fromOpaque(context!).takeUnretainedValue().watch(descriptor, what)
            return 0
        }
        ccurl_multi_set_timer_function(multi) { _, milliseconds, context in
            Unmanaged<CurlMulti>.fromOpaque(context!).takeUnretainedValue().schedule(milliseconds)
            return 0
        }
        return multi
    }

    private func cleanUpIfIdle() {
        guard transfers.isEmpty, let multi = handle else { return }
        handle = nil
        curl_multi_cleanup(multi)
        timer?.cancel()
        for watch in watches.values { watch.cancel() }
        watches = [:]
    }

    private func watch(_ descriptor: Int32, _ what: Int32) {
        let interest: Interest
        switch what {
        case CURL_POLL_IN: interest = .read
        case CURL_POLL_OUT: interest = .write
        case CURL_POLL_INOUT: interest = [.read, .write]
        default:
            // Also when libcurl wants nothing for now: a level-triggered watch would still spin on a hang-up.
            watches.removeValue(forKey: descriptor)?.cancel()
            return
        }
        if let watch = watches[descriptor] {
            watch.change(to: interest)
        } else {
            // Should the kernel refuse the watch, the transfer's time limit ends it.
            watches[descriptor] = try? loop.watch(descriptor, interest, trigger: .level) { [unowned self] readiness in
                act(descriptor, readiness)
            }
        }
    }

    private func schedule(_ milliseconds: Int) {
        timer?.cancel()
        timer = nil
        guard milliseconds >= 0 else { return }
        timer = loop.schedule(after: .milliseconds(milliseconds)) { [weak self] in
            self?.timer = nil
            self?.act(CURL_SOCKET_BAD, [])
        }
    }

    private func act(_ descriptor: Int32, _ readiness: Readiness) {
        guard let multi = handle else { return }
        var events: Int32 = 0
        // An error or hang-up is told as readable and writable: reading on gets what came before it, then the error.
        // CURL_CSELECT_ERR would drop what is still to be read.
        let isBroken = !readiness.isDisjoint(with: [.hungUp, .error])
        if readiness.contains(.read) || isBroken { events |= CURL_CSELECT_IN }
        if readiness.contains(.write) || isBroken { events |= CURL_CSELECT_OUT }
        var running: Int32 = 0
        curl_multi_socket_action(multi, descriptor, events, &running)
        finishTransfers(of: multi)
    }

    private func finishTransfers(of multi: UnsafeMutableRawPointer) {
        var left: Int32 = 0
        while handle != nil, let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = message.pointee.data.result
            transfers[easy]?.complete(code)
        }
    }
}

/// libcurl's process-wide start-up, once.
enum CurlLibrary {
    private static let isStarted: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    static func start() { precondition(isStarted, "libcurl could not start") }

    /// Whether names are resolved off the calling thread; a loop must never wait for DNS.
    static var resolvesAsynchronously: Bool {
        ccurl_features() & CURL_VERSION_ASYNCHDNS != 0
    }
}
