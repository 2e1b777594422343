extension Provider {
    /// As the providers document it; each with its source, read in November 2026.
    package var preset: ProviderPreset {
        switch self {
        // https://platform.claude.com/docs/en/api/overview
        case .anthropic:
            ProviderPreset(label: "Anthropic", wire: .anthropicMessages, baseURL: "https://api.anthropic.com")
        // https://platform.openai.com/docs/api-reference/chat/create
        case .openai:
            chat("OpenAI", "https://api.openai.com/v1") { dialect in
                dialect.answerLimit = .maxCompletionTokens
                dialect.takesCacheKey = true
            }
        // https://ai.google.dev/gemini-api/docs/openai
        case .gemini: chat("Google Gemini", "https://generativelanguage.googleapis.com/v1beta/openai")
        // https://openrouter.ai/docs/api-reference/overview. Usage always comes, asking for it is deprecated:
        // https://openrouter.ai/docs/use-cases/usage-accounting. Reasoning that is to be sent back:
        // https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning-blocks
        case .openrouter:
            chat("OpenRouter", "https://openrouter.ai/api/v1") { dialect in
                dialect.asksForUsage = false
                dialect.reasoning = .details
            }
        // https://console.groq.com/docs/openai and https://console.groq.com/docs/api-reference
        case .groq:
            chat("Groq", "https://api.groq.com/openai/v1") { dialect in dialect.answerLimit = .maxCompletionTokens }
        // https://api-docs.deepseek.com/api/create-chat-completion. Its models think unless told not to, and then refuse
        // every tool_choice and every tool call that comes back without its reasoning:
        // https://api-docs.deepseek.com/guides/thinking_mode
        case .deepseek:
            chat("DeepSeek", "https://api.deepseek.com") { dialect in
                dialect.choosesTools = false
                dialect.reasoning = .contentAlways
            }
        // https://docs.mistral.ai/api/endpoint/chat. Usage comes with the last chunk, and there is no stream_options.
        case .mistral:
            chat("Mistral", "https://api.mistral.ai/v1") { dialect in
                dialect.asksForUsage = false
                dialect.takesCacheKey = true
                dialect.callIDs = .nineAlphanumerics
            }
        // https://docs.ollama.com/api/openai-compatibility: of the fields used here it lacks tool_choice.
        case .ollama: chat("Ollama", nil) { dialect in dialect.choosesTools = false }
        // https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html
        case .vllm: chat("vLLM", nil)
        // Whoever sends reasoning_content is of the kind that may want it back.
        case .compatible: chat("OpenAI-compatible server", nil) { dialect in dialect.reasoning = .content }
        }
    }

    private func chat(
        _ label: String, _ baseURL: String?, _ change: (inout ChatDialect) -> Void = { _ in }
    ) -> ProviderPreset {
        ProviderPreset(label: label, wire: .openAIChat(ChatDialect(change)), baseURL: baseURL)
    }
}
