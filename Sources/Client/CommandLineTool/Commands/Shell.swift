internal import Kernel

extension Command {
    static let completion = Command(
        path: ["completion"], summary: "what your shell needs to complete words, ids of features too",
        operands: [Operand(name: "SHELL", summary: "your shell", choices: ["bash", "zsh"])],
        examples: [
            Example(words: "source <(specwright completion bash)", meaning: "in ~/.bashrc"),
            Example(words: "source <(specwright completion zsh)", meaning: "in ~/.zshrc, after compinit"),
        ]
    ) { context in
        let script = context.words.operand("SHELL") == "bash" ? CompletionScript.bash : CompletionScript.zsh
        if context.console.isJSON {
            context.console.data(["script": .string(script)])
        } else {
            context.console.write(script)
        }
        return .done
    }
}
