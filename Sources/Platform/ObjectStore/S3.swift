package import EventLoop
package import HTTPClient

/// The store that a configuration asks for.
package enum S3 {
    /// Whether such a store can be opened, as far as the configuration alone tells.
    package static func check(_ configuration: S3Configuration) throws(S3ConfigurationError) {
        for endpoint in [configuration.endpoint, configuration.publicEndpoint].compactMap({ $0 }) {
            _ = try S3Address(endpoint: endpoint, bucket: configuration.bucket, pathStyle: configuration.pathStyle)
        }
        if configuration.signature == .v2 { try SigV2ObjectStore.check(configuration) }
    }

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
