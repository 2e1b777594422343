internal import Kernel
internal import Tenancy

/// Who may do what with a tenant's keys.
///
/// The team's keys are its admins' to keep, and everybody's to work with. A person who may build can bring a key of
/// their own, which works for the features that they create, before the team's: nobody else can change or spend it. Admins
/// see that it is there and can remove it.
extension Principal {
    func sees(keyOf owner: UserID?) -> Bool { owner == nil || owner == user || role >= .admin }

    /// Viewers need not tell keys apart, only whether there are some that work.
    func seesLabel(ofKeyOf owner: UserID?) -> Bool { role >= .builder }

    /// The last characters help whoever has the key at hand, and nobody else.
    func seesLast4(ofKeyOf owner: UserID?) -> Bool { owner.map { $0 == user } ?? (role >= .admin) }

    func requireChange(of owner: UserID?, to action: String) throws(Problem) {
        guard let owner else { return try require(.admin, to: action) }
        try require(.builder, to: action)
        guard owner == user else {
            throw .forbidden(
                "This key is a member's own. Only they may \(action); as \(role.rawValue) you may remove it.")
        }
    }

    func requireRemoval(of owner: UserID?) throws(Problem) {
        guard role < .admin else { return }
        try requireChange(of: owner, to: "remove a model key")
    }
}
