using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Governance;
using Portico.Governance.Policy.Guardrails;
using Portico.Guardrails;

namespace Portico.Gateway.Stages;

/// <summary>
/// A call as its content rules leave it, for whoever keeps it: responses, conversations, files of batches, contents that are kept redacted. The caller's own form is screened by the same rules,
/// with the same placeholders as went to the provider; in answers the placeholders stand again for what was undone for the caller. Null in a context: no rule changes a
/// text, and what is kept is what was said.
/// </summary>
sealed class KeptWords
{
    /// <summary>Members that hold names, ids and boxes, and no words of anybody.</summary>
    static readonly FrozenSet<string> Structure = new[]
    {
        "id",
        "type",
        "role",
        "status",
        "call_id",
        "tool_call_id",
        "tool_use_id",
        "name",
        "model",
        "object",
        "detail",
        "file_id",
        "image_url",
        "data",
        "encrypted_content",
        "signature",
        ConversationPlace,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Names that a caller gives are words too, in metadata.</summary>
    static readonly FrozenSet<string> Nowhere = FrozenSet<string>.Empty;

    const string ConversationPlace = Responses.ConversationItem.PlaceMember;

    const string LeftOut = "[left out]";

    /// <summary>Of a file that a caller encloses: words, where it is a document that comes as text.</summary>
    const string FileMember = "file_data";

    readonly bool leavesOut;
    readonly bool knowsNothing;
    readonly IReadOnlyDictionary<string, string>? replaced;
    readonly Screen? screen;
    readonly TokenVault? vault;
    (ResponsesRequest Asked, ResponsesRequest Left)? left;

    KeptWords(
        Screen? screen,
        TokenVault? vault,
        bool leavesOut = true,
        bool knowsNothing = false,
        IReadOnlyDictionary<string, string>? replaced = null
    ) => (this.screen, this.vault, this.leavesOut, this.knowsNothing, this.replaced) = (screen, vault, leavesOut, knowsNothing, replaced);

    /// <summary>Nobody knows what a rule would have left, since the search failed: no word is kept.</summary>
    public static KeptWords Nothing => new(null, null, knowsNothing: true);

    /// <summary>With whole texts that guards changed or let nobody have.</summary>
    /// <param name="rules">What content rules leave; null = they change nothing.</param>
    /// <param name="left">By a text as the rules leave it, what is kept in its place.</param>
    public static KeptWords Replacing(KeptWords? rules, IReadOnlyDictionary<string, string> left) =>
        new(rules?.screen, rules?.vault, rules?.leavesOut ?? true, rules?.knowsNothing ?? false, left);

    /// <param name="screen">The rules.</param>
    /// <param name="vault">The placeholders of the call; null = what is to be tokenised is redacted, because nothing will ever undo it.</param>
    public static KeptWords? Of(Screen screen, TokenVault? vault) => screen.Alters(TextChannel.All) ? new KeptWords(screen, vault) : null;

    /// <summary>For what is kept before a call walks, or without one; null when no rule changes a text.</summary>
    /// <param name="caller">Whose rules hold.</param>
    /// <param name="now">The time.</param>
    /// <param name="detectors">In force.</param>
    /// <param name="leavesOut">Where the search fails the text is left out; else whoever brings it is told.</param>
    public static KeptWords? Ahead(Caller caller, DateTimeOffset now, DetectorsInForce detectors, bool leavesOut = true) =>
        caller.Policies.InForce is { } chain && chain.At(now).Screen is { } screen && screen.Alters(TextChannel.All)
            ? new KeptWords(screen.With(detectors.Of(caller.WorkspaceId)), null, leavesOut)
            : null;

    /// <summary>Answers hold words that the provider never saw.</summary>
    public bool HasPlaceholders => vault is { IsEmpty: false };

    /// <summary>A piece of an answer as it is kept. What a placeholder stands for comes in one piece.</summary>
    public ModelEvent Answer(in ModelEvent e) =>
        !HasPlaceholders ? e
        : e.Text is { Length: > 0 } text ? e with { Text = vault!.Mask(text) }
        : e.ToolCall is { Arguments: { Length: > 0 } arguments } call
            ? e with
            {
                ToolCall = call with { Arguments = vault!.Mask(arguments) },
            }
        : e;

    /// <summary>An answer, JSON, as it is kept.</summary>
    public byte[] Answer(byte[] json)
    {
        if (!HasPlaceholders)
            return json;
        using var buffer = new MemoryStream(json.Length);
        using (var writer = new Utf8JsonWriter(buffer, Json.Readable))
            Rewrite(writer, JsonElement.Parse(json, Deep), null, Structure, (name, text) => name == FileMember ? text : vault!.Mask(text));
        return buffer.ToArray();
    }

    static readonly JsonDocumentOptions Deep = new() { MaxDepth = PassedEvent.Options.MaxDepth };

    /// <summary>A request of the Responses API as it is kept: input, instructions, and what the response repeats.</summary>
    public ResponsesRequest Request(ResponsesRequest asked)
    {
        if (left is { } known && ReferenceEquals(known.Asked, asked))
            return known.Left;
        var request = asked with
        {
            Input = asked.Input.Select(i => Item(i, out _)).ToList(),
            Said = asked.Said.ToDictionary(
                s => s.Key,
                s =>
                    s.Key is "metadata" or "user" or "safety_identifier" or "prompt_cache_key"
                        ? Changed(s.Value, null, TextChannel.All, Nowhere, out _)
                        : Changed(
                            s.Value,
                            s.Key,
                            s.Key is "instructions" or "tools" ? TextChannel.System : TextChannel.All,
                            Structure,
                            out _
                        ),
                StringComparer.Ordinal
            ),
        };
        left = (asked, request);
        return request;
    }

    /// <summary>What a response repeats to its caller of what it said: as the rules leave it, and what went to the provider as a placeholder in its words.</summary>
    public IReadOnlyDictionary<string, JsonElement> Repeated(ResponsesRequest asked)
    {
        var said = Request(asked).Said;
        return HasPlaceholders ? said.ToDictionary(s => s.Key, s => Undone(s.Value), StringComparer.Ordinal) : said;
    }

    JsonElement Undone(JsonElement value)
    {
        var text = new StringBuilder();
        var lane = new TokenVault.Lane(vault!, isJson: true);
        lane.Add(value.GetRawText(), text);
        lane.Complete(text);
        return JsonElement.Parse(text.ToString(), Deep);
    }

    /// <summary>An item of a conversation as it is kept.</summary>
    /// <exception cref="ScreenFailedException">The search failed, and these are not left out then.</exception>
    /// <param name="item">A string, or an item.</param>
    /// <param name="refusal">Receives the rule by which it may not be sent; a text that it stands in is left out.</param>
    public JsonElement Item(JsonElement item, out ContentRule? refusal) => Changed(item, null, ChannelOf(item), Structure, out refusal);

    /// <summary>Anything else that a caller says beside, such as metadata: all rules are asked.</summary>
    public byte[] Aside(byte[] json, out ContentRule? refusal) =>
        JsonSerializer.SerializeToUtf8Bytes(Changed(JsonElement.Parse(json), null, TextChannel.All, Nowhere, out refusal));

    static TextChannel ChannelOf(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.String)
            return TextChannel.User;
        return JsonMember.Said(item, "type") switch
        {
            null or "message" => JsonMember.Said(item, "role") switch
            {
                "system" or "developer" => TextChannel.System,
                "assistant" => TextChannel.Answer,
                _ => TextChannel.User,
            },
            "function_call" => TextChannel.Arguments,
            "reasoning" => TextChannel.Answer,
            "function_call_output" => TextChannel.Tool,
            _ => TextChannel.All,
        };
    }

