/// Has the last word on every answer to a request that reached the handler, refusals and failures among them.
///
/// What is refused before that is no request, and what a stream writes has left already: neither comes here.
package protocol ResponseFinish: Sendable {
    func finish(_ response: Response, to request: Request) async -> Response
}
