using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>
/// Makes messages of the items of a Responses conversation, input and earlier output alike. Reasoning, texts and function calls that follow each other are
/// one turn of the assistant, as other dialects want them.
/// </summary>
sealed class ResponsesConversation
{
    public const int MaxItems = 20_000;

    static readonly string[] MessageMembers = ["type", "role", "content", "id", "status"];
    static readonly string[] CallMembers = ["type", "call_id", "name", "arguments", "id", "status"];
    static readonly string[] OutputMembers = ["type", "call_id", "output", "id", "status"];
    static readonly string[] ReasoningMembers = ["type", "summary", "content", "encrypted_content", "id", "status"];

    readonly List<ChatMessage> messages = [];

    // The assistant's turn that is being gathered.
    List<ContentPart>? said;
    List<ToolCall>? calls;
    string? refusal;

    readonly ResponsesBonds? bonds;

    /// <param name="instructions">Stand in front of everything.</param>
    /// <param name="bonds">Receives items that no other protocol has a word for; null = they are refused.</param>
    public ResponsesConversation(string? instructions, ResponsesBonds? bonds)
    {
        this.bonds = bonds;
        if (!string.IsNullOrEmpty(instructions))
            messages.Add(new ChatMessage { Role = ChatRole.System, Parts = [new TextPart(instructions)] });
    }

