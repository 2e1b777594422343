/// What is kept of a request when it is over.
struct AccessRecord {
    /// The client went before there was an answer. Not sent; as nginx logs it.
    static let clientGone = 499

    let exchange: Exchange
    let status: Int
    let bytes: Int
}
