/// The flags of `specwright up`.
struct UpOptions: Sendable {
    var state = ".specwright"
    var listen = "127.0.0.1:8080"
    var readyFile: String?

    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var arguments = arguments
        while let flag = arguments.popFirst() {
            guard ["--state", "--listen", "--ready-file"].contains(flag) else {
                throw UsageError("up has no option \"\(flag)\"")
            }
            guard let value = arguments.popFirst(), !value.isEmpty else {
                throw UsageError("\(flag) needs a value")
            }
            switch flag {
            case "--state": state = value
            case "--listen": listen = value
            default: readyFile = value
            }
        }
    }
}
