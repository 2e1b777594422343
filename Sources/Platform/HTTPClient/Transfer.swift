internal import CCurl
internal import EventLoop

/// One exchange: an easy handle, what waits for it, and its time limits.
///
/// Invariant behind @unchecked: every stored `var` is touched on `loop` alone; the entry points hop there. libcurl's
/// callbacks run there too and never re-enter libcurl: they note what happened, and resumed continuations run later.
final class Transfer: @unchecked Sendable {
    typealias Outcome<Value> = Result<Value, HTTPClientError>

    let loop: EventLoop
    private let multi: CurlMulti
    private var request: ClientRequest?
    private let timeouts: ClientRequest.Timeouts
    let rule: AddressRule
    private var easy: EasyHandle?
    private var ending: Outcome<Void>?

    // Noted by callbacks.
    var callbackFailure: HTTPClientError?
    var hasBlockedAddress = false
    private var headParser = HeadParser()
    private var received = ReceiveBuffer()
    private var isReceivePaused = false
    private var isSendPaused = false

    private var upload: UploadSource?
    private var pump: Task<Void, Never>?
    private var headWaiter: CheckedContinuation<Outcome<ResponseHead>, Never>?
    private var chunkWaiter: CheckedContinuation<Outcome<[UInt8]?>, Never>?
    private var supplyWaiter: CheckedContinuation<Bool, Never>?
    private var limits: TimeLimits?

    init(_ request: ClientRequest, rule: AddressRule, on multi: CurlMulti) {
        self.request = request
        self.rule = rule
        self.multi = multi
        loop = multi.loop
        timeouts = request.timeouts
    }

