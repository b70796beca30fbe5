using System.Text.Json;

namespace Portico.Gateway.Wire;

/// <summary>What a call of OpenAI's Responses API asks for beside the model call itself.</summary>
sealed record ResponsesRequest
{
    public required ResponseId Id { get; init; }

    /// <summary>
    /// The input as the caller sent it, references resolved: a string, or items. What came before, by <see cref="PreviousId"/>, is not in it.
    /// </summary>
    public required IReadOnlyList<JsonElement> Input { get; init; }

    /// <summary>The response that this one continues.</summary>
    public string? PreviousId { get; init; }

    /// <summary>The conversation whose items precede the input and to which the turn is added.</summary>
    public string? Conversation { get; init; }

    /// <summary>The input names items of earlier responses.</summary>
    public bool HasReferences { get; init; }

    /// <summary>The input brings reasoning along, which may be sealed for one account of a provider.</summary>
    public bool HasReasoning { get; init; }

    /// <summary>Everything that was said, for a provider of this API; null = the input as it came.</summary>
    public IReadOnlyList<PassedItem>? Passed { get; init; }
    public string? Instructions { get; init; }

    /// <summary>The response is kept, so that it can be read, continued and deleted.</summary>
    public bool Store { get; init; }

    /// <summary>The caller is answered at once, the call runs on.</summary>
    public bool Background { get; init; }

    /// <summary>Of a response in the background: its events are kept, and the caller follows them as long as it likes.</summary>
    public bool KeepsEvents { get; init; }

    /// <summary>The caller wants seals of reasoning, so that it can send the reasoning back by itself.</summary>
    public bool WantsSealedReasoning { get; init; }

    /// <summary>What only a provider of this API itself can answer; null = any may.</summary>
    public ResponsesBond? Bond { get; init; }

    /// <summary>Calls of tools that the provider may make, all together; null = as many as it likes.</summary>
    public int? MaxToolCalls { get; init; }

    /// <summary>Members of the request that the response repeats, as they came.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Said { get; init; }
}

/// <summary>
/// The identity of a response: that of its call under another prefix, so that the one finds the other. Items are numbered below it:
/// <c>msg_01k…_0</c> is the first item of the output, <c>msg_01k…_i0</c> the first of the input.
/// </summary>
readonly record struct ResponseId(string Text)
{
    const string Prefix = "resp_";
    const string CallPrefix = "call_";

    public static ResponseId Of(CallId call) => new(string.Concat(Prefix, call.ToString().AsSpan(CallPrefix.Length)));

    /// <summary>What stands behind the prefix.</summary>
    public string Stem => Text[Prefix.Length..];

    public string Output(string prefix, int index) => $"{prefix}_{Stem}_{index}";

    public string Input(string prefix, int index) => $"{prefix}_{Stem}_i{index}";

    /// <summary>When the response was asked for; null when the text is no id of a response.</summary>
    public static DateTimeOffset? TimeOf(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal)
        && CallId.TryParse(string.Concat(CallPrefix, text.AsSpan(Prefix.Length)), out var call)
            ? call.CreatedAt
            : null;

    /// <summary>The response in which an item stands, by the item's id; null when the id is none of ours.</summary>
    public static string? OwnerOf(string item)
    {
        var parts = item.Split('_');
        return parts.Length == 3 && TimeOf(Prefix + parts[1]) is not null ? Prefix + parts[1] : null;
    }
}
