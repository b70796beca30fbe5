using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>
/// Reads a request of Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages) in one pass: canonical form, places of the members that may
/// be edited, precise errors. Fields that Portico does not know stay in the body untouched; a member that stands twice is refused.
/// </summary>
static class MessagesReader
{
    const int MaxMessages = 20_000;
    const int MaxTools = 4_096;
    const int MaxStops = 1_000;

    static readonly JsonReaderOptions Options = new()
    {
        MaxDepth = OpenAiChatReader.MaxDepth,
        CommentHandling = JsonCommentHandling.Disallow,
    };

    /// <param name="body">The bytes as they came.</param>
    /// <param name="needsCap">False for a count of tokens, which gives no output.</param>
    /// <exception cref="PorticoException">The body is not a valid request; the message and param name the place.</exception>
    public static ReadChat Read(ReadOnlyMemory<byte> body, bool needsCap = true)
    {
        if (!Utf8.IsValid(body.Span))
            throw new PorticoException(ErrorTable.InvalidJson, "The body is not valid UTF-8.");
        try
        {
            Json.CheckEscapes(body.Span, OpenAiChatReader.MaxDepth);
            return ReadObject(body, needsCap);
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

    static ReadChat ReadObject(ReadOnlyMemory<byte> bytes, bool needsCap)
    {
        var reader = new Utf8JsonReader(bytes.Span, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new PorticoException(ErrorTable.InvalidJson, "The body must be one JSON object.");
        var fields = new MessagesFields { ObjectStart = (int)reader.TokenStartIndex };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            fields.ReadMember(ref reader);
        if (reader.Read())
            throw new PorticoException(ErrorTable.InvalidJson, "Something follows the JSON object.");
        return fields.Finish(bytes, needsCap);
    }

    /// <summary>The members seen so far.</summary>
    ref struct MessagesFields
    {
        public int ObjectStart;
        uint seen;
        HashSet<string>? unknownSeen;
        List<KeyValuePair<string, JsonElement>>? extra;
        UnreadNames unread;
        WireField modelField,
            messagesField,
            capField;
        string? model,
            user;
        List<ContentPart>? system;
        List<ChatMessage>? messages;
        bool stream;
        int? maxTokens,
            topK,
            reasoningTokens;
        double? temperature,
            topP;
        List<string>? stop;
        List<ToolDefinition>? tools;
        ToolChoice? toolChoice;
        bool? parallelToolCalls;
        MessagesOutput output;

        public void ReadMember(ref Utf8JsonReader r)
        {
            var start = (int)r.TokenStartIndex;
            var index = MessagesMembers.IndexOf(ref r);
            var name = index < 0 ? r.GetString()! : MessagesMembers.Names[index];
            if (index >= 0 ? (seen & (1u << index)) != 0 : !(unknownSeen ??= new(StringComparer.Ordinal)).Add(name))
                throw Json.Bad($"'{Json.Short(name)}' stands twice in the body.", Json.Short(name));
            if (index >= 0)
                seen |= 1u << index;
            r.Read();
            var valueStart = (int)r.TokenStartIndex;
            ReadValue(ref r, index, name);
            var field = new WireField(start, valueStart, (int)r.BytesConsumed);
            if (index == MessagesMembers.Model)
                modelField = field;
            else if (index == MessagesMembers.Messages)
                messagesField = field;
            else if (index == MessagesMembers.MaxTokens)
                capField = field;
        }

        void ReadValue(ref Utf8JsonReader r, int index, string name)
        {
            switch (index)
            {
                case MessagesMembers.Model:
                    model = Json.Text(ref r, name, 256);
                    break;
                case MessagesMembers.Messages:
                    messages = MessagesMessageReader.ReadAll(ref r, MaxMessages, ref unread);
                    break;
                case MessagesMembers.MaxTokens:
                    maxTokens = Json.Whole(ref r, name, 1, int.MaxValue);
                    break;
                case MessagesMembers.System:
                    system = MessagesMessageReader.ReadSystem(ref r, ref unread);
                    break;
                case MessagesMembers.Stream:
                    stream = Json.Flag(ref r, name) ?? false;
                    break;
                case MessagesMembers.Temperature:
                    temperature = Json.Number(ref r, name, 0, 1);
                    break;
                case MessagesMembers.TopP:
                    topP = Json.Number(ref r, name, 0, 1);
                    break;
                case MessagesMembers.TopK:
                    topK = Json.Whole(ref r, name, 0, int.MaxValue);
                    break;
                case MessagesMembers.StopSequences:
                    stop = ReadStops(ref r);
                    break;
                case MessagesMembers.Tools:
                    tools = MessagesToolReader.ReadTools(ref r, MaxTools, ref unread);
                    break;
                case MessagesMembers.ToolChoice:
                    (toolChoice, parallelToolCalls) = MessagesToolReader.ReadChoice(ref r, ref unread);
                    break;
                case MessagesMembers.Thinking:
                    ReadThinking(ref r);
                    break;
                case MessagesMembers.Metadata:
                    user = MessagesToolReader.ReadUser(ref r, ref unread);
                    break;
                case MessagesMembers.OutputConfig:
                    output = MessagesToolReader.ReadOutput(ref r, ref unread);
                    break;
                default:
                    (extra ??= []).Add(new(name, JsonElement.ParseValue(ref r)));
                    break;
            }
        }

        /// <summary>A number of tokens, or none; other ways of thinking are words of this dialect alone.</summary>
        void ReadThinking(ref Utf8JsonReader r)
        {
            if (r.TokenType == JsonTokenType.Null)
                return;
            Json.Expect(ref r, JsonTokenType.StartObject, "thinking", "an object");
            var thinking = JsonElement.ParseValue(ref r);
            switch (MessagesBlockReader.Text(thinking, "type", "thinking.type"))
            {
                case "disabled":
                    reasoningTokens = 0;
                    MessagesBlockReader.NameOthers(thinking, ["type"], "thinking", ref unread);
                    break;
                case "enabled":
                    reasoningTokens = MessagesBlockReader.Whole(thinking, "budget_tokens", "thinking.budget_tokens");
                    MessagesBlockReader.NameOthers(thinking, ["type", "budget_tokens"], "thinking", ref unread);
                    break;
                case null:
                    throw Json.Bad("'thinking.type' is missing.", "thinking.type");
                default:
                    (extra ??= []).Add(new("thinking", thinking));
                    break;
            }
        }

        public readonly ReadChat Finish(ReadOnlyMemory<byte> bytes, bool needsCap)
        {
            if (model is null)
                throw Json.Bad("'model' is missing: name a model or a route. GET /v1/models lists them.", "model");
            if (messages is null)
                throw Json.Bad("'messages' is missing.", "messages");
            if (messages.Count == 0)
                throw Json.Bad("'messages' must hold at least one message.", "messages");
            if (needsCap && maxTokens is null)
                throw Json.Bad("'max_tokens' is missing: say how many tokens the answer may have.", "max_tokens");
            if (system is { Count: > 0 })
                messages.Insert(0, new ChatMessage { Role = ChatRole.System, Parts = system });
            var request = new ChatRequest
            {
                Model = model,
                Messages = messages,
                Stream = stream,
                IncludeUsage = stream,
                MaxOutputTokens = maxTokens,
                Temperature = temperature,
                TopP = topP,
                TopK = topK,
                Stop = stop ?? (IReadOnlyList<string>)[],
                Tools = tools ?? (IReadOnlyList<ToolDefinition>)[],
                ToolChoice = toolChoice,
                ParallelToolCalls = parallelToolCalls,
                ResponseFormat = output.Format,
                ReasoningEffort = output.Effort,
                ReasoningTokens = reasoningTokens,
                User = user,
                Extra = extra ?? (IReadOnlyList<KeyValuePair<string, JsonElement>>)[],
                Unread = unread.All,
            };
            var body = new WireBody
            {
                Dialect = Dialect.AnthropicMessages,
                Bytes = bytes,
                ObjectStart = ObjectStart,
                Model = modelField,
                Messages = messagesField,
                OutputCap = capField,
            };
            return new ReadChat(request, body);
        }
    }

    static List<string>? ReadStops(ref Utf8JsonReader r)
    {
        if (r.TokenType == JsonTokenType.Null)
            return null;
        Json.Expect(ref r, JsonTokenType.StartArray, "stop_sequences", "an array of strings");
        var stops = new List<string>();
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
        {
            if (stops.Count == MaxStops)
                throw Json.Bad($"'stop_sequences' holds more than {MaxStops} sequences.", "stop_sequences");
            stops.Add(Json.Text(ref r, $"stop_sequences[{stops.Count}]", 4096));
        }
        return stops;
    }
}

/// <summary>The top-level members of a Messages request that the canonical form knows, numbered for the duplicate check.</summary>
static class MessagesMembers
{
    public const int Model = 0,
        Messages = 1,
        MaxTokens = 2,
        System = 3,
        Stream = 4,
        Temperature = 5,
        TopP = 6,
        TopK = 7,
        StopSequences = 8,
        Tools = 9,
        ToolChoice = 10,
        Thinking = 11,
        Metadata = 12,
        OutputConfig = 13;

    public static readonly string[] Names =
    [
        "model",
        "messages",
        "max_tokens",
        "system",
        "stream",
        "temperature",
        "top_p",
        "top_k",
        "stop_sequences",
        "tools",
        "tool_choice",
        "thinking",
        "metadata",
        "output_config",
    ];

    static readonly byte[][] Utf8Names = Names.Select(Encoding.UTF8.GetBytes).ToArray();

    public static int IndexOf(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < Utf8Names.Length; i++)
            if (reader.ValueTextEquals(Utf8Names[i]))
                return i;
        return -1;
    }
}
