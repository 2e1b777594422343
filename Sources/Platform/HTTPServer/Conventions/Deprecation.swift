package import Kernel

/// A route that will go, or that has a better one beside it. Each of its answers says so, refusals too.
package struct Deprecation: Sendable {
    /// Since when (or from when on) it should not be used for anything new.
    package let since: Timestamp
    /// When it stops to answer; `nil` while that is open.
    package let sunset: Timestamp?
    /// A page that says why and what to do.
    package let link: String
    /// The route to use instead.
    package let successor: String?

    package init(since: Timestamp, sunset: Timestamp? = nil, link: String, successor: String? = nil) {
        self.since = since
        self.sunset = sunset
        self.link = link
        self.successor = successor
    }

    /// `Deprecation` (RFC 9745 §2), `Sunset` (RFC 8594 §3), and where to read on (RFC 8288).
    package var headers: [(String, String)] {
        var fields = [("deprecation", "@\(since.seconds)")]
        if let sunset { fields.append(("sunset", HTTPDate.text(sunset.seconds))) }
        fields.append(("link", "<\(link)>; rel=\"deprecation\"; type=\"text/html\""))
        if let successor { fields.append(("link", "<\(successor)>; rel=\"successor-version\"")) }
        return fields
    }

    /// `handler`, whose answers say that it is deprecated.
    func announced(_ handler: @escaping Handler) -> Handler {
        let fields = headers
        return { request in
            do {
                var response = try await handler(request)
                for (name, value) in fields { response.headers.add(name, value) }
                return response
            } catch var problem as Problem {
                problem.headers += fields
                throw problem
            }
        }
    }
}
