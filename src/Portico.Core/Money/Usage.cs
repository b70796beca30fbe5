using System.Text.Json.Serialization;

namespace Portico.Core;

/// <summary>Where a count comes from: the provider said it, or we counted it.</summary>
public enum UsageSource : byte
{
    None = 0,
    Reported = 1,
    Estimated = 2,
}

/// <summary>
/// What one attempt used, in disjoint parts: no token stands in two parts, the sum of the input parts is the whole input.
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
    public long ImageOutput { get; init; }

    // What is not counted in tokens. A provider that bills a call in one of these bills it in no tokens.
    /// <summary>Searches of a rerank call.</summary>
    public long Searches { get; init; }

    /// <summary>Characters (Unicode code points) of text that was spoken.</summary>
    public long Characters { get; init; }

    /// <summary>Milliseconds of audio that was listened to.</summary>
    public long AudioMs { get; init; }

    /// <summary>Images that were made.</summary>
    public long Images { get; init; }

    // What tools of the provider did within a call, each charged by itself beside the tokens.
    /// <summary>Searches of the web.</summary>
    public long WebSearches { get; init; }

    /// <summary>Searches of files that lie at the provider.</summary>
    public long FileSearches { get; init; }

    /// <summary>Containers in which code was run.</summary>
    public long Containers { get; init; }

    /// <summary>Quality and size of the images, <c>hd 1024x1792</c>: each has its price. Null when no image was made or neither is known.</summary>
    public string? ImageClass { get; init; }

    /// <summary>The class of service at which the provider says that it served: its rates hold.</summary>
    public PriceClass Class { get; init; }
    public UsageSource Source { get; init; }

    public long TotalInput => Input + CacheRead + CacheWrite + CacheWriteLong + AudioInput + ImageInput;
    public long TotalOutput => Output + Reasoning + AudioOutput + ImageOutput;

    /// <summary>All tokens.</summary>
    public long Total => TotalInput + TotalOutput;

    /// <summary>Something was counted that is no token.</summary>
    [JsonIgnore]
    public bool HasUnits => (Searches | Characters | AudioMs | Images) != 0 || HasToolCalls;

    /// <summary>Tools of the provider were called that have a charge of their own.</summary>
    [JsonIgnore]
    public bool HasToolCalls => (WebSearches | FileSearches | Containers) != 0;
    public bool IsEmpty => Total == 0 && !HasUnits;

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
            ImageOutput = Math.Max(a.ImageOutput, b.ImageOutput),
            Searches = Math.Max(a.Searches, b.Searches),
            Characters = Math.Max(a.Characters, b.Characters),
            AudioMs = Math.Max(a.AudioMs, b.AudioMs),
            Images = Math.Max(a.Images, b.Images),
            WebSearches = Math.Max(a.WebSearches, b.WebSearches),
            FileSearches = Math.Max(a.FileSearches, b.FileSearches),
            Containers = Math.Max(a.Containers, b.Containers),
            ImageClass = b.ImageClass ?? a.ImageClass,
            Class = b.Class == PriceClass.Standard ? a.Class : b.Class,
            Source =
                a.Source == UsageSource.None ? b.Source
                : b.Source == UsageSource.None ? a.Source
                : (UsageSource)Math.Min((byte)a.Source, (byte)b.Source),
        };
}
