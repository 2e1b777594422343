extension Provider {
    /// As the providers document it; each with its source.
    package var preset: ProviderPreset {
        switch self {
        // https://platform.claude.com/docs/en/api/overview
        case .anthropic:
            ProviderPreset(label: "Anthropic", wire: .anthropicMessages, baseURL: "https://api.anthropic.com")
        // https://platform.openai.com/docs/api-reference/chat/create: max_tokens is deprecated, and o-series models
        // refuse it.
        case .openai:
            ProviderPreset(
                label: "OpenAI", wire: .openAIChat(ChatDialect(answerLimit: .maxCompletionTokens)),
                baseURL: "https://api.openai.com/v1")
        // https://ai.google.dev/gemini-api/docs/openai
        case .gemini:
            ProviderPreset(
                label: "Google Gemini", wire: .openAIChat(ChatDialect()),
                baseURL: "https://generativelanguage.googleapis.com/v1beta/openai")
        // https://openrouter.ai/docs/api-reference/overview; usage always comes, asking for it is deprecated:
        // https://openrouter.ai/docs/use-cases/usage-accounting
        case .openrouter:
            ProviderPreset(
                label: "OpenRouter", wire: .openAIChat(ChatDialect(asksForUsage: false)),
                baseURL: "https://openrouter.ai/api/v1")
        // https://console.groq.com/docs/openai and https://console.groq.com/docs/api-reference
        case .groq:
            ProviderPreset(
                label: "Groq", wire: .openAIChat(ChatDialect(answerLimit: .maxCompletionTokens)),
                baseURL: "https://api.groq.com/openai/v1")
        // https://api-docs.deepseek.com/api/create-chat-completion
        case .deepseek:
            ProviderPreset(
                label: "DeepSeek", wire: .openAIChat(ChatDialect()), baseURL: "https://api.deepseek.com")
        // https://docs.mistral.ai/api/#tag/chat: usage comes with the last chunk by itself.
        case .mistral:
            ProviderPreset(
                label: "Mistral", wire: .openAIChat(ChatDialect(asksForUsage: false, mustCall: .any)),
                baseURL: "https://api.mistral.ai/v1")
        // https://docs.ollama.com/api/openai-compatibility
        case .ollama:
            ProviderPreset(label: "Ollama", wire: .openAIChat(ChatDialect()), baseURL: nil)
        // https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html
        case .vllm:
            ProviderPreset(label: "vLLM", wire: .openAIChat(ChatDialect()), baseURL: nil)
        case .compatible:
            ProviderPreset(label: "OpenAI-compatible server", wire: .openAIChat(ChatDialect()), baseURL: nil)
        }
    }
}
