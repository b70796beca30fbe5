using System.Text.Json.Serialization;

namespace Portico.Observability.Contents;

/// <summary>
/// What a call said and what it was answered, where its route keeps that. Both are UTF-8 JSON in OpenAI's form unless cut: the prompt is the body as the
/// caller sent it, the answer one whole answer whether it was streamed or not.
/// </summary>
public sealed record CallContents
{
    public required CallId Id { get; init; }
    public required long StartedAtUs { get; init; }

    /// <summary>Whose key seals it.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>Which use case it is of: its policy says how long it is kept.</summary>
    public string? UseCaseId { get; init; }

    /// <summary>For whom the call was made, where that is known: what is asked and erased by person is found by it.</summary>
    public string? PersonId { get; init; }

    /// <summary>When it goes, where that is sooner than for all; null = as long as all are kept.</summary>
    public long? UntilUs { get; init; }
    public required KeptText Prompt { get; init; }

    /// <summary>Empty when the call was refused before an answer began.</summary>
    public required KeptText Answer { get; init; }

    internal long Bytes => Prompt.Utf8.Length + Answer.Utf8.Length;
}

/// <summary>A text within the bound of what is kept: its first bytes, cut between two characters, and how long it was.</summary>
public readonly record struct KeptText(ReadOnlyMemory<byte> Utf8, long FullBytes)
{
    public bool Truncated => FullBytes > Utf8.Length;

    /// <summary>Copies what is kept of a text: the source may be pooled.</summary>
    public static KeptText Of(ReadOnlySpan<byte> text, int maxBytes)
    {
        var length = Math.Min(text.Length, maxBytes);
        // 10xxxxxx continues a character: a cut before it would split one.
        while (length > 0 && length < text.Length && (text[length] & 0xC0) == 0x80)
            length--;
        return new KeptText(text[..length].ToArray(), text.Length);
    }
}

/// <summary>The persisted form inside the box; texts, because a cut one is not JSON.</summary>
sealed record StoredContents(string Prompt, long PromptBytes, string Answer, long AnswerBytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredContents))]
sealed partial class ContentsJson : JsonSerializerContext;
