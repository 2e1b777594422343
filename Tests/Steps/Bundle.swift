import Embedded
import Glibc
import ServiceHarness
import TestSupport

/// Looks into a ZIP with Python's own reader: neither the archive nor what it says of itself is taken from us.
enum Bundle {
    private static let script = """
        import hashlib, json, sys, zipfile
        archive = zipfile.ZipFile(sys.argv[1])
        assert archive.testzip() is None, "a file is damaged"
        names = archive.namelist()
        assert len(names) == len(set(names)), "a name is there twice"
        manifests = [name for name in names if name.split("/")[-1] == "specwright.json"]
        assert len(manifests) == 1, names
        manifest = json.loads(archive.read(manifests[0]))
        folder = manifests[0][: -len("specwright.json")]
        files = {folder + file["path"]: file for file in manifest["files"]}
        assert set(names) == set(files) | {manifests[0]}, sorted(set(names) ^ set(files))
        for name, file in files.items():
            content = archive.read(name)
            assert hashlib.sha256(content).hexdigest() == file["sha256"], name
            assert len(content) == file["bytes"], name
        text = json.dumps(manifest)
        assert "reviewed, not executed" in text, text
        assert "validated" not in text, text
        print(json.dumps({"names": names, "manifest": manifest}))
        """

    /// - Throws: what Python says against it.
    /// - Returns: the names and the manifest, as JSON text.
    @discardableResult
    static func check(_ bytes: [UInt8]) async throws -> String {
        try await withTemporaryFolder { folder in
            let path = folder + "/bundle.zip"
            guard let file = fopen(path, "w") else { throw Unexpected("cannot write \(path)") }
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
            let result = try await Subprocess.run(Command("/usr/bin/python3", ["-c", script, path]))
            guard result.ending.isSuccess else { throw Unexpected(result.output) }
            return result.output
        }
    }
}
