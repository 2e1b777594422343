package import Kernel

/// One piece of a development model's answer, before it has a wire shape.
package enum BrainBlock: Sendable, Equatable {
    case text(String)
    case tool(name: String, input: JSON)
}