    /// Runs until the head of the answer is there.
    func run() async -> Outcome<ResponseHead> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in perform { self.start(waiter) } }
        } onCancel: {
            loop.execute { self.end(.failure(.cancelled)) }
        }
    }

    /// The bytes that have come since the last call, or the next to come; `nil` at the end.
    func nextChunk() async -> Outcome<[UInt8]?> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in perform { self.read(waiter) } }
        } onCancel: {
            loop.execute { self.end(.failure(.cancelled)) }
        }
    }

    /// Nobody will read on. From any thread; harmless at the end.
    func abandon() { loop.execute { self.end(.failure(.cancelled)) } }

    private func perform(_ body: @escaping @Sendable () -> Void) {
        if loop.isCurrent { body() } else { loop.execute(body) }
    }

    // MARK: Course

    private func start(_ waiter: CheckedContinuation<Outcome<ResponseHead>, Never>) {
        if case .failure(let error)? = ending { return waiter.resume(returning: .failure(error)) }
        guard let request else { preconditionFailure("a transfer runs once") }
        self.request = nil
        received.limit = request.maximumResponseBytes
        headWaiter = waiter
        upload = UploadSource(request)
        limits = TimeLimits(timeouts, on: loop) { [weak self] in self?.end(.failure(.timeout($0))) }
        guard let easy = EasyHandle(request, upload: upload, authorities: multi.certificateAuthorities) else {
            return end(.failure(.network("out of memory")))
        }
        easy.installCallbacks(for: self)
        self.easy = easy
        guard multi.add(easy.pointer, for: self) else { return end(.failure(.network("libcurl refused the transfer"))) }
        if case .stream(_, let next) = request.body { startPump(next) }
    }

    private func read(_ waiter: CheckedContinuation<Outcome<[UInt8]?>, Never>) {
        precondition(chunkWaiter == nil, "a body is read by one task")
        if !received.isEmpty {
            waiter.resume(returning: .success(received.take()))
            // May call the write callback before it returns.
            if isReceivePaused { resumeTransfer(receive: true) }
        } else if let ending {
            waiter.resume(returning: ending.map { nil })
        } else {
            chunkWaiter = waiter
            limits?.begin(.idle, timeouts.idle)
            if isReceivePaused { resumeTransfer(receive: true) }
        }
    }

    /// libcurl is done with the transfer.
    func complete(_ code: CURLcode) {
        if let callbackFailure {
            end(.failure(callbackFailure))
        } else if code == CURLE_OK, headParser.isComplete {
            end(.success(()))
        } else if hasBlockedAddress, code == CURLE_COULDNT_CONNECT {
            end(.failure(.blockedAddress))
        } else {
            end(.failure(HTTPClientError(code)))
        }
    }

    /// The one way out, taken once: frees what libcurl holds and answers everyone who waits.
    private func end(_ outcome: Outcome<Void>) {
        loop.preconditionCurrent()
        guard ending == nil else { return }
        ending = outcome
        if case .failure(.cancelled) = outcome { _ = received.take() }
        limits?.stop()
        limits = nil
        pump?.cancel()
        pump = nil
        if let easy {
            self.easy = nil
            multi.remove(easy.pointer)
            easy.free()
        }
        request = nil
        upload = nil
        let failure: HTTPClientError = if case .failure(let error) = outcome { error } else { .network("no answer") }
        headWaiter?.resume(returning: .failure(failure))
        headWaiter = nil
        chunkWaiter?.resume(returning: outcome.map { nil })
        chunkWaiter = nil
        supplyWaiter?.resume(returning: false)
        supplyWaiter = nil
    }

    private func resumeTransfer(receive: Bool = false, send: Bool = false) {
        if receive { isReceivePaused = false }
        if send { isSendPaused = false }
        guard let easy else { return }
        let mask = (isReceivePaused ? CURLPAUSE_RECV : 0) | (isSendPaused ? CURLPAUSE_SEND : 0)
        curl_easy_pause(easy.pointer, mask)
    }

    // MARK: The request's body

    private func startPump(_ next: @escaping @Sendable () async throws -> [UInt8]?) {
        pump = Task(executorPreference: loop) {
            do {
                while let chunk = try await next() {
                    if !chunk.isEmpty, await !self.supply(chunk) { return }
                }
                self.perform { self.endUpload() }
            } catch {
                self.loop.execute { self.end(.failure(.requestBody(error))) }
            }
        }
    }

    /// Hands a chunk over and returns when libcurl has taken it; false when the transfer is over.
    private func supply(_ chunk: [UInt8]) async -> Bool {
        await withCheckedContinuation { waiter in
            perform {
                guard self.ending == nil, self.upload != nil else { return waiter.resume(returning: false) }
                guard self.upload?.supply(chunk) == true else {
                    self.end(.failure(.requestBodyLength))
                    return waiter.resume(returning: false)
                }
                self.supplyWaiter = waiter
                if self.isSendPaused { self.resumeTransfer(send: true) }
            }
        }
    }

    private func endUpload() {
        upload?.end()
        if isSendPaused { resumeTransfer(send: true) }
    }

    // MARK: Called by libcurl, through EasyHandle

    func connected() { expectFirstByte() }

    private func expectFirstByte() {
        if !headParser.isComplete { limits?.begin(.firstByte, timeouts.firstByte) }
    }

    func produce(into buffer: UnsafeMutableRawBufferPointer) -> UploadSource.Step {
        guard let step = upload?.read(into: buffer) else { return .end }
        switch step {
        case .bytes:
            expectFirstByte()
            if upload?.isDry == true { releaseProducer() }
        case .wait:
            isSendPaused = true
            // It is the caller's own stream that is late.
            if !headParser.isComplete { limits?.pause() }
        case .end: break
        case .wrongLength: callbackFailure = .requestBodyLength
        }
        return step
    }

    private func releaseProducer() {
        supplyWaiter?.resume(returning: true)
        supplyWaiter = nil
    }

    func rewind(to position: Int) -> Bool { upload?.rewind(to: position) ?? (position == 0) }

    func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        switch headParser.take(line) {
        case .incomplete: return true
        case .invalid:
            callbackFailure = .network("the answer's head is not valid")
            return false
        case .complete(let head):
            // From here only a reader who waits starts the clock again.
            limits?.pause()
            headWaiter?.resume(returning: .success(head))
            headWaiter = nil
            return true
        }
    }

    enum Consumed { case all, pause, abort }

    func take(_ bytes: UnsafeRawBufferPointer) -> Consumed {
        guard !received.isFull else {
            isReceivePaused = true
            return .pause
        }
        guard received.count(bytes.count) else {
            callbackFailure = .tooLarge(limit: received.limit ?? 0)
            return .abort
        }
        if let waiter = chunkWaiter {
            chunkWaiter = nil
            limits?.pause()
            waiter.resume(returning: .success(Array(bytes)))
        } else {
            received.append(bytes)
        }
        return .all
    }
}

extension UploadSource {
    /// Nothing when the request has no body at all.
    init?(_ request: ClientRequest) {
        switch request.body {
        case .empty:
            // RFC 9110 §8.6: these methods announce even an empty body.
            guard ["POST", "PUT", "PATCH"].contains(request.method) else { return nil }
            self.init(bytes: [])
        case .bytes(let bytes): self.init(bytes: bytes)
        case .stream(let length, _): self.init(streamOf: length)
        }
    }
}

extension HTTPClientError {
    init(_ code: CURLcode) {
        switch code {
        case CURLE_OPERATION_TIMEDOUT: self = .timeout(.connect)
        case CURLE_URL_MALFORMAT: self = .badURL
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CACERT_BADFILE: self = .untrustedServer
        default: self = .network(String(cString: curl_easy_strerror(code)))
        }
    }
}
