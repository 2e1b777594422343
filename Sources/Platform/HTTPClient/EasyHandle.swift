internal import CCurl
internal import Glibc

/// A libcurl easy handle with what it points to. Freed by hand, once, by the transfer that owns it.
struct EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<curl_slist>?

    init?(_ request: ClientRequest, upload: UploadSource?, authorities: String?) {
        guard let easy = curl_easy_init() else { return nil }
        pointer = easy
        headers = Self.list(request.headers)
        ccurl_set_string(easy, CURLOPT_URL, request.url)
        ccurl_set_list(easy, CURLOPT_HTTPHEADER, headers)
        setMethod(request.method, upload)
        setRules(authorities)
        let connect = request.timeouts.connect.components
        ccurl_set_long(
            easy, CURLOPT_CONNECTTIMEOUT_MS,
            max(1, Int(connect.seconds) * 1_000 + Int(connect.attoseconds / 1_000_000_000_000_000)))
    }

    func free() {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headers)
    }

    private func setMethod(_ method: String, _ upload: UploadSource?) {
        if method == "HEAD" {
            ccurl_set_long(pointer, CURLOPT_NOBODY, 1)
        } else {
            if let upload {
                ccurl_set_long(pointer, CURLOPT_UPLOAD, 1)
                ccurl_set_offset(pointer, CURLOPT_INFILESIZE_LARGE, curl_off_t(upload.length))
            }
            ccurl_set_string(pointer, CURLOPT_CUSTOMREQUEST, method)
        }
    }

    private func setRules(_ authorities: String?) {
        ccurl_set_string(pointer, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_long(pointer, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_string(pointer, CURLOPT_PROXY, "")
        ccurl_set_long(pointer, CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        ccurl_set_long(pointer, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_long(pointer, CURLOPT_SSL_VERIFYHOST, 2)
        if let authorities {
            ccurl_set_string(pointer, CURLOPT_CAINFO, authorities)
            ccurl_set_string(pointer, CURLOPT_CAPATH, nil)
        }
        // The path goes out as signed: "." and ".." are not folded.
        ccurl_set_long(pointer, CURLOPT_PATH_AS_IS, 1)
        ccurl_set_long(pointer, CURLOPT_NOSIGNAL, 1)
        // Without it, giving up a transfer that still resolves its host joins the resolver's thread: the loop would wait.
        ccurl_set_long(pointer, CURLOPT_QUICK_EXIT, 1)
        ccurl_set_long(pointer, CURLOPT_TCP_KEEPALIVE, 1)
        ccurl_set_long(pointer, CURLOPT_BUFFERSIZE, 16_384)
        ccurl_set_long(pointer, CURLOPT_UPLOAD_BUFFERSIZE, 16_384)
    }

    func installCallbacks(for transfer: Transfer) {
        // Unretained: the multi handle's table keeps the transfer alive for as long as the easy handle is in use.
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        for option in [
            CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_HEADERDATA, CURLOPT_SEEKDATA, CURLOPT_OPENSOCKETDATA,
            CURLOPT_PREREQDATA,
        ] {
            ccurl_set_pointer(pointer, option, context)
        }
        ccurl_set_transfer_function(pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Transfer.from(context).takeHeader(line) ? line.count : 0
        }
        ccurl_set_transfer_function(pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return switch Transfer.from(context).take(chunk) {
            case .all: chunk.count
            case .pause: Int(CURL_WRITEFUNC_PAUSE)
            case .abort: Int(CURL_WRITEFUNC_ERROR)
            }
        }
        ccurl_set_transfer_function(pointer, CURLOPT_READFUNCTION) { bytes, size, count, context in
            let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
            return switch Transfer.from(context).produce(into: buffer) {
            case .bytes(let count): count
            case .end: 0
            case .wait: Int(CURL_READFUNC_PAUSE)
            case .wrongLength: Int(CURL_READFUNC_ABORT)
            }
        }
        ccurl_set_seek_function(pointer) { context, offset, origin in
            guard origin == SEEK_SET, Transfer.from(context).rewind(to: Int(offset)) else { return CURL_SEEKFUNC_FAIL }
            return CURL_SEEKFUNC_OK
        }
        ccurl_set_opensocket_function(pointer) { context, _, address in
            Transfer.from(context).openSocket(to: address)
        }
        ccurl_set_prereq_function(pointer) { context, _, _, _, _ in
            Transfer.from(context).connected()
            return CURL_PREREQFUNC_OK
        }
    }

    private static func list(_ headers: [(String, String)]) -> UnsafeMutablePointer<curl_slist>? {
        // Bodies go out at once: waiting for 100-continue costs a round trip and old servers never send it.
        var list = curl_slist_append(nil, "Expect:")
        for (name, value) in headers {
            // libcurl writes an empty value only for "Name;", and reads "Name:" as "do not send it".
            list = curl_slist_append(list, value.isEmpty ? "\(name);" : "\(name): \(value)") ?? list
        }
        return list
    }
}

extension Transfer {
    fileprivate static func from(_ context: UnsafeMutableRawPointer?) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
    }

    /// The last word on egress: the address here is the one that the connection is made to.
    fileprivate func openSocket(to address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let address, let ip = IPAddress(address.pointee, at: address) else { return CURL_SOCKET_BAD }
        guard rule == .any || ip.isPublic else {
            hasBlockedAddress = true
            return CURL_SOCKET_BAD
        }
        let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, kind, address.pointee.protocol)
    }
}

extension IPAddress {
    /// Reads past `addr`, whose declared type is the short `sockaddr`: libcurl keeps a `sockaddr_storage` there.
    fileprivate init?(_ description: curl_sockaddr, at pointer: UnsafeMutablePointer<curl_sockaddr>) {
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        let start = UnsafeRawPointer(pointer) + offset
        let part: (from: Int, count: Int)
        switch description.family {
        case AF_INET: part = (MemoryLayout<sockaddr_in>.offset(of: \.sin_addr) ?? 4, 4)
        case AF_INET6: part = (MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8, 16)
        default: return nil
        }
        guard part.from + part.count <= Int(description.addrlen) else { return nil }
        self.init(Array(UnsafeRawBufferPointer(start: start + part.from, count: part.count)))
    }
}
