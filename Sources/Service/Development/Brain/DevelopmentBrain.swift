internal import Kernel
package import ModelGateway

/// The mind of the development model: plays every agent of the pipeline by rules, so that the whole product can be
/// tried without a key and without a cost.
///
/// It is no model: it reads a brief as a careful clerk would, and what it does not understand it says so. Everything
/// it answers is a function of the request alone, so that a demo or a test gives the same project each time.
package struct DevelopmentBrain: Sendable {
    package init() {}

    /// What to answer: text, calls of the tools on offer, or both.
    package func reply(to request: ModelRequest) -> [BrainBlock] {
        let exchange = Exchange(request)
        return switch exchange.role {
        case .analyst: AnalystRole.reply(to: exchange)
        case .spec: SpecRole.reply(to: exchange)
        case .planner: PlannerRole.reply(to: exchange)
        case .contractTest: ContractTestRole.reply(to: exchange)
        case .implementer: ImplementerRole.reply(to: exchange)
        case .securityReview: ReviewRole.reply(to: exchange, kind: .security)
        case .codeReview: ReviewRole.reply(to: exchange, kind: .code)
        case .alignmentReview: AlignmentRole.reply(to: exchange)
        case .title: TitleRole.reply(to: exchange)
        case nil:
            [
                .text(
                    "This is Specwright's development model. It plays the agents of the pipeline and cannot do anything else."
                )
            ]
        }
    }
}
