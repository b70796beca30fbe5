using System.Text.Json;

namespace Portico.Core.Chat;

public enum ChatRole : byte
{
    System,
    Developer,
    User,
    Assistant,
    Tool,
}

/// <summary>
/// A chat call in Portico's canonical form: what every wire is read into and every provider is written from.
/// Unknown top-level fields are in <see cref="Extra"/>; a same-dialect provider gets them byte for byte from the body instead.
/// </summary>
public sealed record ChatRequest
{
    /// <summary>The name the caller used: a route or a model.</summary>
    public required string Model { get; init; }
    public required IReadOnlyList<ChatMessage> Messages { get; init; }
    public bool Stream { get; init; }

    /// <summary>The caller asked for the usage chunk at the end of the stream.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Cap on output tokens of one choice, reasoning included; null = the caller named none.</summary>
    public int? MaxOutputTokens { get; init; }
    public int Choices { get; init; } = 1;
    public double? Temperature { get; init; }
    public double? TopP { get; init; }
    public double? FrequencyPenalty { get; init; }
    public double? PresencePenalty { get; init; }
    public long? Seed { get; init; }
    public IReadOnlyList<string> Stop { get; init; } = [];
    public IReadOnlyList<ToolDefinition> Tools { get; init; } = [];
    public ToolChoice? ToolChoice { get; init; }
    public bool? ParallelToolCalls { get; init; }
    public ResponseFormat? ResponseFormat { get; init; }
    public bool Logprobs { get; init; }
    public int? TopLogprobs { get; init; }
    public string? ReasoningEffort { get; init; }

    /// <summary>Tokens that the model may think in before it answers, where the dialect names a number; 0 = it must not think.</summary>
    public int? ReasoningTokens { get; init; }
    public int? TopK { get; init; }

    /// <summary>The caller's own name for its end user; recorded, never trusted for permissions.</summary>
    public string? User { get; init; }

    /// <summary>Top-level fields that the canonical form does not know, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Extra { get; init; } = [];

    /// <summary>
    /// What was read over inside of known fields, each name once (<c>messages.audio</c>, <c>tools</c>): a same-dialect provider gets it from the body, any
    /// other must say that it was left out.
    /// </summary>
    public IReadOnlyList<string> Unread { get; init; } = [];
}

/// <summary>One message. <see cref="Parts"/> holds its content in order; a plain string is one text part.</summary>
public sealed record ChatMessage
{
    public required ChatRole Role { get; init; }
    public IReadOnlyList<ContentPart> Parts { get; init; } = [];
    public string? Name { get; init; }
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>For role tool: the call this answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>For role tool: the tool failed, and <see cref="Parts"/> say why.</summary>
    public bool ToolFailed { get; init; }

    /// <summary>For role assistant: an earlier refusal of the model.</summary>
    public string? Refusal { get; init; }
}

/// <summary>How long the provider is asked to keep everything up to a part or tool in its prompt cache.</summary>
public enum CacheLife : byte
{
    None,
    FiveMinutes,
    OneHour,
}

/// <summary>A piece of a message's content.</summary>
public abstract record ContentPart
{
    /// <summary>A mark of the caller: the prompt up to here will come again.</summary>
    public CacheLife CacheUpTo { get; init; }
}

/// <summary>
/// What the model thought in an earlier turn. <paramref name="Signature"/> is the provider's seal, which it wants back unchanged;
/// <paramref name="Sealed"/> is thinking that only the provider can read, in place of the text.
/// </summary>
public sealed record ReasoningPart(string Text, string? Signature = null, string? Sealed = null) : ContentPart;

public sealed record TextPart(string Text) : ContentPart;

/// <summary>An image by URL or as a data URL; <paramref name="Detail"/> is low, high, auto or null.</summary>
public sealed record ImagePart(string Url, string? Detail) : ContentPart;

/// <summary>Audio in base 64; <paramref name="Format"/> is wav or mp3.</summary>
public sealed record AudioPart(string Data, string Format) : ContentPart;

/// <summary>A part of a type that the canonical form does not know: only a same-dialect provider can take it. <paramref name="Bytes"/> is about its length.</summary>
public sealed record UnknownPart(string Type, int Bytes = 0) : ContentPart;

/// <summary>A file by id or inline as a data URL.</summary>
public sealed record FilePart(string? FileId, string? FileName, string? Data) : ContentPart;

/// <summary>A tool the model may call; <paramref name="Parameters"/> is its JSON schema.</summary>
public sealed record ToolDefinition(string Name, string? Description, JsonElement? Parameters, bool? Strict)
{
    public CacheLife CacheUpTo { get; init; }
}

/// <summary>A finished tool call of the model; <paramref name="Arguments"/> is the JSON text as the model wrote it.</summary>
public sealed record ToolCall(string Id, string Name, string Arguments);

public enum ToolChoiceMode : byte
{
    Auto,
    None,
    Required,
    Named,
}

public sealed record ToolChoice(ToolChoiceMode Mode, string? Name = null);

public enum ResponseFormatKind : byte
{
    Text,
    JsonObject,
    JsonSchema,
}

public sealed record ResponseFormat(
    ResponseFormatKind Kind,
    string? Name = null,
    JsonElement? Schema = null,
    bool? Strict = null,
    string? Description = null
);
