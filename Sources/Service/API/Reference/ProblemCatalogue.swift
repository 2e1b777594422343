/// Every problem that `serve` answers, in one table. A test holds it against each `Problem` in the sources, and against
/// `openapi.yaml`; `/problems` shows it.
package enum ProblemCatalogue {
    /// By status, then by name.
    package static let all: [ProblemType] = [
        ProblemType(
            "bad-request", 400, "The request cannot be understood",
            means: "A query parameter, a header or the body is not what this address takes. `detail` names it.",
            do: "Mend what `detail` names. Sending the same again will not help."),
        ProblemType(
            "malformed-request", 400, "The request is not well-formed HTTP",
            means: "The request's lines or headers break HTTP's own rules, so the connection was closed.",
            do: "Send it with an HTTP library, or look at what a proxy on the way makes of it."),
        ProblemType(
            "unauthorized", 401, "Sign in first",
            means: "There is no token, or it is expired, for another service, or not genuine.",
            do: "Get a new token from your identity provider and send it as `Authorization: Bearer …`."),
        ProblemType(
            "forbidden", 403, "You may not do that",
            means: "You are signed in, and your role in this tenant is not enough. `detail` names the role it takes.",
            do: "Ask an admin or owner of the team to do it, or to give you that role."),
        ProblemType(
            "insufficient-scope", 403, "This API token is for other things",
            means: "The token is good, and was not made for this part of the API. `scope` names what it lacks.",
            do: "Make a token with that scope, or sign in yourself."),
        ProblemType(
            "invitation-for-another", 403, "This invitation is for somebody else",
            means: "The invitation names an e-mail address, and yours is another.",
            do: "Sign in with the address that was invited, or ask for an invitation of your own."),
        ProblemType(
            "not-found", 404, "Not found",
            means: "There is nothing at this address, or it belongs to somebody else: both look the same.",
            do: "Check the id, and `Specwright-Tenant` when the thing belongs to a team."),
        ProblemType(
            "method-not-allowed", 405, "Method not allowed",
            means: "The address exists and does not take this method.",
            do: "Use a method that the `Allow` header lists."),
        ProblemType(
            "diff-too-large", 406, "Too long as text",
            means: "The difference between two builds is too long to be sent as one patch.",
            do: "Ask for `application/json`, or download both builds and compare them yourself."),
        ProblemType(
            "request-timeout", 408, "The request took too long",
            means: "The request's headers or body did not arrive in time.",
            do: "Send it again over a connection that keeps up."),
        ProblemType(
            "already-member", 409, "You are a member already",
            means: "You belong to the team that the invitation is for.",
            do: "Nothing: select the team with `Specwright-Tenant`."),
        ProblemType(
            "answer-in-progress", 409, "The analyst is still answering",
            means: "A conversation takes one message at a time, and the last one is being answered.",
            do: "Wait until the answer's event stream ends, then send the next message."),
        ProblemType(
            "idempotency-key-in-use", 409, "The first request is still under way",
            means: "A request with the same `Idempotency-Key` is being worked on at this moment.",
            do: "Send it again after `Retry-After` seconds to get the first one's answer."),
        ProblemType(
            "key-changed", 409, "Somebody else was faster",
            means: "The model key was replaced or removed while you were changing it.",
            do: "Read the key again, then decide."),
        ProblemType(
            "last-owner", 409, "The team needs an owner",
            means: "It would leave a team that others belong to without an owner.",
            do: "Make another member an owner first, or delete the team."),
        ProblemType(
            "no-download-links", 409, "No download links here",
            means: "This installation's object store has no address that downloads could be sent to.",
            do: "Download without `via=link`: the ZIP comes as the answer."),
        ProblemType(
            "no-provider-key", 409, "No model key yet",
            means: "Agents work with your own key for a model provider, and none is stored in this tenant.",
            do: "Add one with POST /api/settings/keys, then try again."),
        ProblemType(
            "not-finished", 409, "Nothing to download yet",
            means: "This revision has no build that passed both reviews.",
            do: "Follow the feature's events until its status is `done`, or name an earlier `revision`."),
        ProblemType(
            "nothing-to-trace", 409, "Nothing to trace yet",
            means: "This revision has no specification yet, and so no requirements.",
            do: "Ask again when the feature has reached `spec_ready`."),
        ProblemType(
            "personal-tenant", 409, "This is a personal tenant",
            means: "What was asked for is for teams, and this is the tenant of one person.",
            do: "Select a team with `Specwright-Tenant`, or make one with POST /api/tenants."),
        ProblemType(
            "too-many-attachments", 409, "The feature has too many attachments",
            means: "The feature holds as many files as it may.",
            do: "Delete one that is no longer needed, then send the message again."),
        ProblemType(
            "too-many-invitations", 409, "Too many open invitations",
            means: "The team has as many open invitations as it may.",
            do: "Take one back that is no longer needed, then invite."),
        ProblemType(
            "too-many-keys", 409, "Too many keys",
            means: "The tenant stores as many model keys as it may.",
            do: "Remove one that is not needed, then add this one."),
        ProblemType(
            "too-many-teams", 409, "Too many teams",
            means: "You belong to as many teams as one person may.",
            do: "Leave or delete one, then make this one."),
        ProblemType(
            "too-many-tokens", 409, "Too many API tokens",
            means: "You have as many API tokens in this tenant as one person may.",
            do: "Revoke one that is not used, then make this one."),
        ProblemType(
            "track-settled", 409, "The size is settled",
            means: "How large the work is can be chosen until the specification is approved, and it has been.",
            do: "Revise the brief to start a revision in which it can be chosen again."),
        ProblemType(
            "wrong-status", 409, "Not possible in this status",
            means:
                "The action does not fit where the feature stands now, or the revision it named is not the current one.",
            do: "Read the feature again and choose among `allowed_actions`."),
        ProblemType(
            "invitation-over", 410, "This invitation is over",
            means: "It was accepted, taken back or has expired.",
            do: "Ask whoever invited you for a new one."),
        ProblemType(
            "precondition-failed", 412, "It has changed meanwhile",
            means: "`If-Match` named a state that somebody has changed since you read it.",
            do: "Read it again, look at what changed, and send the change with the new ETag."),
        ProblemType(
            "too-large", 413, "Too large",
            means: "The body is larger than this address takes. `detail` says how large it may be.",
            do: "Send less, or in several requests."),
        ProblemType(
            "address-too-long", 414, "Address too long",
            means: "Path and query together are longer than 8192 bytes.",
            do: "Send fewer or shorter parameters."),
        ProblemType(
            "unsupported-media-type", 415, "Not JSON",
            means: "The body is not labelled as JSON.",
            do: "Send JSON, with `Content-Type: application/json`."),
        ProblemType(
            "expectation-failed", 417, "Expectation failed",
            means: "The `Expect` header asks for something other than `100-continue`.",
            do: "Leave the header out."),
        ProblemType(
            "idempotency-key-reused", 422, "This Idempotency-Key was used for something else",
            means: "The key belongs to an earlier request of yours with another address or body.",
            do: "Use a new key for each new request; a UUID is best."),
        ProblemType(
            "invalid-field", 422, "A field is not valid",
            means: "A field of the body is missing, unknown, of the wrong type or out of bounds.",
            do: "Mend the field that `pointer` names; `detail` says what it must be."),
        ProblemType(
            "rate-limited", 429, "Too many requests",
            means:
                "You, your team or your address made more requests than `RateLimit-Policy` allows; `violated-policies` "
                + "names which. After many tokens that were not good, `sign-in` slows the address down.",
            do: "Wait `Retry-After` seconds, then go on, and slow down while `RateLimit` says that little is left."),
        ProblemType(
            "too-many-streams", 429, "Too many event streams",
            means: "You hold as many event streams in this process as one person may.",
            do: "Close one that is not looked at, then open this one."),
        ProblemType(
            "headers-too-large", 431, "Headers too large",
            means: "The request's headers are larger than 16 kB together, or more than 100.",
            do: "Send fewer headers; a token that is far too long is the usual cause."),
        ProblemType(
            "internal", 500, "Something went wrong on our side",
            means: "The service met something that it does not know. Nothing you did caused this.",
            do: "Try again; if it goes on, tell whoever runs the service the `request_id`."),
        ProblemType(
            "method-not-implemented", 501, "Unknown method",
            means: "The request's method is none that this server knows.",
            do: "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS."),
        ProblemType(
            "busy", 503, "Too much at once",
            means: "Many builds are being compared or exported right now. Nothing is wrong with yours.",
            do: "Try again after `Retry-After` seconds."),
        ProblemType(
            "unavailable", 503, "Not available right now",
            means: "The service is starting, stopping, or cannot reach its database at the moment. Nothing is lost.",
            do: "Try again after `Retry-After` seconds."),
        ProblemType(
            "version-not-supported", 505, "HTTP version not supported",
            means: "The request names an HTTP version other than 1.1 or 1.0.",
            do: "Speak HTTP/1.1; a proxy in front may speak HTTP/2."),
    ]

    private static let byCode = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })

    package static func type(_ code: String) -> ProblemType? { byCode[code] }
}
