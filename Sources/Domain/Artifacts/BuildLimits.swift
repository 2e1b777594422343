/// How large a build may be.
package struct BuildLimits: Sendable, Equatable {
    package let fileBytes: Int
    package let files: Int
    package let buildBytes: Int

    package init(fileBytes: Int, files: Int, buildBytes: Int) {
        self.fileBytes = fileBytes
        self.files = files
        self.buildBytes = buildBytes
    }

    /// 1 MiB a file, 2,000 files, 50 MiB a build.
    package static let standard = BuildLimits(fileBytes: 1 << 20, files: 2_000, buildBytes: 50 << 20)
}
