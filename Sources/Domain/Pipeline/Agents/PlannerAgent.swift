import Artifacts
package import Features
import Kernel
import ModelGateway

extension AgentTask where Answer == Plan {
    /// From the approved specification to the plan. The brief comes along for its constraints.
    package static func plan(brief: Brief, spec: Spec) -> AgentTask {
        AgentTask(
            .planner,
            tool: ToolDefinition(name: "submit_plan", description: "Submits the complete plan.", schema: Plan.schema),
            context: [
                .user(
                    Delimited.json("brief", brief.json) + "\n\n" + Delimited.json("spec", spec.json)
                        + "\n\nPlan how to build what this specification asks for.")
            ]
        ) { answer in
            .of { () throws(DeliverableError) in
                let plan = try Plan(json: answer.input ?? .null)
                try FileTree.check(plan.files.map { SourceFile(path: $0, content: "") })
                let doubts = MechanicalFindings.plan(spec: spec, plan: plan).blocking.map(\.text)
                return doubts.isEmpty ? .answer(plan) : .doubtful(plan, doubts)
            }
        }
    }
}
