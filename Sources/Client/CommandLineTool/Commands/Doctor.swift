internal import APIClient
internal import Kernel

extension Command {
    static let doctor = Command(
        path: ["doctor"], summary: "check the server, the clock, the token, the keys and the terminal",
        examples: [
            Example(words: "specwright doctor", meaning: "when something is wrong"),
            Example(
                words: "specwright doctor --server https://specwright.example.com", meaning: "before the first login"),
        ]
    ) { context in
        let examination = Examination(context)
        let findings = await examination.run()
        let worst = findings.first { $0.status != .done }?.status ?? .done
        guard !context.console.isJSON else {
            context.console.data(["checks": .array(findings.map(\.json)), "healthy": .bool(worst == .done)])
            return worst
        }
        for finding in findings {
            let isGood = finding.status == .done
            context.console.say(
                "\(isGood ? "ok " : "bad", isGood ? .good : .bad)  \(finding.name, .strong): \(finding.text)")
            if let next = finding.next { context.console.say("     Next: \(next, .strong)") }
        }
        return worst
    }
}

/// One thing that was looked at.
struct DoctorFinding {
    let name: String
    let text: String
    var status = ExitStatus.done
    var next: String?

    var json: JSON {
        var object: JSONObject = [
            "check": .string(name), "ok": .bool(status == .done), "text": .string(text),
        ]
        if let next { object["next"] = .string(next) }
        return .object(object)
    }
}

/// Looks at one thing after the other, and stops where the next cannot be right.
private struct Examination {
    let context: Context

    init(_ context: Context) { self.context = context }

    func run() async -> [DoctorFinding] {
        var findings: [DoctorFinding] = [terminal]
        let session: Session
        do {
            session = try context.session()
        } catch {
            findings.append(finding("profile", error))
            return findings
        }
        findings.append(
            DoctorFinding(
                name: "profile",
                text: session.profile.map { "\($0), for \(session.server)" }
                    ?? "\(session.server), from the environment or --server"))
        let api = context.client(of: session, retries: .none)
        do {
            let began = ContinuousClock.now
            let answer = try await api.call(APIRequest("GET", "/ready"))
            let took = (ContinuousClock.now - began).components
            let milliseconds = took.seconds * 1_000 + took.attoseconds / 1_000_000_000_000_000
            findings.append(DoctorFinding(name: "server", text: "\(session.server) is ready, \(milliseconds) ms"))
            findings.append(clock(answer))
        } catch {
            findings.append(finding("server", Trouble(error, server: session.server, feature: nil)))
            return findings
        }
        guard let token = session.token else {
            findings.append(
                DoctorFinding(
                    name: "token", text: "there is none for \(session.server)", status: .signIn,
                    next: "specwright login --server \(session.server)"))
            return findings
        }
        do {
            let me = try await api.me()
            let end = TokenFacts(token).expires.map { ", good until \(Amounts.local($0.description))" } ?? ""
            findings.append(
                DoctorFinding(name: "token", text: "\(Person.name(me)), \(me["tenant"]?["role"]?.string ?? "")\(end)"))
            findings.append(keys(try await api.keys()))
        } catch {
            findings.append(finding("token", Trouble(error, server: session.server, feature: nil)))
        }
        return findings
    }

    private var terminal: DoctorFinding {
        let console = context.console
        let kind = console.isTerminal ? "yes, \(Console.width) columns" : "no: plain lines"
        return DoctorFinding(name: "terminal", text: "\(kind)\(console.isInteractive ? "" : "; nothing is asked")")
    }

    /// Tokens are judged by the clock: a machine that is minutes off is refused now and then.
    private func clock(_ answer: APIAnswer) -> DoctorFinding {
        guard let date = answer.header("date").flatMap({ HTTPDate.parse($0) }) else {
            return DoctorFinding(name: "clock", text: "the server does not say its time")
        }
        let seconds = (Timestamp.now - date).components.seconds
        guard abs(seconds) > 60 else { return DoctorFinding(name: "clock", text: "agrees with the server's") }
        return DoctorFinding(
            name: "clock", text: "\(abs(seconds)) s \(seconds > 0 ? "ahead of" : "behind") the server's",
            status: .failed,
            next: "Set this machine's clock.")
    }

    private func keys(_ keys: [JSON]) -> DoctorFinding {
        let working = keys.filter { $0["status"]?.string == "active" || $0["status"]?.string == "throttled" }
        guard !working.isEmpty else {
            return DoctorFinding(
                name: "keys", text: keys.isEmpty ? "no model key is stored" : "none of the model keys works",
                status: .failed,
                next: "specwright keys \(keys.isEmpty ? "add --provider anthropic --label NAME" : "list")")
        }
        let names = Set(working.compactMap { $0["provider"]?.string }).sorted()
        return DoctorFinding(name: "keys", text: "\(working.count) for \(names.joined(separator: ", "))")
    }

    private func finding(_ name: String, _ error: any Error) -> DoctorFinding {
        guard let trouble = error as? Trouble else {
            return DoctorFinding(name: name, text: "\(error)", status: .failed)
        }
        let why = trouble.why.map { ": \($0)" } ?? ""
        return DoctorFinding(name: name, text: trouble.what + why, status: trouble.status, next: trouble.next)
    }
}

/// `Date` of an answer (RFC 9110 §5.6.7), in the one form that is sent today.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// - Parameter text: as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func parse(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: parts[2]) else { return nil }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
