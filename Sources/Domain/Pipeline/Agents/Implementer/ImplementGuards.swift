import ModelGateway

extension ImplementLoop {
    /// Whether the loop must end without success after this turn. Counts the turn.
    mutating func guardFailure(after turn: Turn) -> AgentFailure? {
        idleTurns = lastChanges.isEmpty ? idleTurns + 1 : 0
        // An answer cut before its first whole call is no nonsense; the idle guard bounds it.
        let isNonsense = !turn.madeSense && !(turn.isCut && turn.results.isEmpty)
        if isNonsense {
            guard corrections < limits.corrections else {
                return .unusable(
                    .implementer, told: corrections, last: turn.lastFault.isEmpty ? "it called no tool" : turn.lastFault
                )
            }
            corrections += 1
        } else {
            corrections = 0
        }
        if let tool = turn.repeated {
            return AgentFailure(
                .stuck,
                "The implementer made the same call (\(tool)) \(limits.repeats) times without changing anything. "
                    + "Last answer to it: \(Sentences.shortened(turn.lastFault.isEmpty ? "done" : turn.lastFault))")
        }
        if idleTurns >= limits.idleTurns {
            return AgentFailure(
                .stuck, "The implementer changed no file in \(limits.idleTurns) turns, and did not finish.")
        }
        if turns >= limits.turns {
            return AgentFailure(
                .tooManyTurns,
                "The implementer did not finish within \(limits.turns) turns. Make the plan smaller and try again.")
        }
        return nil
    }
}
