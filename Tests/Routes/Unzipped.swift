import Embedded
import Glibc
import Kernel
import ServiceHarness
import TestSupport

@testable import Service

/// A ZIP's files, taken out with Python's own reader.
struct Unzipped {
    private let files: [String: [UInt8]]

    private static let script = """
        import base64, json, sys, zipfile
        archive = zipfile.ZipFile(sys.argv[1])
        assert archive.testzip() is None, "a file is damaged"
        names = archive.namelist()
        assert len(names) == len(set(names)), "a name is there twice"
        def text(name): return base64.urlsafe_b64encode(archive.read(name)).decode().rstrip("=")
        json.dump({name: text(name) for name in names}, open(sys.argv[2], "w"))
        """

    init(_ bytes: [UInt8]) async throws {
        files = try await withTemporaryFolder { folder in
            let (zip, json) = (folder + "/export.zip", folder + "/files.json")
            guard let file = fopen(zip, "w") else { throw Unexpected("cannot write \(zip)") }
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
            let result = try await Subprocess.run(Command("/usr/bin/python3", ["-c", Self.script, zip, json]))
            guard result.ending.isSuccess else { throw Unexpected(result.output) }
            let members = try JSON(parsing: try readFile(json, limit: 256 << 20)).object?.members ?? []
            return Dictionary(
                uniqueKeysWithValues: members.map { ($0.key, $0.value.string.flatMap { Base64URL.decode($0) } ?? []) })
        }
    }

    subscript(name: String) -> [UInt8]? { files[name] }

    /// The JSON objects of a file that has one a line; none of a file that is not there.
    func lines(_ name: String) -> [JSON] {
        (files[name] ?? []).split(separator: UInt8(ascii: "\n")).map { (try? JSON(parsing: Array($0))) ?? .null }
    }

    var everything: String { files.values.map { String(decoding: $0, as: UTF8.self) }.joined() }
}
