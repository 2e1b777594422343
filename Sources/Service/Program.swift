internal import Archive
internal import CommandLineTool
internal import Glibc
internal import Telemetry
internal import Vault

/// The program: finds the command that was asked for and turns whatever goes wrong into a sentence and an exit status.
package enum Program {
    /// Runs the program to its end; for the main thread, which takes the signals meanwhile.
    package static func main(_ arguments: [String]) -> Never {
        Signals.block()
        let isRole = arguments.first.map(roles.contains) ?? false
        // People read times in their own zone.
        if isRole { ArchiveTime.useUTC() }
        Task.detached { exit(isRole ? await run(arguments) : await runTool(arguments)) }
        Signals.take()
    }

    private static let roles: Set<String> = [
        "serve", "work", "migrate", "up", "vault", "dead-letters", "eval", "development-issuer", "development-model",
    ]

    /// Everything that is no role: the command line, which talks to a server over its API.
    private static func runTool(_ arguments: [String]) async -> Int32 {
        Signals.keep()
        if !CoreDumps.disable() { Terminal.complain("specwright: core dumps could not be forbidden") }
        return await Tool.run(arguments, roles: usage) { await Signals.wait() }
    }

    /// - Returns: 0 done, 1 failed, 2 the command line was wrong.
    private static func run(_ arguments: [String]) async -> Int32 {
        // The servers have something to finish; the other commands end like any program.
        let isServer = ["serve", "work", "development-issuer", "development-model"].contains(arguments.first)
        if isServer { Signals.keep() }
        // Before any key is read; a command without one loses nothing by it.
        if !CoreDumps.disable() { Terminal.complain("specwright: core dumps could not be forbidden") }
        do {
            switch arguments.first {
            case "serve": try await Serve(configuration: ServeConfiguration(.process())).run()
            case "work": try await Work(configuration: WorkConfiguration(.process())).run()
            case "migrate": try await Migrate().run()
            case "up": try await Up(options: UpOptions(arguments.dropFirst())).run()
            case "vault": try await VaultCommand(options: VaultOptions(arguments.dropFirst())).run()
            case "dead-letters":
                try await DeadLettersCommand(options: DeadLettersOptions(arguments.dropFirst())).run()
            case "eval": try await EvalCommand(options: EvalOptions(arguments.dropFirst())).run()
            case "development-issuer": try await DevelopmentIssuerCommand().run()
            case "development-model": try await DevelopmentModelCommand().run()
            default: preconditionFailure("\(arguments.first ?? "nothing") is no role")
            }
            return 0
        } catch let error as UsageError {
            Terminal.complain("specwright: \(error.message)\n\n\(usage)")
            return 2
        } catch {
            LogSink.flush()
            Terminal.complain("specwright: \(error)")
            return 1
        }
    }

    private static let usage = """
        Running a server:
          up            everything on this machine, for trying out and development
                          --state DIR      keep everything in DIR (default .specwright)
                          --listen H:P     the API's address (default 127.0.0.1:8080; port 0: any)
                          --ready-file F   write how to reach it to F once it is up
          serve         the API                         settings: docs/operations.md
          work          the worker
          migrate       bring the database's schema up to date
          vault         the vault's keys, in folder D; all but the first two as the role specwright_vault
                          init D           make the key files
                          add-kek D        make the next KEK
                          rotate D         wrap every key to the newest KEK, while everything runs
                          status D [--json]
                          retire D KEK     take out a KEK that nothing is sealed for
                          verify D [--anchors FILE] [--json]   check the audit and every stored key
          dead-letters  the jobs that were given up, as the worker's database role
                          list [--kind K] [--limit N] [--json]
                          redrive ID | --all [--kind K] [--json]
          eval          how often the advice at gates is right, over the cases in eval/: docs/evaluation.md
                          --provider P --model M --key-file F   a model too; F is - for standard input
                          --converge --limit N --dollars N --concurrency N --features A,B --cases DIR --out F

          development-issuer   an identity issuer, for development only
          development-model    a scripted model server, for development only
        """
}

/// The command line was wrong.
struct UsageError: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
