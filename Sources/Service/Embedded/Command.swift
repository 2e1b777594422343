/// A program to run, and all that it is given. Nothing is inherited: neither environment nor open files.
package struct Command: Sendable {
    /// An absolute path.
    package var executable: String
    package var arguments: [String]
    /// The whole environment. Secrets go here rather than into `arguments`, which every user of the machine can read.
    package var environment: [String: String]
    package var workingDirectory: String
    package var output: Output
    /// An open file of ours for standard input; the child finds nothing there otherwise.
    var input: Int32?
    /// The user to run as, or `nil` for our own.
    package var user: SystemUser?
    /// What the child is sent when we die, however suddenly. A `kill -9` of the parent leaves nothing behind.
    package var deathSignal: DeathSignal

    /// Where standard output and standard error go.
    package enum Output: Sendable, Equatable {
        /// Appended to a file that only its owner may read.
        case file(String)
        case discard
        /// To where our own go.
        case inherit
        /// To an open file of ours.
        case descriptor(Int32)
    }

    package enum DeathSignal: String, Sendable {
        case interrupt = "INT"
        case terminate = "TERM"
        case kill = "KILL"
    }

    package init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        workingDirectory: String = "/", output: Output = .discard, user: SystemUser? = nil,
        deathSignal: DeathSignal = .terminate
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.output = output
        self.user = user
        self.deathSignal = deathSignal
    }

    /// The last part of the path, for messages.
    package var name: String { executable.split(separator: "/").last.map(String.init) ?? executable }

    /// What is really executed: setpriv(1) drops privileges, asks for the death signal and becomes the program.
    var words: [String] {
        ["/usr/bin/setpriv", "--pdeathsig", deathSignal.rawValue] + (user?.prefix ?? []) + ["--", executable]
            + arguments
    }

    var variables: [String] {
        let defaults = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"]
        return defaults.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }.sorted()
    }
}
