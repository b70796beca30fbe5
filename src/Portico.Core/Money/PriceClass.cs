namespace Portico.Core;

/// <summary>
/// The class of service at which a call was served, which providers price apart: OpenAI's and Anthropic's service tiers, and batches. A provider that
/// names none, or one that is not here, serves <see cref="Standard"/>.
/// </summary>
public enum PriceClass : byte
{
    Standard = 0,

    /// <summary>Asked in a batch of the provider's, answered within a day.</summary>
    Batch = 1,

    /// <summary>Slower and not always there.</summary>
    Flex = 2,

    /// <summary>Faster, at a premium.</summary>
    Priority = 3,
}

/// <summary>What a class of service costs; a part without a rate here costs what it costs at the standard class.</summary>
public sealed record ClassRates
{
    public required TokenRates Rates { get; init; }

    /// <summary>In place of the price's tier rates, above the same bound; null = the standard class's hold there.</summary>
    public TokenRates? TierRates { get; init; }
}

/// <summary>The classes of service beside the standard one that have rates of their own.</summary>
public sealed record PriceClasses
{
    public ClassRates? Batch { get; init; }
    public ClassRates? Flex { get; init; }
    public ClassRates? Priority { get; init; }

    /// <summary>The rates of a class; null for the standard one and where there are none.</summary>
    public ClassRates? Of(PriceClass of) =>
        of switch
        {
            PriceClass.Batch => Batch,
            PriceClass.Flex => Flex,
            PriceClass.Priority => Priority,
            _ => null,
        };
}

/// <summary>The rates of a class over those of the standard one.</summary>
readonly struct MergedRates(TokenRates? own, TokenRates standard)
{
    public long? Input => own?.Input ?? standard.Input;
    public long? CacheRead => own?.CacheRead ?? standard.CacheRead;
    public long? CacheWrite => own?.CacheWrite ?? standard.CacheWrite;
    public long? CacheWriteLong => own?.CacheWriteLong ?? standard.CacheWriteLong;
    public long? AudioInput => own?.AudioInput ?? standard.AudioInput;
    public long? ImageInput => own?.ImageInput ?? standard.ImageInput;
    public long? Output => own?.Output ?? standard.Output;
    public long? Reasoning => own?.Reasoning ?? standard.Reasoning;
    public long? AudioOutput => own?.AudioOutput ?? standard.AudioOutput;
    public long? ImageOutput => own?.ImageOutput ?? standard.ImageOutput;
}
