/// Which keys are in use here: those that every store and every file system behind one takes the same way.
enum ObjectKey {
    /// S3's limit, in bytes of UTF-8.
    static let limit = 1_024

    static func check(_ key: String) throws(ObjectStoreError) {
        let isSound =
            !key.isEmpty && key.utf8.count <= limit && !key.utf8.contains { $0 < 0x20 || $0 == 0x7f }
            && key.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".."
            }
        guard isSound else { throw .invalidKey }
    }
}
