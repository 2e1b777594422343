internal import Compression
internal import HTTPServer
internal import Kernel
internal import ObjectStore
internal import Synchronization

/// Something that is the same for everybody until the next version of the program: sent whole, compressed once, and not
/// at all to who has it already.
final class StaticFile: Sendable {
    private let bytes: [UInt8]
    private let type: String
    private let headers: [(String, String)]
    /// Of the content, without the quotes.
    private let tag: String
    private let compressed = Mutex<[UInt8]?>(nil)
    private static let gzip = Gzip(level: 9)

    init(_ bytes: [UInt8], type: String, headers: [(String, String)] = []) {
        self.bytes = bytes
        self.type = type
        self.headers = headers
        tag = String(Base64URL.encode(SHA256.digest(bytes)).prefix(22))
    }

    func response(to request: Request) async -> Response {
        // Each encoding is a representation of its own (RFC 9110 §8.8.3.3).
        let small = Compressing.isWanted(by: request) && bytes.count >= Compressing.threshold ? await smaller() : nil
        let etag = small == nil ? "\"\(tag)\"" : "\"\(tag)-gzip\""
        var fields = HTTPHeaders(
            headers + [("etag", etag), ("cache-control", "no-cache"), ("vary", "Accept-Encoding")])
        let known = request.headers.all("if-none-match").joined(separator: ",").split(separator: ",")
            .map { $0.filter { $0 != " " }.replacing("W/", with: "") }
        if known.contains(etag) || known.contains("*") { return Response(status: 304, headers: fields) }
        fields.add("content-type", type)
        if small != nil { fields.add("content-encoding", "gzip") }
        return Response(headers: fields, body: .bytes(small ?? bytes))
    }

    private func smaller() async -> [UInt8]? {
        if let known = compressed.withLock({ $0 }) { return known }
        let made = await Self.gzip.compress(bytes)
        compressed.withLock { $0 = made }
        return made
    }
}
