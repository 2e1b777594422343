internal import Kernel

/// Reads the `usage` of Chat Completions.
enum ChatUsage {
    /// Cached tokens are part of `prompt_tokens`, reasoning tokens part of `completion_tokens`
    /// (https://platform.openai.com/docs/api-reference/chat/object). Where a provider leaves the reasoning out of the
    /// latter, as Gemini does, the total has it: it is billed as output.
    ///
    /// - Returns: `nil` when there is none to read.
    static func read(_ json: JSON?) -> Usage? {
        guard let json, let prompt = count(json["prompt_tokens"]) else { return nil }
        let completion = count(json["completion_tokens"]) ?? 0
        let total = count(json["total_tokens"]) ?? 0
        let details = json["prompt_tokens_details"]
        // DeepSeek has a field of its own (https://api-docs.deepseek.com/guides/kv_cache).
        let read = min(prompt, count(details?["cached_tokens"]) ?? count(json["prompt_cache_hit_tokens"]) ?? 0)
        let written = min(prompt - read, count(details?["cache_write_tokens"]) ?? 0)
        return Usage(
            input: prompt - read - written, output: max(completion, total - prompt), cacheRead: read,
            cacheWrite: written)
    }

    private static func count(_ json: JSON?) -> Int? {
        guard let count = json?.integer, (0...1_000_000_000).contains(count) else { return nil }
        return Int(count)
    }
}