    public static bool IsReference(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty("type"u8, out var type)
        && type.ValueKind == JsonValueKind.String
        && type.ValueEquals("item_reference"u8);

    /// <param name="item">A string, or an item.</param>
    /// <param name="path">Its place in the caller's terms.</param>
    /// <param name="mayRefer">A reference is passed over: it is resolved later.</param>
    /// <param name="unread">Receives the names of what was passed over.</param>
    /// <exception cref="PorticoException">The item is none that can be carried.</exception>
    public void Add(JsonElement item, string path, bool mayRefer, ref UnreadNames unread)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            Message(new ChatMessage { Role = ChatRole.User, Parts = [new TextPart(item.GetString()!)] });
            return;
        }
        if (item.ValueKind != JsonValueKind.Object)
            throw Json.Bad($"'{path}' must be an object.", path);
        switch (JsonMember.Text(item, "type", path) ?? "message")
        {
            case "message":
                AddMessage(item, path, ref unread);
                Note(item, MessageMembers, ref unread);
                break;
            case "function_call":
                (calls ??= []).Add(
                    new ToolCall(
                        JsonMember.Needed(item, "call_id", path, 512),
                        JsonMember.Needed(item, "name", path, 256),
                        JsonMember.Needed(item, "arguments", path)
                    )
                );
                Note(item, CallMembers, ref unread);
                break;
            case "function_call_output":
                Message(
                    new ChatMessage
                    {
                        Role = ChatRole.Tool,
                        ToolCallId = JsonMember.Needed(item, "call_id", path, 512),
                        Parts = Content(item, "output", path, out _, ref unread),
                    }
                );
                Note(item, OutputMembers, ref unread);
                break;
            case "reasoning":
                AddReasoning(item, path, ref unread);
                Note(item, ReasoningMembers, ref unread);
                break;
            case "item_reference" when mayRefer:
                break;
            case "item_reference":
                throw new PorticoException(
                    ErrorTable.NotFound,
                    $"'{path}' refers to an item that is not kept here: its response was not stored, was deleted or is past its time.",
                    path
                );
            case var type when bonds is not null:
                bonds.Item(path, type);
                // Only its length is of use: what it says goes to its provider as it is.
                (said ??= []).Add(new UnknownPart(type, item.GetRawText().Length));
                break;
            case var type:
                throw ResponsesBonds.UnknownItem(path, type);
        }
    }

    public IReadOnlyList<ChatMessage> Finish()
    {
        EndTurn();
        return messages;
    }

    void Message(ChatMessage message)
    {
        EndTurn();
        messages.Add(message);
    }

    void EndTurn()
    {
        if (said is null && calls is null && refusal is null)
            return;
        messages.Add(
            new ChatMessage
            {
                Role = ChatRole.Assistant,
                Parts = said ?? (IReadOnlyList<ContentPart>)[],
                ToolCalls = calls ?? (IReadOnlyList<ToolCall>)[],
                Refusal = refusal,
            }
        );
        (said, calls, refusal) = (null, null, null);
    }

    void AddMessage(JsonElement item, string path, ref UnreadNames unread)
    {
        var role = JsonMember.Needed(item, "role", path) switch
        {
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            "system" => ChatRole.System,
            "developer" => ChatRole.Developer,
            _ => throw Json.Bad($"'{path}.role' must be user, assistant, system or developer.", $"{path}.role"),
        };
        var parts = Content(item, "content", path, out var refused, ref unread);
        if (role != ChatRole.Assistant)
        {
            Message(new ChatMessage { Role = role, Parts = parts });
            return;
        }
        // Two texts in a row are two messages; a text behind calls stays in their turn, whose results must follow it at once.
        if (calls is null && (refusal is not null || said?.Exists(p => p is not ReasoningPart) == true))
            EndTurn();
        (said ??= []).AddRange(parts);
        refusal = refused ?? refusal;
    }

    static List<ContentPart> Content(JsonElement item, string name, string path, out string? refused, ref UnreadNames unread)
    {
        refused = null;
        path = $"{path}.{name}";
        var content = JsonMember.Of(item, name) ?? throw Json.Bad($"'{path}' is missing.", path);
        if (content.ValueKind == JsonValueKind.String)
            return [new TextPart(content.GetString()!)];
        if (content.ValueKind != JsonValueKind.Array)
            throw Json.Bad($"'{path}' must be a string or an array of parts.", path);
        var parts = new List<ContentPart>(content.GetArrayLength());
        var i = 0;
        foreach (var part in content.EnumerateArray())
        {
            var at = $"{path}[{i++}]";
            if (part.ValueKind != JsonValueKind.Object)
                throw Json.Bad($"'{at}' must be an object.", at);
            if (JsonMember.Text(part, "type", at) == "refusal")
                refused = JsonMember.Needed(part, "refusal", at);
            else
                parts.Add(ResponsesPartReader.Read(part, at, ref unread));
        }
        return parts;
    }

    void AddReasoning(JsonElement item, string path, ref UnreadNames unread)
    {
        var text = new StringBuilder();
        foreach (var name in new[] { "summary", "content" })
            if (JsonMember.Array(item, name, path) is { } parts)
                foreach (var part in parts.EnumerateArray())
                    text.Append(text.Length > 0 ? "\n" : "").Append(JsonMember.Text(part, "text", $"{path}.{name}"));
        var encrypted = JsonMember.Text(item, "encrypted_content", path);
        var seal = ReasoningSeal.Read(encrypted);
        if (encrypted is not null && seal is { Signature: null, Sealed: null })
            unread.Add("input.encrypted_content");
        if (text.Length == 0 && seal is { Signature: null, Sealed: null })
            return;
        if (calls is not null)
            EndTurn();
        (said ??= []).Add(new ReasoningPart(text.ToString(), seal.Signature, seal.Sealed));
    }

    static void Note(JsonElement item, string[] known, ref UnreadNames unread)
    {
        foreach (var member in item.EnumerateObject())
            if (member.Value.ValueKind != JsonValueKind.Null && !known.Contains(member.Name, StringComparer.Ordinal))
                unread.Add("input." + Json.Short(member.Name));
    }
}

/// <summary>How a provider's seal of reasoning travels in encrypted_content: which of the two kinds it is, then the seal.</summary>
static class ReasoningSeal
{
    const string SignaturePrefix = "signature:";
    const string SealedPrefix = "sealed:";

    public static (string? Signature, string? Sealed) Read(string? encrypted) =>
        encrypted is null ? default
        : encrypted.StartsWith(SignaturePrefix, StringComparison.Ordinal) ? (encrypted[SignaturePrefix.Length..], null)
        : encrypted.StartsWith(SealedPrefix, StringComparison.Ordinal) ? (null, encrypted[SealedPrefix.Length..])
        : default;

    public static string? Write(string? signature, string? box) =>
        box is not null ? SealedPrefix + box
        : signature is not null ? SignaturePrefix + signature
        : null;
}
