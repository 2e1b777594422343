/// Statements that every connection prepares when it opens; the raw value is the prepared statement's name.
enum FixedStatement: String, CaseIterable {
    case begin, commit, rollback, context

    var text: String {
        switch self {
        case .begin: "BEGIN"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        // `true`: for this transaction only. On the read lane that ends with the Sync.
        case .context: "SELECT set_config('app.tenant_id', $1, true), set_config('app.user_id', $2, true)"
        }
    }
}
