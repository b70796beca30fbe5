using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>A chat call as read from the wire: the canonical form and the body it came from.</summary>
readonly record struct ReadChat(ChatRequest Request, WireBody Body);

/// <summary>
/// Reads OpenAI's chat completions request in one pass: canonical form, places of the members that may be edited, precise errors.
/// Fields that Portico does not know stay in the body untouched; a member that stands twice is refused, because the provider
/// might take the other one.
/// </summary>
static class OpenAiChatReader
{
    /// <summary>Deep enough for any tool schema in use, shallow enough to bound the stack.</summary>
    public const int MaxDepth = 128;
    const int MaxMessages = 20_000;
    const int MaxTools = 4_096;

    static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <exception cref="PorticoException">The body is not a valid chat request; the message and param name the place.</exception>
    public static ReadChat Read(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
            throw new PorticoException(ErrorTable.InvalidJson, "The body is not valid UTF-8.");
        try
        {
            Json.CheckEscapes(body.Span, MaxDepth);
            return ReadObject(body);
        }
        catch (JsonException e)
        {
            throw new PorticoException(ErrorTable.InvalidJson, Explain(e), inner: e);
        }
        catch (InvalidOperationException e)
        {
            // GetString on an escape such as a lone surrogate.
            throw new PorticoException(ErrorTable.InvalidJson, "The body holds a string escape that is not valid Unicode.", inner: e);
        }
    }

    internal static string Explain(JsonException e) =>
        $"The body is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} of that line."
        + (e.Message.Contains("maximum configured depth", StringComparison.Ordinal) ? $" It is nested deeper than {MaxDepth} levels." : "");

    static ReadChat ReadObject(ReadOnlyMemory<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes.Span, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new PorticoException(ErrorTable.InvalidJson, "The body must be one JSON object.");
        var fields = new ChatFields { ObjectStart = (int)reader.TokenStartIndex };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            fields.ReadMember(ref reader);
        if (reader.Read())
            throw new PorticoException(ErrorTable.InvalidJson, "Something follows the JSON object.");
        return fields.Finish(bytes);
    }

    /// <summary>The members seen so far.</summary>
    ref struct ChatFields
    {
        public int ObjectStart;
        ulong seen;
        HashSet<string>? unknownSeen;
        List<KeyValuePair<string, JsonElement>>? extra;
        UnreadNames unread;
        WireField modelField,
            messagesField,
            streamOptionsField,
            capField,
            olderCapField;
        string? model,
            user,
            reasoningEffort;
        List<ChatMessage>? messages;
        bool stream,
            includeUsage,
            logprobs;
        int? maxCompletionTokens,
            maxTokens,
            topLogprobs;
        int choices;
        double? temperature,
            topP,
            frequencyPenalty,
            presencePenalty;
        long? seed;
        List<string>? stop;
        List<ToolDefinition>? tools;
        ToolChoice? toolChoice;
        bool? parallelToolCalls;
        ResponseFormat? responseFormat;

        public void ReadMember(ref Utf8JsonReader r)
        {
            var start = (int)r.TokenStartIndex;
            var index = ChatMembers.IndexOf(ref r);
            var name = index < 0 ? r.GetString()! : ChatMembers.Names[index];
            if (index >= 0 ? (seen & (1ul << index)) != 0 : !(unknownSeen ??= new(StringComparer.Ordinal)).Add(name))
                throw Json.Bad($"'{Json.Short(name)}' stands twice in the body.", Json.Short(name));
            if (index >= 0)
                seen |= 1ul << index;
            r.Read();
            var valueStart = (int)r.TokenStartIndex;
            ReadValue(ref r, index, name);
            Place(index, new WireField(start, valueStart, (int)r.BytesConsumed));
        }

        void ReadValue(ref Utf8JsonReader r, int index, string name)
        {
            switch (index)
            {
                case ChatMembers.Model:
                    model = Json.Text(ref r, name, 256);
                    break;
                case ChatMembers.Messages:
                    messages = ChatMessageReader.ReadAll(ref r, MaxMessages, ref unread);
                    break;
                case ChatMembers.Stream:
                    stream = Json.Flag(ref r, name) ?? false;
                    break;
                case ChatMembers.StreamOptions:
                    includeUsage = ReadStreamOptions(ref r, ref unread);
                    break;
                case ChatMembers.MaxTokens:
                    maxTokens = Json.Whole(ref r, name, 1, int.MaxValue);
                    break;
                case ChatMembers.MaxCompletionTokens:
                    maxCompletionTokens = Json.Whole(ref r, name, 1, int.MaxValue);
                    break;
                case ChatMembers.N:
                    choices = Json.Whole(ref r, name, 1, 128) ?? 1;
                    break;
                case ChatMembers.Temperature:
                    temperature = Json.Number(ref r, name, 0, 2);
                    break;
                case ChatMembers.TopP:
                    topP = Json.Number(ref r, name, 0, 1);
                    break;
                case ChatMembers.FrequencyPenalty:
                    frequencyPenalty = Json.Number(ref r, name, -2, 2);
                    break;
                case ChatMembers.PresencePenalty:
                    presencePenalty = Json.Number(ref r, name, -2, 2);
                    break;
                case ChatMembers.Seed:
                    seed = Json.Long(ref r, name);
                    break;
                case ChatMembers.Stop:
                    stop = ReadStop(ref r);
                    break;
                case ChatMembers.Tools:
                    tools = ToolReader.ReadTools(ref r, MaxTools, ref unread);
                    break;
                case ChatMembers.ToolChoice:
                    toolChoice = ToolReader.ReadChoice(ref r, ref unread);
                    break;
                case ChatMembers.ParallelToolCalls:
                    parallelToolCalls = Json.Flag(ref r, name);
                    break;
                case ChatMembers.ResponseFormat:
                    responseFormat = ToolReader.ReadResponseFormat(ref r, ref unread);
                    break;
                case ChatMembers.Logprobs:
                    logprobs = Json.Flag(ref r, name) ?? false;
                    break;
                case ChatMembers.TopLogprobs:
                    topLogprobs = Json.Whole(ref r, name, 0, 20);
                    break;
                case ChatMembers.ReasoningEffort:
                    reasoningEffort = Json.TextOrNull(ref r, name, 64);
                    break;
                case ChatMembers.User:
                    user = Json.TextOrNull(ref r, name, 4096);
                    break;
                default:
                    (extra ??= []).Add(new(name, JsonElement.ParseValue(ref r)));
                    break;
            }
        }

        void Place(int index, WireField field)
        {
            switch (index)
            {
                case ChatMembers.Model:
                    modelField = field;
                    break;
                case ChatMembers.Messages:
                    messagesField = field;
                    break;
                case ChatMembers.StreamOptions:
                    streamOptionsField = field;
                    break;
                case ChatMembers.MaxCompletionTokens:
                    (olderCapField, capField) = (capField, field);
                    break;
                case ChatMembers.MaxTokens when capField.IsPresent:
                    olderCapField = field;
                    break;
                case ChatMembers.MaxTokens:
                    capField = field;
                    break;
                default:
                    break;
            }
        }

        public readonly ReadChat Finish(ReadOnlyMemory<byte> bytes)
        {
            if (model is null)
                throw Json.Bad("'model' is missing: name a model or a route. GET /v1/models lists them.", "model");
            if (messages is null)
                throw Json.Bad("'messages' is missing.", "messages");
            if (messages.Count == 0)
                throw Json.Bad("'messages' must hold at least one message.", "messages");
            var request = new ChatRequest
            {
                Model = model,
                Messages = messages,
                Stream = stream,
                IncludeUsage = includeUsage,
                MaxOutputTokens = maxCompletionTokens ?? maxTokens,
                Choices = choices == 0 ? 1 : choices,
                Temperature = temperature,
                TopP = topP,
                FrequencyPenalty = frequencyPenalty,
                PresencePenalty = presencePenalty,
                Seed = seed,
                Stop = stop ?? (IReadOnlyList<string>)[],
                Tools = tools ?? (IReadOnlyList<ToolDefinition>)[],
                ToolChoice = toolChoice,
                ParallelToolCalls = parallelToolCalls,
                ResponseFormat = responseFormat,
                Logprobs = logprobs,
                TopLogprobs = topLogprobs,
                ReasoningEffort = reasoningEffort,
                User = user,
                Extra = extra ?? (IReadOnlyList<KeyValuePair<string, JsonElement>>)[],
                Unread = unread.All,
            };
            var body = new WireBody
            {
                Dialect = Dialect.OpenAiChat,
                Bytes = bytes,
                ObjectStart = ObjectStart,
                Model = modelField,
                Messages = messagesField,
                StreamOptions = streamOptionsField,
                OutputCap = capField,
                OlderCap = olderCapField,
            };
            return new ReadChat(request, body);
        }
    }

