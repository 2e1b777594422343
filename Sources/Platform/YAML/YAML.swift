/// Reads YAML files: settings and price lists that people write.
///
/// The whole of YAML is not welcome. One document a file, UTF-8, keys that are single values and stand once, no tags;
/// aliases (`*name`) are expanded within `Limits`, so that a file of a few lines cannot unfold into gigabytes.
package enum YAML {
    package struct Limits: Sendable {
        /// Bytes of the file.
        package var bytes = 1_048_576
        /// Values within values.
        package var depth = 32
        /// Values in all, each use of an alias counted anew.
        package var nodes = 100_000

        package init() {}
    }

    /// - Parameter file: the name by which errors call it.
    /// - Throws: `YAMLError` with the line.
    package static func parse(
        _ bytes: [UInt8], file: String, limits: Limits = Limits()
    ) throws(YAMLError) -> YAMLNode {
        let start = YAMLPlace(file: file, line: 1, column: 1)
        guard bytes.count <= limits.bytes else {
            throw YAMLError(start, "The file has \(bytes.count) bytes; at most \(limits.bytes) are allowed.")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw YAMLError(start, "The file is not UTF-8.") }
        var events = EventReader(bytes, file: file)
        var composer = Composer(file: file, limits: limits)
        return try composer.document(from: &events)
    }
}
