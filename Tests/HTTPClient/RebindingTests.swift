import Synchronization
import TestSupport
import Testing

@testable import HTTPClient

/// A name that was fine when it was looked at and is something else when it is called.
@Suite(.timeLimit(.minutes(1)))
struct RebindingTests {
    /// Global by its range, and of no registry: nothing answers there.
    private static let elsewhere = "2d00::1"

    private func server() throws -> ScriptedServer {
        try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.write("HTTP/1.1 204 No Content\r\n\r\n")
        }
    }

    private func fails(
        _ names: ScriptedNames, _ server: ScriptedServer, by client: HTTPClient
    ) async -> HTTPClientError? {
        let request = ClientRequest(
            url: "https://\(names.name):\(server.port)/", timeouts: .init(connect: .seconds(5)))
        do {
            _ = try await client.send(request)
            return nil
        } catch { return error }
    }

    /// What makes the tests below mean something: the script decides where a call goes.
    @Test func aNameGoesWhereItsAnswerSays() async throws {
        let server = try server()
        defer { server.stop() }
        let names = ScriptedNames([["127.0.0.1"]])
        let client = HTTPClient(loops: loops, egress: .allowing(hosts: [names.name], plainHTTP: true))
        let response = try await client.send(ClientRequest(url: "http://\(names.name):\(server.port)/"))
        #expect(response.status == 204)
        #expect(names.lookUps == 1)
        #expect(server.connections == 1)
    }

    @Test func anAnswerThatTurnsPrivateIsBlocked() async throws {
        let server = try server()
        defer { server.stop() }
        let names = ScriptedNames([[Self.elsewhere], ["127.0.0.1"], ["10.0.0.1"], ["::1"], ["::ffff:127.0.0.1"]])
        #expect(EgressPolicy.publicOnly.objection(to: "https://\(names.name):\(server.port)/") == nil)
        // A client each, since libcurl keeps an answer for a minute.
        let first = await fails(names, server, by: HTTPClient(loops: loops, egress: .publicOnly))
        #expect(first?.isTransient == true)
        for _ in 0..<4 {
            let later = await fails(names, server, by: HTTPClient(loops: loops, egress: .publicOnly))
            #expect(later?.description == HTTPClientError.blockedAddress.description)
        }
        #expect(names.lookUps == 5)
        #expect(server.connections == 0)
    }

    @Test func aPrivateAddressAmongPublicOnesIsBlocked() async throws {
        let server = try server()
        defer { server.stop() }
        for answer in [[Self.elsewhere, "127.0.0.1"], ["127.0.0.1", Self.elsewhere], ["::1", "127.0.0.1"]] {
            let names = ScriptedNames([answer])
            let error = await fails(names, server, by: HTTPClient(loops: loops, egress: .publicOnly))
            #expect(error != nil)
            #expect(names.lookUps == 1)
        }
        #expect(server.connections == 0)
    }

    @Test func anExceptionIsForItsNameOnly() async throws {
        let server = try server()
        defer { server.stop() }
        let trusted = ScriptedNames([["127.0.0.1"]])
        let client = HTTPClient(loops: loops, egress: .allowing(hosts: [trusted.name], plainHTTP: true))
        _ = try await client.send(ClientRequest(url: "http://\(trusted.name):\(server.port)/"))
        // Another name at the same address, and the same name with another ending, are not it.
        let other = ScriptedNames([["127.0.0.1"]])
        #expect(
            await fails(other, server, by: client)?.description == HTTPClientError.blockedAddress.description)
        for host in ["\(trusted.name).", "x.\(trusted.name)"] {
            await #expect(throws: HTTPClientError.self) {
                try await client.send(ClientRequest(url: "http://\(host):\(server.port)/"))
            }
        }
        #expect(server.connections == 1)
    }
}
