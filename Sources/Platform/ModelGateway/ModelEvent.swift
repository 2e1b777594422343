/// What a model's answer is made of as it arrives. `index` counts the blocks of the answer.
package enum ModelEvent: Sendable, Equatable {
    case started(id: String, model: String)
    /// The next piece of the answer's text.
    case text(String)
    case toolStarted(index: Int, id: String, name: String)
    /// The next piece of a tool call's input: JSON text, cut anywhere.
    case toolInput(index: Int, fragment: String)
    case blockStopped(index: Int)
    case finished(StopReason, Usage)
}
