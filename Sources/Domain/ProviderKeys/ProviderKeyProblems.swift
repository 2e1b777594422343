package import Kernel

extension Problem {
    static let tooManyKeys = Problem(
        "too-many-keys", status: 409, title: "Too many keys",
        detail: "\(AddProviderKey.maximumKeys) keys are stored here already. Remove one, then add this one.")

    static let keyChanged = Problem(
        "key-changed", status: 409, title: "Somebody else was faster",
        detail: "This key was replaced or removed while you entered yours. Look at it again, then decide.")

    /// Something needs a model, and the tenant has no key for one.
    package static let noProviderKey = Problem(
        "no-provider-key", status: 409, title: "No model key yet",
        detail: "Agents work with your own key for a model provider, and none is stored here. Add one first: "
            + "POST /api/settings/keys with {\"provider\": \"anthropic\", \"label\": \"…\", \"key\": \"…\"}.",
        extensions: ["next": .object(["method": "POST", "path": "/api/settings/keys"])])
}
