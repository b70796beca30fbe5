namespace Portico.Core.Tokens;

/// <summary>A count of tokens, and whether it is an estimate.</summary>
public readonly record struct TokenCount(int Tokens, bool Estimated);

/// <summary>
/// Counts tokens by model family. OpenAI's models are exact. For others o200k_base is scaled by a factor that errs on the high side, because a
/// hold must cover what the provider will bill; such counts are marked as estimates.
/// </summary>
public sealed class TokenCounter
{
    /// <summary>A family by the beginning of its models' names. <paramref name="Factor"/> multiplies the count of the encoding.</summary>
    sealed record Family(string Prefix, string Encoding, double Factor, bool Exact);

    /// <summary>Without ranks: three bytes a token is below what any common tokenizer reaches on prose.</summary>
    const double CharsPerToken = 3.0;

    // Exact: the encodings that OpenAI publishes for its models. Factors: Anthropic documents that its newer tokenizers give up to 1.35 times as many
    // tokens as before, and vocabularies of 32,000 (Llama 2, Mistral) cut prose about 1.2 times as finely as one of 200,000.
    static readonly Family[] Families =
    [
        new("gpt-4o", "o200k_base", 1, true),
        new("gpt-4.1", "o200k_base", 1, true),
        new("gpt-4.5", "o200k_base", 1, true),
        new("gpt-5", "o200k_base", 1, true),
        new("gpt-oss", "o200k_base", 1, true),
        new("chatgpt-4o", "o200k_base", 1, true),
        new("o1", "o200k_base", 1, true),
        new("o3", "o200k_base", 1, true),
        new("o4", "o200k_base", 1, true),
        new("gpt-4", "cl100k_base", 1, true),
        new("gpt-3.5", "cl100k_base", 1, true),
        new("text-embedding-", "cl100k_base", 1, true),
        new("sim", "o200k_base", 1.5, false),
        new("claude", "o200k_base", 1.4, false),
        new("gemini", "o200k_base", 1.15, false),
        new("mistral", "o200k_base", 1.25, false),
        new("llama", "o200k_base", 1.2, false),
    ];

    static readonly Family Unknown = new("", "o200k_base", 1.25, false);

    readonly CountMemo memo = new();

    public TokenCount Count(string model, ReadOnlySpan<char> text)
    {
        var family = Find(model);
        if (BpeTokenizer.TryLoad(family.Encoding) is not { } tokenizer)
            return new TokenCount((int)Math.Ceiling(text.Length / CharsPerToken * family.Factor), true);
        var tokens = memo.Count(tokenizer, text);
        return family.Exact ? new TokenCount(tokens, false) : new TokenCount((int)Math.Ceiling(tokens * family.Factor), true);
    }

    /// <summary>Whether counts for this model are exact.</summary>
    public static bool IsExact(string model) => Find(model) is { Exact: true } family && BpeTokenizer.TryLoad(family.Encoding) is not null;

    static Family Find(string model)
    {
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        foreach (var family in Families)
            if (name.StartsWith(family.Prefix, StringComparison.OrdinalIgnoreCase))
                return family;
        return Unknown;
    }
}
