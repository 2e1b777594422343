package import Jobs
internal import Kernel
package import ModelGateway
package import Postgres
package import Telemetry
package import Vault

/// The job that checks a key with its provider, in a worker, and writes down what came of it.
package struct VerifyProviderKey: Sendable {
    private let database: Database
    private let opener: Opener
    private let directory: ProviderDirectory
    private let check: KeyCheck
    private let keyArrived: KeyArrived
    private let logger: Logger

    /// - Parameter keyArrived: lets go on what waits for a key, when one turns out to work again.
    package init(
        database: Database, opener: Opener, directory: ProviderDirectory, check: KeyCheck,
        keyArrived: @escaping KeyArrived, logger: Logger
    ) {
        self.database = database
        self.opener = opener
        self.directory = directory
        self.check = check
        self.keyArrived = keyArrived
        self.logger = logger
    }

    package var handlers: [String: JobHandler] { [KeyCheckJob.kind: { lease, _ in try await run(lease) }] }

    private func run(_ lease: Lease) async throws -> JobOutcome {
        guard let subject = KeyCheckJob.subject(of: lease) else { return .completed }
        // Replaced or removed since: there is nothing to check, or another job does it.
        guard let found = try await begin(lease, subject) else { return .completed }
        let answer = try await ask(about: found)
        if case .unknown(let reason, mayTryAgain: true) = answer, !lease.isLastAttempt {
            throw JobFailure(retryable: true, reason: reason)
        }
        try await finish(lease, found, answer)
        return .completed
    }

    private func begin(_ lease: Lease, _ subject: (key: SecretID, version: Int)) async throws -> Found? {
        try await database.transaction(.tenant(lease.tenant)) { tx in
            try await lease.fence(in: tx)
            let rows = try await tx.query(
                """
                SELECT \(unsafeRaw: StoredRecord.columns), base_url, status FROM provider_keys
                WHERE tenant_id = \(lease.tenant) AND id = \(subject.key) AND version = \(subject.version)
                FOR NO KEY UPDATE
                """)
            guard let row = rows.first else { return nil }
            let record = try StoredRecord(row, tenant: lease.tenant)
            try await VaultAudit.append(
                [VaultAudit.Event(.open, record.identity, record.sealed)], cause: .job(lease.job),
                by: opener.auditSigner, tenant: lease.tenant, in: tx)
            return Found(record: record, baseURL: try row.get(10), status: try row.get(11))
        }
    }

    private func ask(about found: Found) async throws -> KeyCheck.Answer {
        let identity = found.record.identity
        guard let provider = Provider(rawValue: identity.provider),
            let place = found.baseURL.map({ try? BaseURL($0) }) ?? directory.url(of: provider),
            place.origin == identity.origin
        else {
            return .unknown(
                reason: "It was entered for another address than the one in use now. Enter it again.",
                mayTryAgain: false)
        }
        let secret: SecretBytes
        do {
            // In the clear from here to the end of the call, and wiped then.
            secret = try opener.open(found.record.sealed, as: identity)
        } catch {
            logger.error(
                "a key cannot be opened", ("key", .id(identity.secretID)), ("tenant", .id(identity.tenant)),
                ("reason", .string(error.description)))
            return .unknown(reason: KeyRing.unreadableNote, mayTryAgain: false)
        }
        return try await check(provider, at: place, key: secret)
    }

    private func finish(_ lease: Lease, _ found: Found, _ answer: KeyCheck.Answer) async throws {
        let identity = found.record.identity
        let (result, note, status): (String, String?, KeyStatus?) =
            switch answer {
            case .accepted: ("ok", nil, found.isRefused ? .active : nil)
            case .invalid: ("failed", "The provider does not accept this key.", .invalid)
            case .exhausted: ("failed", "The account is out of credit or at its spend limit.", .exhausted)
            case .unknown(let reason, _): ("failed", reason, nil)
            }
        try await database.transaction(.tenant(lease.tenant)) { tx in
            try await lease.complete(in: tx)
            // Before the key's own row: steps lock their feature first, and then the key that they take.
            if status == .active { try await keyArrived(lease.tenant, tx) }
            try await tx.execute(
                """
                UPDATE provider_keys SET verification = \(result), verification_note = \(note), verified_at = now()
                WHERE tenant_id = \(lease.tenant) AND id = \(identity.secretID) AND version = \(identity.version)
                """)
            guard let status, status.name != found.status else { return }
            try await KeyRing.mark(identity, status, by: opener.auditSigner, job: lease.job, in: tx)
        }
    }
}

/// What the job's first transaction found.
private struct Found: Sendable {
    let record: StoredRecord
    let baseURL: String?
    let status: String

    var isRefused: Bool { status == "invalid" || status == "exhausted" }
}
