internal import CS3
internal import Glibc
internal import Kernel

/// libs3, loaded and started once in a process.
enum Libs3 {
    static let shared: cs3_library? = {
        var library = cs3_library()
        guard cs3_load(&library) == 1, library.initialize("Specwright", S3_INIT_ALL, nil) == S3StatusOK else {
            return nil
        }
        return library
    }()
}

extension cs3_library {
    /// As libs3 names it, such as `ErrorNoSuchKey`.
    func name(of status: S3Status) -> String { status_name(status).map { String(cString: $0) } ?? "" }
}

/// A bucket as libs3 wants it told: C strings that live as long as this object.
///
/// Invariant behind @unchecked: written in `init` alone, and libs3 only reads.
final class Libs3Bucket: @unchecked Sendable {
    let context: S3BucketContext
    private let strings: [UnsafeMutablePointer<CChar>]

    /// - Parameter host: without the bucket, with the port if need be.
    init(host: String, isTLS: Bool, configuration: S3Configuration) {
        let texts = [host, configuration.bucket, configuration.accessKey, configuration.secretKey.value]
        let strings = texts.map { strdup($0)! }
        self.strings = strings
        context = S3BucketContext(
            hostName: strings[0], bucketName: strings[1], protocol: isTLS ? S3ProtocolHTTPS : S3ProtocolHTTP,
            uriStyle: configuration.pathStyle ? S3UriStylePath : S3UriStyleVirtualHost, accessKeyId: strings[2],
            secretAccessKey: strings[3])
    }

    deinit {
        for string in strings {
            explicit_bzero(string, strlen(string))
            free(string)
        }
    }
}
