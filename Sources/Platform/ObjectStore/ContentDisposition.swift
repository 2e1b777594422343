/// `Content-Disposition` of a download (RFC 6266): a plain name for old browsers, the true one beside it.
enum ContentDisposition {
    static func attachment(_ filename: String) -> String {
        let plain = String(
            decoding: filename.unicodeScalars.map { scalar in
                let isSafe =
                    scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7f
                    && !"\"\\/%".unicodeScalars.contains(scalar)
                return isSafe ? UInt8(scalar.value) : UInt8(ascii: "_")
            }, as: UTF8.self)
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encode(filename))"
    }
}