    JsonElement Changed(JsonElement value, string? member, TextChannel channel, FrozenSet<string> structure, out ContentRule? refusal)
    {
        ContentRule? refused = null;
        using var buffer = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(buffer, Json.Readable))
            Rewrite(writer, value, member, structure, (name, text) => Member(name, text, channel, structure, ref refused));
        refusal = refused;
        return JsonElement.Parse(buffer.ToArray(), Deep);
    }

    string Member(string? name, string text, TextChannel channel, FrozenSet<string> structure, ref ContentRule? refused)
    {
        if (name != FileMember || structure.Count == 0)
            return Text(text, channel, isJson: name == "arguments", ref refused);
        return DocumentText.Of(text) is { Length: > 0 } document
            ? DocumentText.With(
                text,
                Text(document, channel == TextChannel.User ? TextChannel.Retrieved : channel, isJson: false, ref refused)
            )
            : text;
    }

    string Text(string text, TextChannel channel, bool isJson, ref ContentRule? refused)
    {
        if (knowsNothing)
            return isJson ? "{}" : LeftOut;
        if (text.Length == 0 || screen is null || !screen.Watches(channel))
            return Left(text);
        var lane = screen.LaneFor(channel, vault, isJson);
        string result;
        try
        {
            result = Screen.Whole(text, lane);
        }
        catch (ScreenFailedException) when (leavesOut)
        {
            // What the rule would have left is not known, and who keeps it has nobody to tell.
            return isJson ? "{}" : LeftOut;
        }
        if (lane.Refusal is not { } rule)
            return Left(result);
        refused ??= rule;
        return isJson ? "{}" : $"[blocked:{rule.Name}]";
    }

    string Left(string text) => replaced is not null && replaced.TryGetValue(text, out var left) ? left : text;

    /// <summary>The same JSON with every text changed that holds words.</summary>
    static void Rewrite(
        Utf8JsonWriter json,
        JsonElement value,
        string? member,
        FrozenSet<string> structure,
        Func<string?, string, string> change
    )
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var inner in value.EnumerateObject())
                {
                    json.WritePropertyName(inner.Name);
                    Rewrite(json, inner.Value, inner.Name, structure, change);
                }
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var inner in value.EnumerateArray())
                    Rewrite(json, inner, member, structure, change);
                json.WriteEndArray();
                break;
            case JsonValueKind.String when member is null || !structure.Contains(member):
                json.WriteStringValue(change(member, value.GetString()!));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
