package import HTTPClient

/// Fetches a JWKS over HTTP: status 200 only, no redirects, 256 kB at most, five seconds in all.
package struct HTTPJWKSFetcher: JWKSFetcher {
    private let client: HTTPClient

    package struct UnexpectedStatus: Error, Sendable, CustomStringConvertible {
        package let status: Int
        package var description: String { "the issuer answered \(status) where its keys should be" }
    }

    /// - Parameter client: Its egress policy decides whether issuers may be on private addresses or plain HTTP.
    package init(client: HTTPClient) { self.client = client }

    package func fetch(_ url: String) async throws -> [UInt8] {
        let request = ClientRequest(
            url: url, headers: [("Accept", "application/jwk-set+json, application/json")],
            timeouts: ClientRequest.Timeouts(
                connect: .seconds(3), firstByte: .seconds(5), idle: .seconds(5), total: .seconds(5)),
            maximumResponseBytes: JWKSet.maximumBytes)
        let response = try await client.send(request)
        guard response.status == 200 else { throw UnexpectedStatus(status: response.status) }
        return try await response.body.collect(limit: JWKSet.maximumBytes)
    }
}
