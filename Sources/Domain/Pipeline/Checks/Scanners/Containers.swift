import Features
import Kernel

/// Dockerfiles and Compose files.
enum Containers {
    static func scan(_ content: String, at path: FilePath) -> [ScanHit] {
        let name = path.name.lowercased()
        if name == "dockerfile" || name.hasPrefix("dockerfile.") || name.hasSuffix(".dockerfile")
            || name == "containerfile"
        {
            return image(content, path)
        }
        let isCompose = name.hasPrefix("docker-compose") || name == "compose.yaml" || name == "compose.yml"
        return isCompose ? compose(content, path) : []
    }

    private static func image(_ content: String, _ path: FilePath) -> [ScanHit] {
        var hits: [ScanHit] = []
        var stages: Set<String> = []
        var user: String?
        var last = 0
        for (index, line) in content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let instruction = words.first?.uppercased(), !instruction.hasPrefix("#") else { continue }
            let number = index + 1
            if ShellRules.pipesToShell(String(line)) { hits.append(ScanHit(pipe, path, line: number)) }
            if line.contains("chmod 777") || line.contains("chmod -R 777") {
                hits.append(ScanHit(open, path, line: number))
            }
            switch instruction {
            case "FROM":
                last = number
                user = nil
                let image = words.dropFirst().first { !$0.hasPrefix("--") } ?? ""
                if isLoose(image), !stages.contains(image) { hits.append(ScanHit(loose, path, line: number)) }
                if let name = words.firstIndex(where: { $0.uppercased() == "AS" }), name + 1 < words.count {
                    stages.insert(words[name + 1])
                }
            case "USER": user = words.dropFirst().first
            case "ADD" where words.contains { $0.hasPrefix("http://") || $0.hasPrefix("https://") }:
                hits.append(ScanHit(download, path, line: number))
            default: break
            }
        }
        if last > 0, user == nil || user == "root" || user == "0" { hits.append(ScanHit(root, path, line: last)) }
        return hits
    }

    private static func isLoose(_ image: String) -> Bool {
        guard !image.isEmpty, !image.contains("@sha256:"), image != "scratch", !image.hasPrefix("$") else {
            return false
        }
        let tag = image.split(separator: "/").last?.split(separator: ":").dropFirst().first
        return tag == nil || tag == "latest"
    }

    private static func compose(_ content: String, _ path: FilePath) -> [ScanHit] {
        ScannedLine.of(content, at: path).compactMap { line in
            if line.has("privileged:true") { return ScanHit(privileged, path, line: line.number) }
            if line.text.contains("/var/run/docker.sock") { return ScanHit(socket, path, line: line.number) }
            return nil
        }
    }

    private static let pipe = ShellRules.all[0].rule
    private static let open = ScanRule(
        "docker/open-to-all", .medium, cwe: 732, "Everyone may change these files",
        detail: "Any program in the container can put code there.", fix: "Give write access to the owner alone.")
    private static let loose = ScanRule(
        "docker/loose-image", .low, cwe: 1357, "The base image has no fixed version",
        detail: "Another day, another image: what was reviewed is not what runs.", fix: "Name a version, or a digest.")
    private static let download = ScanRule(
        "docker/add-from-network", .medium, cwe: 494, "A file from the network is put in unchecked",
        detail: "Who controls that address controls the image.", fix: "Download it with its hash checked.")
    private static let root = ScanRule(
        "docker/root", .low, cwe: 250, "The container runs as root",
        detail: "Who breaks into the program has the container's root.", fix: "Add a user, and USER before CMD.")
    private static let privileged = ScanRule(
        "docker/privileged", .high, cwe: 250, "A container has the host's powers",
        detail: "Who breaks into it has the machine.", fix: "Leave privileged out; add the one capability it needs.")
    private static let socket = ScanRule(
        "docker/socket", .medium, cwe: 250, "A container controls all containers",
        detail: "Who breaks into it has the machine.", fix: "Do not mount the Docker socket.")
}