    static bool ReadStreamOptions(ref Utf8JsonReader r, ref UnreadNames unread)
    {
        if (r.TokenType == JsonTokenType.Null)
            return false;
        Json.Expect(ref r, JsonTokenType.StartObject, "stream_options", "an object");
        var include = false;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            if (!r.ValueTextEquals("include_usage"u8))
            {
                unread.Skip(ref r, "stream_options");
                continue;
            }
            r.Read();
            include = Json.Flag(ref r, "stream_options.include_usage") ?? false;
        }
        return include;
    }

    static List<string>? ReadStop(ref Utf8JsonReader r)
    {
        if (r.TokenType == JsonTokenType.Null)
            return null;
        if (r.TokenType == JsonTokenType.String)
            return [r.GetString()!];
        Json.Expect(ref r, JsonTokenType.StartArray, "stop", "a string or an array of strings");
        var stops = new List<string>();
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
        {
            if (stops.Count == 16)
                throw Json.Bad("'stop' holds more than 16 sequences.", "stop");
            stops.Add(Json.Text(ref r, $"stop[{stops.Count}]", 4096));
        }
        return stops;
    }
}

/// <summary>The top-level members of a chat request that the canonical form knows, numbered for the duplicate check.</summary>
static class ChatMembers
{
    public const int Model = 0,
        Messages = 1,
        Stream = 2,
        StreamOptions = 3,
        MaxTokens = 4,
        MaxCompletionTokens = 5,
        N = 6,
        Temperature = 7,
        TopP = 8,
        FrequencyPenalty = 9,
        PresencePenalty = 10,
        Seed = 11,
        Stop = 12,
        Tools = 13,
        ToolChoice = 14,
        ParallelToolCalls = 15,
        ResponseFormat = 16,
        Logprobs = 17,
        TopLogprobs = 18,
        ReasoningEffort = 19,
        User = 20;

    public static readonly string[] Names =
    [
        "model",
        "messages",
        "stream",
        "stream_options",
        "max_tokens",
        "max_completion_tokens",
        "n",
        "temperature",
        "top_p",
        "frequency_penalty",
        "presence_penalty",
        "seed",
        "stop",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "response_format",
        "logprobs",
        "top_logprobs",
        "reasoning_effort",
        "user",
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
