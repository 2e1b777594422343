internal import Glibc

/// What the program says to the person who started it.
enum Terminal {
    /// A line on standard output, at once.
    static func say(_ text: String) { put(text, STDOUT_FILENO) }

    /// A line on standard error.
    static func complain(_ text: String) { put(text, STDERR_FILENO) }

    private static func put(_ text: String, _ descriptor: Int32) {
        var bytes = Array((text + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
