internal import Kernel

/// The operations of a JSON Patch (RFC 6902) that the cases use: add, remove and replace.
enum JSONPatch {
    static func apply(_ operations: [JSON], to value: JSON) throws -> JSON {
        try operations.reduce(value) { value, operation in
            guard let name = operation["op"]?.string, let path = operation["path"]?.string, path.hasPrefix("/") else {
                throw EvalError("an operation of a patch needs op and path")
            }
            let tokens = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
                String($0).replacing("~1", with: "/").replacing("~0", with: "~")
            }
            return try change(value, at: tokens[...], name, operation["value"])
        }
    }

    private static func change(
        _ value: JSON, at path: ArraySlice<String>, _ name: String, _ new: JSON?
    ) throws -> JSON {
        guard let token = path.first else { throw EvalError("a patch ends before its place") }
        let rest = path.dropFirst()
        switch value {
        case .object(var object):
            guard rest.isEmpty else {
                guard let inner = object[token] else {
                    throw EvalError("a patch leads to \(token), which is not there")
                }
                object[token] = try change(inner, at: rest, name, new)
                return .object(object)
            }
            guard name != "remove", let new else { throw EvalError("a patch may only add or replace members") }
            object[token] = new
            return .object(object)
        case .array(var items):
            if rest.isEmpty, name == "add", token == "-", let new { return .array(items + [new]) }
            guard let index = Int(token), items.indices.contains(index) else {
                throw EvalError("a patch leads to item \(token), which is not there")
            }
            if !rest.isEmpty {
                items[index] = try change(items[index], at: rest, name, new)
            } else if name == "remove" {
                items.remove(at: index)
            } else if name == "replace", let new {
                items[index] = new
            } else {
                throw EvalError("a patch may only append to lists")
            }
            return .array(items)
        default: throw EvalError("a patch leads into \(value.kind)")
        }
    }
}
