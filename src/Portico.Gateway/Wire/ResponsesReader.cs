using System.Text.Json;
using System.Text.Unicode;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>A Responses call as read from the wire. The messages hold what is in the body: what it continues is read from the store later.</summary>
readonly record struct ReadResponses(ChatRequest Chat, ResponsesRequest Asked);

/// <summary>
/// Reads a request of OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses/create). It is served by way of the canonical form,
/// whoever provides the model: what that form has no word for is named as left out where the answer stays usable, and refused where it would not.
/// </summary>
static class ResponsesReader
{
    const int MaxMetadata = 16;

    static readonly JsonDocumentOptions Options = new() { MaxDepth = OpenAiChatReader.MaxDepth };

    /// <summary>Members that are read, or that say nothing here.</summary>
    static readonly string[] Known =
    [
        "model",
        "input",
        "instructions",
        "stream",
        "max_output_tokens",
        "temperature",
        "top_p",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "text",
        "reasoning",
        "user",
        "metadata",
        "store",
        "previous_response_id",
        "include",
        "truncation",
        "background",
        "stream_options",
        "conversation",
        "prompt",
        "top_logprobs",
    ];

    /// <summary>Members that chat completions have under the same name and with the same meaning: they go on as they are.</summary>
    static readonly string[] Passed = ["service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"];

    /// <exception cref="PorticoException">The body is not a valid request; message and param name the place.</exception>
    public static ReadResponses Read(ReadOnlyMemory<byte> body, ResponseId id) => ReadRoot(body, id, ReadObject);

    /// <summary>Reads a body that is one JSON object.</summary>
    /// <exception cref="PorticoException">It is none, or the reader refuses it.</exception>
    public static T ReadRoot<TState, T>(ReadOnlyMemory<byte> body, TState state, Func<JsonElement, TState, T> read)
    {
        if (!Utf8.IsValid(body.Span))
            throw new PorticoException(ErrorTable.InvalidJson, "The body is not valid UTF-8.");
        try
        {
            var root = JsonElement.Parse(body.Span, Options);
            Json.CheckEscapes(body.Span, OpenAiChatReader.MaxDepth);
            return root.ValueKind == JsonValueKind.Object
                ? read(root, state)
                : throw new PorticoException(ErrorTable.InvalidJson, "The body must be one JSON object.");
        }
        catch (JsonException e)
        {
            throw new PorticoException(ErrorTable.InvalidJson, OpenAiChatReader.Explain(e), inner: e);
        }
        catch (InvalidOperationException e)
        {
            // GetString on an escape such as a lone surrogate.
            throw new PorticoException(ErrorTable.InvalidJson, "The body holds a string escape that is not valid Unicode.", inner: e);
        }
    }

    static ReadResponses ReadObject(JsonElement root, ResponseId id)
    {
        UnreadNames unread = default;
        var extra = new List<KeyValuePair<string, JsonElement>>();
        var said = Members(root, extra, ref unread);
        RefuseForeignState(root);
        var asked = ReadAsked(root, id, said, ref unread);
        var bonds = new ResponsesBonds();
        var conversation = new ResponsesConversation(asked.Instructions, bonds);
        for (var i = 0; i < asked.Input.Count; i++)
            conversation.Add(asked.Input[i], $"input[{i}]", mayRefer: true, ref unread);
        var text = JsonMember.Object(root, "text", "");
        if (text is { } t && JsonMember.Of(t, "verbosity") is { } verbosity)
            extra.Add(new("verbosity", verbosity));
        var choice = ResponsesTools.ReadChoice(root, bonds, ref unread);
        var chat = new ChatRequest
        {
            Model =
                JsonMember.Text(root, "model", "", 256)
                ?? throw Json.Bad("'model' is missing: name a model or a route. GET /v1/models lists them.", "model"),
            Messages = conversation.Finish(),
            Stream = JsonMember.Flag(root, "stream", "") ?? false,
            MaxOutputTokens = JsonMember.Whole(root, "max_output_tokens", 1, int.MaxValue),
            Temperature = JsonMember.Number(root, "temperature", 0, 2),
            TopP = JsonMember.Number(root, "top_p", 0, 1),
            Tools = ResponsesTools.ReadTools(root, choice.Allowed, bonds, ref unread),
            ToolChoice = choice.Choice,
            ParallelToolCalls = JsonMember.Flag(root, "parallel_tool_calls", ""),
            ResponseFormat = text is { } f ? ResponsesTools.ReadFormat(f, ref unread) : null,
            ReasoningEffort = ReadReasoning(root, ref unread),
            User = JsonMember.Text(root, "user", "", 4096),
            Extra = extra,
            Unread = unread.All,
        };
        if (bonds.Bond is { } bond)
            asked = asked with { Bond = bond };
        return new ReadResponses(asked.Background ? chat with { Stream = true } : chat, asked);
    }

    /// <summary>Every member once. Those of chat completions' own are passed on, those that nobody here knows are named.</summary>
    static Dictionary<string, JsonElement> Members(JsonElement root, List<KeyValuePair<string, JsonElement>> extra, ref UnreadNames unread)
    {
        var said = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            if (!said.TryAdd(member.Name, member.Value))
                throw Json.Bad($"'{Json.Short(member.Name)}' stands twice in the body.", Json.Short(member.Name));
            if (member.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (Passed.Contains(member.Name, StringComparer.Ordinal))
                extra.Add(new(member.Name, member.Value));
            else if (!Known.Contains(member.Name, StringComparer.Ordinal))
                unread.Add(Json.Short(member.Name));
        }
        return said;
    }

