import Embedded
import Kernel
import ObjectStore
import Pipeline
import Postgres
import ServiceHarness
import Telemetry
import TestSupport
import Testing

@testable import Service

/// A known key goes in, does its work from brief to ZIP, and is nowhere: not in the database, the logs, the events, the
/// prompts, the problems, the metrics, the objects or the ZIP; not raw, encoded, or in part.
@Suite(.timeLimit(.minutes(10)))
struct CanaryTests {
    private static let canary = CanaryForms(secret: "C4n4ry/Tr4p=9vX:Q2mK%7tLw8~Zr5Yd")

    @Test func `a key is nowhere but in its sealed record and in the provider's hands`() async throws {
        try await withTemporaryFolder { folder in
            try await TestService.with {
                $0.checksKeys = true
                $0.logsAll = true
            } _: { service in
                let haul = Haul(folder: folder)
                try await Self.live(in: service, haul)
                try await Self.collect(from: service, haul)
                let found = try await haul.search(for: Self.canary)
                #expect(found == "", "the key lies about")
                #expect(haul.names.count > 60 && haul.bytes > 100_000, "there is something to search")
            }
        }
    }

    /// The search would find it: each way of writing it, at each alignment, whole or cut off at either end.
    @Test func `what is searched for would be found`() async throws {
        let secret = Array(Self.canary.secret.utf8)
        for (name, write) in CanaryForms.writings {
            for offset in 0..<3 {
                for part in [secret[...], secret.dropLast(9), secret.dropFirst(9)] {
                    try await withTemporaryFolder { folder in
                        let haul = Haul(folder: folder)
                        let text = write(Array(repeating: UInt8(ascii: "x"), count: offset) + part + [0x79, 0x7A])
                        try haul.add("noise", Array("before \(text) after".utf8))
                        let found = try await haul.search(for: Self.canary)
                        #expect(found.contains("noise"), "\(name) at \(offset)")
                    }
                }
            }
        }
    }

    // MARK: What happens

    private static func live(in service: TestService, _ haul: Haul) async throws {
        let secret = canary.secret
        let alice = try service.client("alice")
        try haul.add(
            "added",
            try await alice.post(
                "/api/settings/keys", ["provider": "anthropic", "label": "Canary", "key": .string("dev-\(secret)")],
                [("Idempotency-Key", "canary")]))
        let (places, journey) = try await Places.made(by: alice)
        for route in service.routes where route.method == "GET" {
            try haul.add("GET \(route.path)", try await alice.get(try places.address(of: route.path)))
        }
        let zip = try await alice.get("\(journey.path)/download")
        try haul.add("bundle.zip", zip)
        try await haul.unpack("bundle.zip")
        let key = "/api/settings/keys/\(places.key)"
        try haul.add("replaced", try await alice.put(key, ["key": .string("dev-\(secret)")]))
        try haul.add("checked", try await alice.post("\(key)/verify", [:]))

        // Refused, exhausted and throttled accounts, whose ways are other ways.
        for (name, prefix) in [("bob", "no-key-"), ("carol", "dev-exhausted-"), ("dora", "dev-throttled-1-")] {
            let person = try service.client(name)
            let draft = try await Journey.drafted(by: person)
            try haul.add(
                name,
                try await person.post(
                    "/api/settings/keys",
                    ["provider": "anthropic", "label": "Canary", "key": .string(prefix + secret)]))
            try haul.add("\(name) confirms", try await person.post("\(draft.path)/confirm", ["revision": 1]))
            let isTold = try await eventually {
                let keys = try await person.get("/api/settings/keys").items
                return keys.contains { $0["status"] != "active" || $0["verification"]?["result"] == "failed" }
            }
            #expect(isTold, "\(name)")
            try haul.add("\(name)'s keys", try await person.get("/api/settings/keys"))
            try haul.add("\(name)'s feature", try await person.get(draft.path))
        }
        try await mistakes(secret, by: alice, at: key, haul)
    }

    /// Keys in the wrong place, in bodies that are wrong in every other way.
    private static func mistakes(_ secret: String, by person: Client, at key: String, _ haul: Haul) async throws {
        let bodies = [
            #"{"provider":"anthropic","label":"x","key":"\#(secret) and more"}"#,
            #"{"provider":"\#(secret)","label":"x","key":"dev-\#(secret)"}"#,
            #"{"provider":"anthropic","label":"x","api_key":"\#(secret)"}"#,
            #"{"provider":"anthropic","label":"x","key":["\#(secret)"]}"#,
            #"{"provider":"anthropic","label":"x","key":"\#(secret)","key":"\#(secret)"}"#,
            #"{"provider":"anthropic","label":"x","k\u0065y":"\#(secret)"}"#,
            #"{"provider":"anthropic","label":"x","key":"\#(secret)"#, secret, "\"\(secret)\"",
            #"{"provider":"compatible","base_url":"https://x:\#(secret)@models.example/v1","label":"x","key":"\#(secret)"}"#,
            #"{"provider":"anthropic","label":"x","key":"\#(String(repeating: secret, count: 40))"}"#,
        ]
        for (number, body) in bodies.enumerated() {
            for (method, path) in [("POST", "/api/settings/keys"), ("PUT", key), ("PATCH", key)] {
                let reply = try await person.send(
                    method, path, Array(body.utf8), headers: [("Content-Type", "application/json")])
                #expect((400...499).contains(reply.status), "\(method) \(number): \(reply.status)")
                try haul.add("mistake \(number) \(method)", reply)
            }
        }
    }

    // MARK: What is searched

    private static func collect(from service: TestService, _ haul: Haul) async throws {
        // The provider did get it: otherwise nothing here proves anything.
        #expect(service.model.calls > 5)
        for agent in AgentName.allCases {
            var text = ""
            for request in service.model.requests(of: agent) { dump(request, to: &text) }
            try haul.add("prompts of \(agent.rawValue)", Array(text.utf8))
        }
        let lines = service.log.lines
        #expect(lines.count > 50)
        try haul.add("log", Array(lines.joined(separator: "\n").utf8))
        try haul.add("metrics", service.metrics.render())
        let dump = try await Subprocess.run(
            Command(
                try pgDump(), ["--inserts", "--dbname=\(service.database.conninfo(.superuser).value)"],
                environment: ["PGCONNECT_TIMEOUT": "10"]))
        #expect(dump.ending.isSuccess && dump.output.contains("INSERT INTO public.provider_keys"))
        try haul.add("dump", Array(dump.output.utf8))
        try haul.add("server log", try readFile(service.database.cluster.folder + "/state/logs/postgres.log"))
        for tenant in ["alice", "bob", "carol", "dora"] {
            let prefix = "\(service.user(tenant))/"
            for object in try await service.objects.list(prefix: prefix).entries {
                try haul.add(
                    "object \(object.key)", try await service.objects.contents(of: object.key, limit: 8 << 20))
            }
        }
    }

    private static func pgDump() throws -> String {
        for version in (15...20).reversed() {
            let path = "/usr/lib/postgresql/\(version)/bin/pg_dump"
            if (try? readFile(path)) != nil { return path }
        }
        throw Unexpected("there is no pg_dump")
    }
}
