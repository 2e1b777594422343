/// Which paths go into an archive: those that unpack to the same place below the current folder everywhere.
enum ArchivePath {
    static func check(_ path: String) throws(ArchiveError) {
        let isSound =
            path.utf8.count <= 1_024 && !path.utf8.contains { $0 < 0x20 || $0 == 0x7f || $0 == UInt8(ascii: "\\") }
            && path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
            }
        guard isSound else { throw .invalidPath }
    }
}