    /// <summary>To leave these out would be to leave out what the caller wants to talk about.</summary>
    static void RefuseForeignState(JsonElement root)
    {
        if (JsonMember.Of(root, "prompt") is not null)
            throw new PorticoException(
                ErrorTable.UnsupportedByModel,
                "'prompt' names a template that OpenAI keeps: send its text in 'instructions' and 'input'.",
                "prompt"
            );
    }

    static ResponsesRequest ReadAsked(JsonElement root, ResponseId id, Dictionary<string, JsonElement> said, ref UnreadNames unread)
    {
        CheckMetadata(root);
        var background = JsonMember.Flag(root, "background", "") ?? false;
        var store = JsonMember.Flag(root, "store", "") ?? true;
        if (background && !store)
            throw Json.Bad("'background' needs 'store': what runs on without its caller must be kept for it.", "background");
        switch (JsonMember.Text(root, "truncation", "", 64))
        {
            case null or "disabled":
                break;
            case "auto":
                unread.Add("truncation");
                break;
            default:
                throw Json.Bad("'truncation' must be auto or disabled.", "truncation");
        }
        // Nothing is obfuscated, so only to be asked for it is worth a word.
        if (JsonMember.Object(root, "stream_options", "") is { } options)
        {
            if (JsonMember.Flag(options, "include_obfuscation", "stream_options") == true)
                unread.Add("stream_options.include_obfuscation");
            MessagesBlockReader.NameOthers(options, ["include_obfuscation"], "stream_options", ref unread);
        }
        if (JsonMember.Whole(root, "top_logprobs", 0, 20) is > 0)
            unread.Add("top_logprobs");
        var previous = JsonMember.Text(root, "previous_response_id", "", 512);
        var conversation = ConversationBody.ReferenceIn(root, previous);
        var input = ReadInput(root, previous is not null || conversation is not null);
        return new ResponsesRequest
        {
            Id = id,
            Input = input,
            PreviousId = previous,
            Conversation = conversation,
            HasReferences = input.Any(ResponsesConversation.IsReference),
            HasReasoning = input.Any(PassedInput.IsOfReasoning),
            Instructions = ReadInstructions(root),
            Store = store,
            Background = background,
            KeepsEvents = background && JsonMember.Flag(root, "stream", "") == true,
            MaxToolCalls = JsonMember.Whole(root, "max_tool_calls", 0, int.MaxValue),
            WantsSealedReasoning = ReadInclude(root, ref unread),
            Said = said,
        };
    }

    static IReadOnlyList<JsonElement> ReadInput(JsonElement root, bool continues)
    {
        switch (JsonMember.Of(root, "input"))
        {
            case null when continues:
                return [];
            case null:
                throw Json.Bad("'input' is missing: a text, or an array of items.", "input");
            case { ValueKind: JsonValueKind.String } text:
                return [text];
            case { ValueKind: JsonValueKind.Array } items:
                var count = items.GetArrayLength();
                if (count > ResponsesConversation.MaxItems)
                    throw Json.Bad($"'input' holds more than {ResponsesConversation.MaxItems} items.", "input");
                return count > 0 || continues
                    ? [.. items.EnumerateArray()]
                    : throw Json.Bad("'input' must hold at least one item.", "input");
            default:
                throw Json.Bad("'input' must be a string or an array of items.", "input");
        }
    }

    static string? ReadInstructions(JsonElement root) => JsonMember.Text(root, "instructions", "");

    static string? ReadReasoning(JsonElement root, ref UnreadNames unread)
    {
        if (JsonMember.Object(root, "reasoning", "") is not { } reasoning)
            return null;
        foreach (var member in reasoning.EnumerateObject())
            // What a provider tells of its thinking is given as a summary, asked or not; none can be told to write one.
            if (member.Name != "effort" && member.Value.ValueKind != JsonValueKind.Null)
                unread.Add("reasoning." + Json.Short(member.Name));
        return JsonMember.Text(reasoning, "effort", "reasoning", 64);
    }

    static bool ReadInclude(JsonElement root, ref UnreadNames unread)
    {
        if (JsonMember.Array(root, "include", "") is not { } include)
            return false;
        var wantsSeals = false;
        foreach (var value in include.EnumerateArray())
            if (JsonMember.Text(value, "include", 256) == "reasoning.encrypted_content")
                wantsSeals = true;
            else
                unread.Add("include");
        return wantsSeals;
    }

    public static void CheckMetadata(JsonElement root)
    {
        if (JsonMember.Object(root, "metadata", "") is not { } metadata)
            return;
        var count = 0;
        foreach (var pair in metadata.EnumerateObject())
            if (
                ++count > MaxMetadata
                || pair.Name.Length > 64
                || pair.Value.ValueKind != JsonValueKind.String
                || pair.Value.GetString()!.Length > 512
            )
                throw Json.Bad(
                    $"'metadata' must hold at most {MaxMetadata} strings of at most 512 characters under names of at most 64.",
                    "metadata"
                );
    }
}
