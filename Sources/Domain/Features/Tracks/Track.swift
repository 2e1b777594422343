/// How much paper and how much scrutiny a feature gets, by its size. The gates are the same on every track.
package enum Track: String, Sendable, CaseIterable {
    /// A few behaviours around one or two kinds of data: deliverables of a page.
    case small
    case standard
    /// Many kinds of data, or what costs dearly when it goes wrong: logins, money, personal data.
    case full
}
