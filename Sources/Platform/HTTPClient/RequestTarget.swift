internal import CCurl

/// Where a request goes, as libcurl itself reads the URL: there is no second parser to disagree with.
package struct RequestTarget: Sendable {
    package let host: String
    package let port: Int
    package let isTLS: Bool
    /// As it was written, from its first slash on; "/" when there is none.
    package let path: String
    /// Scheme, host and port in one spelling: in small letters, the port only when it is not the scheme's own.
    package let origin: String

    /// - Throws: `badURL` for anything but an absolute http(s) URL in ASCII, without user, password or blanks.
    package init(_ url: String) throws(HTTPClientError) {
        guard url.utf8.count <= 16_384, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw .badURL }
        guard let handle = curl_url() else { throw .badURL }
        defer { curl_url_cleanup(handle) }
        let flags = UInt32(CURLU_DISALLOW_USER) | UInt32(CURLU_PATH_AS_IS)
        guard curl_url_set(handle, CURLUPART_URL, url, flags) == CURLUE_OK else { throw .badURL }
        func part(_ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
            defer { curl_free(text) }
            return String(cString: text)
        }
        guard let scheme = part(CURLUPART_SCHEME)?.lowercased(), scheme == "http" || scheme == "https",
            let host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty,
            let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap({ Int($0) }),
            let path = part(CURLUPART_PATH), part(CURLUPART_ZONEID) == nil
        else { throw .badURL }
        self.host = host
        self.port = port
        self.path = path
        isTLS = scheme == "https"
        let isUsualPort = port == (isTLS ? 443 : 80)
        origin = "\(scheme)://\(host)" + (isUsualPort ? "" : ":\(port)")
    }
}
