/// A service that serves models and that a tenant can bring a key for.
///
/// The raw value is its id: in rows, in `models.yaml`, in the API and, in capitals, in the names of settings. A landed
/// id is never given to another provider, since keys are sealed with it.
package enum Provider: String, Sendable, CaseIterable {
    case anthropic
    case openai
    case gemini
    case openrouter
    case groq
    case deepseek
    case mistral
    case ollama
    case vllm
    /// Any service that speaks OpenAI's Chat Completions.
    case compatible

    /// For people.
    package var label: String { preset.label }
}
