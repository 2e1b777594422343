/// A file of a tree: a path below its root, with `/` between segments, and its content.
package struct GitFile: Sendable, Equatable {
    package let path: String
    package let bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}
