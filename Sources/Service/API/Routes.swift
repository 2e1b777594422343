internal import Artifacts
internal import Conversation
internal import Features
internal import HTTPServer
internal import Kernel
internal import Ledger
internal import ModelGateway
internal import ObjectStore
internal import Pipeline
internal import Postgres
internal import ProviderKeys
internal import RateLimits
internal import Tenancy
internal import Tokens
internal import Vault

/// The API in one read: what `serve` answers, and behind which doors.
struct Routes {
    let database: Database
    let objects: any ObjectStore
    var storageQuota = StorageQuota.standard
    /// None without an endpoint that those who download can reach.
    var links: DownloadLinks?
    let verifier: TokenVerifier
    let sealer: Sealer
    let providers: ProviderDirectory
    let catalogue: ModelCatalogue
    let hub: WakeUpHub
    var seen = SeenUsers()
    /// Where an application of the operator's takes invitations.
    var invitationPage: String?
    let readiness: Readiness
    var rates = RateRules()
    /// None where Swagger UI is not installed.
    var docsAssets: DocsAssets?

    func router() -> Router {
        var router = Router()
        router.on(.get, "/health") { _ in Self.ok }
        router.on(.get, "/ready") { _ in
            try await readiness.check()
            return Self.ok
        }
        let authenticator = Authenticator(
            verifier: verifier, access: .all, seen: seen, database: database, hash: { SHA256.digest($0) })
        router.refusesUnknownQuery = true
        ProblemRoutes().register(on: &router)
        DescriptionRoutes().register(on: &router)
        DocsRoutes(assets: docsAssets).register(on: &router)
        let throttle = SignInThrottle(rates, apiTokenPrefix: APIToken.prefix) { verifier.remembers($0) }
        router.group("", throttle, authenticator, LimitRequests(rates, limiter)) { router in
            TenancyRoutes(database: database).register(on: &router)
            TeamRoutes(database: database, hooks: teamHooks, seen: seen).register(on: &router)
            InvitationRoutes(database: database, signer: sealer.linkSigner, page: invitationPage).register(on: &router)
            APITokenRoutes(database: database).register(on: &router)
            AuditRoutes(database: database).register(on: &router)
            ExportRoutes(database: database, objects: objects).register(on: &router)
            ProviderKeyRoutes(
                database: database, sealer: sealer, providers: providers,
                keyArrived: { tenant, tx in try await FeatureStore.keyArrived(tenant: tenant, in: tx) }
            ).register(on: &router)
            FeatureRoutes(database: database, hub: hub, cursors: cursors, openingMessage: openingMessage)
                .register(on: &router)
            ConversationRoutes(database: database, hub: hub, requireKey: requireKey).register(on: &router)
            GateRoutes(database: database).register(on: &router)
            LedgerRoutes(database: database).register(on: &router)
            BudgetRoutes(database: database).register(on: &router)
            UsageRoutes(database: database).register(on: &router)
            ModelSettingsRoutes(database: database, settings: ModelSettings(catalogue: catalogue))
                .register(on: &router)
            ArtifactRoutes(database: database, objects: objects, quota: storageQuota).register(on: &router)
            DeliverableRoutes(database: database).register(on: &router)
            TraceRoutes(database: database).register(on: &router)
            DownloadRoutes(database: database, objects: objects, links: links).register(on: &router)
        }
        return router
    }

    private static let ok = Response.json { json in
        json.object { json in
            json.key("status")
            json.string("ok")
        }
    }

    private var teamHooks: TeamHooks {
        let signer = sealer.auditSigner
        return TeamHooks(
            memberGone: { member, team, actor, tx in
                try await MembersKeys.remove(of: member, in: team, by: actor, signer: signer, tx)
            },
            teamDeleted: { team, tx in try await FeatureStore.pauseAll(tenant: team, in: tx) },
            purged: { tenant, tx in try await FeatureStore.removeObjects(ofPurged: tenant, in: tx) })
    }

    private var limiter: RateLimiter {
        let key = sealer.derivedKey(for: "client addresses")
        return RateLimiter(SharedBuckets(database: database) { key.code(of: $0) })
    }

    /// Every process that serves this installation signs with the same key, so one reads the other's cursors.
    private var cursors: Cursors {
        let key = sealer.derivedKey(for: "cursors")
        return Cursors { key.code(of: $0) }
    }

    private var requireKey: @Sendable (Transaction) async throws -> Void {
        { tx in try await KeyRing.requireKey(in: tx) }
    }

    /// A new feature's text goes to the analyst, in the transaction that makes the feature.
    private var openingMessage: OpeningMessage {
        { text, attachments, feature, principal, tx in
            let attachments = try NewAttachment.all(in: attachments)
            try await KeyRing.requireKey(in: tx)
            _ = try await ChatStore.ask(text, attachments: attachments, feature: feature, by: principal, in: tx)
        }
    }
}
