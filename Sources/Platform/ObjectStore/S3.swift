package import EventLoop
package import HTTPClient

/// The store that a configuration asks for.
package enum S3 {
    /// - Parameters:
    ///   - client: its egress policy must admit the endpoint. SigV2 does not go through it.
    ///   - pool: hashes large payloads; with SigV2 each call holds one of its threads.
    package static func open(
        _ configuration: S3Configuration, client: HTTPClient, pool: BlockingPool
    ) throws(S3ConfigurationError) -> any ObjectStore {
        switch configuration.signature {
        case .v4: try SigV4ObjectStore(configuration, client: client, pool: pool)
        case .v2: try SigV2ObjectStore(configuration, pool: pool)
        }
    }
}
