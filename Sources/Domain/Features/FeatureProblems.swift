package import Kernel

extension Problem {
    /// The action does not fit the feature's status, or the revision it named is not the current one.
    package static func wrongStatus(_ action: Action, _ state: FeatureState) -> Problem {
        let allowed = state.allowedActions
        let choices =
            allowed.isEmpty
            ? "Nothing can be done by you right now."
            : "You can: " + allowed.map(\.rawValue).joined(separator: ", ") + "."
        return Problem(
            "wrong-status", status: 409, title: "Not possible in this status",
            detail: "You cannot \(action.rawValue) this now: the feature is \"\(state.status.rawValue)\" "
                + "(\(state.status.label)) in revision \(state.revision). \(choices)",
            extensions: [
                "feature_status": .string(state.status.rawValue), "revision": .integer(Int64(state.revision)),
                "allowed_actions": .array(allowed.map { .string($0.rawValue) }),
            ])
    }

    package static let changedMeanwhile = Problem(
        "precondition-failed", status: 412, title: "It has changed meanwhile",
        detail: "Somebody changed this feature since you read it. Read it again, then decide.")
}

/// The feature's status or revision is not what a transition starts from: somebody else was faster.
package struct StaleTransition: Error, Sendable {
    package init() {}
}
