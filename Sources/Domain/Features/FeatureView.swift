package import HTTPServer
package import Kernel

/// A feature as a client sees it, with what may be done next.
package struct FeatureView: JSONWritable, Sendable {
    private let feature: FeatureRecord
    private let state: FeatureState

    package init(_ feature: FeatureRecord, state: FeatureState) {
        self.feature = feature
        self.state = state
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.string(feature.id.description)
            json.key("title")
            json.string(feature.title)
            json.key("status")
            json.string(feature.status.rawValue)
            json.key("revision")
            json.integer(feature.revision)
            json.key("version")
            json.integer(feature.version)
            json.key("autopilot")
            json.bool(feature.autopilot)
            json.key("paused")
            json.bool(feature.isPaused)
            json.key("waiting")
            writeWaiting(to: &json)
            json.key("gate")
            json.string(feature.status.gate?.rawValue)
            json.key("estimate")
            if let estimate = feature.estimate { json.raw(estimate.bytes) } else { json.null() }
            json.key("track")
            writeTrack(to: &json)
            json.key("trust")
            if let trust = feature.trust { json.raw(TrustScore.json(trust).bytes) } else { json.null() }
            json.key("failure")
            if let failedIn = feature.failedIn, let reason = feature.failure {
                json.object { json in
                    json.key("in")
                    json.string(failedIn.rawValue)
                    json.key("reason")
                    json.string(reason)
                }
            } else {
                json.null()
            }
            json.key("allowed_actions")
            json.array { json in for action in state.allowedActions { json.string(action.rawValue) } }
            json.key("next")
            json.string(state.next)
            json.key("created_at")
            json.string(feature.createdAt.description)
            json.key("updated_at")
            json.string(feature.updatedAt.description)
        }
    }
}

extension Response {
    /// A feature, with the ETag for a later If-Match.
    package static func feature(status: Int = 200, _ feature: FeatureRecord, _ state: FeatureState) -> Response {
        var response = Response.json(status: status, FeatureView(feature, state: state))
        response.headers["etag"] = feature.etag
        return response
    }
}

extension FeatureView {
    private func writeTrack(to json: inout JSONWriter) {
        json.object { json in
            json.key("chosen")
            json.string(feature.chosenTrack?.rawValue ?? "auto")
            json.key("applies")
            json.string((feature.chosenTrack ?? feature.scoredTrack)?.rawValue)
            json.key("score")
            if let score = feature.sizing?["score"] { json.raw(score.bytes) } else { json.null() }
            json.key("reasons")
            json.raw((feature.sizing?["reasons"] ?? []).bytes)
        }
    }

    private func writeWaiting(to json: inout JSONWriter) {
        guard let waiting = feature.waiting else { return json.null() }
        json.object { json in
            json.key("for")
            json.string(waiting.name)
            json.key("until")
            json.string(waiting.until?.description)
            json.key("reason")
            json.string(waiting.reason)
            if case .budget(let shortage) = waiting {
                json.key("budget")
                json.raw(shortage.json.bytes)
            }
        }
    }
}

extension Waiting {
    /// The stable name, as rows and clients have it.
    package var name: String {
        switch self {
        case .rateLimit: "rate_limit"
        case .storage: "storage"
        case .provider: "provider"
        case .key: "key"
        case .budget: "budget"
        }
    }

    package var until: Timestamp? {
        switch self {
        case .rateLimit(let until), .storage(let until), .provider(let until): until
        case .budget(let shortage): shortage.until
        case .key: nil
        }
    }

    /// For people.
    package var reason: String {
        switch self {
        case .rateLimit(let until?):
            "The model provider asks to slow down until \(until). The work goes on by itself then."
        case .rateLimit(nil): "The model provider asks to slow down. The work goes on by itself."
        case .provider:
            "The model provider has failed several times in a row. Nothing is lost; the work tries again by itself."
        case .storage:
            "Our file storage does not answer right now. Nothing is lost; the work tries again by itself."
        case .key:
            "No stored key works, or it was entered for another address than the one in use. Add one under "
                + "/api/settings/keys; the work goes on by itself then."
        case .budget(let shortage): "\(shortage.sentence) \(shortage.remedy)"
        }
    }
}

extension FeatureState {
    /// The one thing to do next, in plain words.
    package var next: String {
        if isPaused { return "It is paused. Resume it when it should go on." }
        if let waiting { return waiting.reason }
        return switch status {
        case .drafting:
            hasBrief
                ? "Read the brief. Confirm it when it says what you want, or tell the analyst what to change."
                : "Tell the analyst what you want built; it proposes a brief when it knows enough."
        case .specReady, .planReady, .testsReady:
            gateReviews < Self.maximumGateReviews
                ? "Read the \(status.gate!.rawValue) and its recommendation, then approve it, have it reworked, or revise "
                    + "the brief."
                : "Read the \(status.gate!.rawValue) and its recommendation, then approve it or revise the brief: it was "
                    + "reviewed \(gateReviews) times, and now you decide."
        case .done: "Download the ZIP, or revise the brief to start the next revision."
        case .failed: "Read the reason, then retry from where it stopped, or revise the brief."
        case .cancelled: "Revise the brief to start again, or delete it."
        default: "Nothing to do: an agent is at work (\(status.label)). Follow the events."
        }
    }
}
