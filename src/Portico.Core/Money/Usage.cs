namespace Portico.Core;

/// <summary>Where a count comes from: the provider said it, or we counted it.</summary>
public enum UsageSource : byte
{
    None = 0,
    Reported = 1,
    Estimated = 2,
}

/// <summary>
/// Tokens of one attempt in disjoint parts: no token stands in two parts, the sum of the input parts is the whole input.
/// <see cref="Output"/> excludes <see cref="Reasoning"/>.
/// Providers report overlapping numbers (OpenAI's cached tokens are inside prompt_tokens, Anthropic's are beside input_tokens):
/// mapping makes them disjoint before anything is priced.
/// </summary>
public readonly record struct Usage
{
    /// <summary>Input tokens read afresh.</summary>
    public long Input { get; init; }

    /// <summary>Input tokens read from the provider's prompt cache.</summary>
    public long CacheRead { get; init; }

    /// <summary>Input tokens written to the provider's prompt cache (5-minute life where the provider has several).</summary>
    public long CacheWrite { get; init; }

    /// <summary>Input tokens written to the provider's prompt cache for one hour.</summary>
    public long CacheWriteLong { get; init; }

    public long AudioInput { get; init; }
    public long ImageInput { get; init; }

    /// <summary>Visible output tokens, reasoning excluded.</summary>
    public long Output { get; init; }
    public long Reasoning { get; init; }
    public long AudioOutput { get; init; }
    public UsageSource Source { get; init; }

    public long TotalInput => Input + CacheRead + CacheWrite + CacheWriteLong + AudioInput + ImageInput;
    public long TotalOutput => Output + Reasoning + AudioOutput;
    public long Total => TotalInput + TotalOutput;
    public bool IsEmpty => Total == 0;

    /// <summary>Field-wise maximum: providers repeat and refine usage over the events of one stream.</summary>
    public static Usage Max(in Usage a, in Usage b) =>
        new()
        {
            Input = Math.Max(a.Input, b.Input),
            CacheRead = Math.Max(a.CacheRead, b.CacheRead),
            CacheWrite = Math.Max(a.CacheWrite, b.CacheWrite),
            CacheWriteLong = Math.Max(a.CacheWriteLong, b.CacheWriteLong),
            AudioInput = Math.Max(a.AudioInput, b.AudioInput),
            ImageInput = Math.Max(a.ImageInput, b.ImageInput),
            Output = Math.Max(a.Output, b.Output),
            Reasoning = Math.Max(a.Reasoning, b.Reasoning),
            AudioOutput = Math.Max(a.AudioOutput, b.AudioOutput),
            Source =
                a.Source == UsageSource.None ? b.Source
                : b.Source == UsageSource.None ? a.Source
                : (UsageSource)Math.Min((byte)a.Source, (byte)b.Source),
        };
}
