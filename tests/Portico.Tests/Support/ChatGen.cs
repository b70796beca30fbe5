using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;

namespace Portico.Tests.Support;

/// <summary>Draws requests and answers. Texts hold what breaks careless code: quotes, line ends, controls, characters of every length.</summary>
static class ChatGen
{
    static readonly string[] Odd =
    [
        "plain words",
        "Zürich 🚲 日本",
        "\"quoted\" \\ back",
        "line\nline\r\nline\rtab\t",
        "data: [DONE]\n\n",
        "{\"error\":{\"message\":\"no\"}}",
        "\"usage\":{\"prompt_tokens\":9}",
        "\u0001\u001f\u2028\u2029\u00a0\ufeff",
        "<script>&amp;'",
        " leading and trailing ",
        "👩‍👩‍👧‍👦",
        "\"finish_reason\":\"stop\"",
    ];

    public static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements(Odd),
        Gen.Choose(0x20, 0x2FF).Select(c => ((char)c).ToString()).NonEmptyListOf().Select(string.Concat),
        from a in Gen.Elements(Odd)
        from b in Gen.Elements(Odd)
        select a + b
    );

    public static readonly Gen<string> Word = Gen.Elements("a", "b", "weather", "clock_2", "do-it", "x9");

    /// <summary>Ids as both protocols take them.</summary>
    static readonly Gen<string> CallIds = Gen.Choose(1, 999_999).Select(n => $"call_{n}");

    public static readonly Gen<JsonElement> Schema = Gen.Elements(
            """{"type":"object","properties":{}}""",
            """{"type":"object","properties":{"city":{"type":"string","description":"Wo \"genau\"?"},"n":{"type":["integer","null"]}},"required":["city"]}""",
            """{"type":"object","properties":{"deep":{"type":"array","items":{"type":"object","properties":{"x":{"enum":[1,2.50,null,true]}}}}},"additionalProperties":false}"""
        )
        .Select(Element);

    static readonly Gen<string> Arguments = Gen.OneOf(
        Gen.Constant("{}"),
        Text.Select(t => $$"""{"q":{{JsonSerializer.Serialize(t)}},"n":[1,{"m":null}]}""")
    );

    public static JsonElement Element(string json) => JsonDocument.Parse(json).RootElement;

    static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : struct => Gen.OneOf(Gen.Constant((T?)null), gen.Select(v => (T?)v));

    static Gen<T?> MaybeRef<T>(Gen<T> gen)
        where T : class => Gen.OneOf(Gen.Constant((T?)null), gen.Select(v => (T?)v));

    static Gen<IReadOnlyList<T>> Few<T>(Gen<T> gen, int min, int max) =>
        from n in Gen.Choose(min, max)
        from list in gen.ListOf(n)
        select (IReadOnlyList<T>)list.ToList();

    static readonly Gen<ContentPart> TextParts = Text.Select(t => (ContentPart)new TextPart(t));

    static readonly Gen<ContentPart> ImageParts = Gen.Elements<ContentPart>(
        new ImagePart("data:image/png;base64,iVBORw0KGgo=", null),
        new ImagePart("https://example.org/a.jpg?x=1&y=2", null)
    );

    static readonly Gen<ContentPart> OpenAiParts = Gen.OneOf(
        TextParts,
        ImageParts,
        Gen.Elements<ContentPart>(
            new ImagePart("https://example.org/b.png", "low"),
            new AudioPart("UklGRg==", "wav"),
            new AudioPart("SUQz", "mp3"),
            new FilePart("file_1", null, null),
            new FilePart(null, "a b.pdf", "data:application/pdf;base64,JVBERi0=")
        )
    );

    static readonly Gen<ToolCall> Calls =
        from id in CallIds
        from name in Word
        from arguments in Arguments
        select new ToolCall(id, name, arguments);

    static ChatMessage Of(ChatRole role, params ContentPart[] parts) => new() { Role = role, Parts = parts };

    // ── All that OpenAI's form can say ──

    static readonly Gen<ChatMessage> OpenAiMessages = Gen.OneOf(
        from parts in Few(OpenAiParts, 0, 3)
        from name in MaybeRef(Word)
        select new ChatMessage
        {
            Role = ChatRole.User,
            Parts = parts,
            Name = name,
        },
        from role in Gen.Elements(ChatRole.System, ChatRole.Developer)
        from parts in Few(TextParts, 1, 2)
        select new ChatMessage { Role = role, Parts = parts },
        from parts in Few(TextParts, 0, 2)
        from calls in Few(Calls, 0, 2)
        from refusal in MaybeRef(Text)
        select new ChatMessage
        {
            Role = ChatRole.Assistant,
            Parts = parts,
            ToolCalls = calls,
            Refusal = refusal,
        },
        from id in CallIds
        from parts in Few(TextParts, 1, 2)
        select new ChatMessage
        {
            Role = ChatRole.Tool,
            ToolCallId = id,
            Parts = parts,
        }
    );

    static readonly Gen<ToolDefinition> Tools =
        from name in Word
        from description in MaybeRef(Text)
        from parameters in Maybe(Schema)
        from strict in Maybe(Gen.Elements(true, false))
        select new ToolDefinition(name, description, parameters, strict);

    static readonly Gen<ToolChoice> Choices = Gen.OneOf(
        Gen.Elements(ToolChoiceMode.Auto, ToolChoiceMode.None, ToolChoiceMode.Required).Select(m => new ToolChoice(m)),
        Word.Select(n => new ToolChoice(ToolChoiceMode.Named, n))
    );

    static readonly Gen<ResponseFormat> Formats = Gen.OneOf(
        Gen.Elements(new ResponseFormat(ResponseFormatKind.Text), new ResponseFormat(ResponseFormatKind.JsonObject)),
        from name in Word
        from schema in Schema
        from strict in Maybe(Gen.Elements(true, false))
        from description in MaybeRef(Text)
        select new ResponseFormat(ResponseFormatKind.JsonSchema, name, schema, strict, description)
    );

    static readonly Gen<double> Fractions = Gen.Choose(0, 2_000_000).Select(n => n / 1_000_003.0);

    static readonly Gen<IReadOnlyList<KeyValuePair<string, JsonElement>>> Extras =
        from names in Gen.SubListOf("logit_bias", "metadata", "x_new", "service_tier")
        from value in Gen.Elements("1", "1.50", "\"text\"", "null", """{"a":[1,{"b":"ü"}]}""")
        select (IReadOnlyList<KeyValuePair<string, JsonElement>>)names.Select(n => KeyValuePair.Create(n, Element(value))).ToList();

    static Gen<ChatRequest> Settings(ChatRequest request) =>
        from stream in Gen.Elements(true, false)
        from cap in Maybe(Gen.Choose(1, 100_000))
        from n in Gen.Choose(1, 4)
        from temperature in Maybe(Fractions)
        from topP in Maybe(Fractions.Select(f => f / 2))
        from penalties in Maybe(Fractions.Select(f => f - 1))
        from seed in Maybe(Gen.Choose(int.MinValue, int.MaxValue).Select(s => s * 4_000_000_007L))
        from stop in Few(Text, 0, 3)
        from logprobs in Gen.Elements(true, false)
        from top in Maybe(Gen.Choose(0, 20))
        from effort in MaybeRef(Gen.Elements("none", "low", "high"))
        from user in MaybeRef(Text)
        select request with
        {
            Stream = stream,
            IncludeUsage = stream,
            MaxOutputTokens = cap,
            Choices = n,
            Temperature = temperature,
            TopP = topP,
            FrequencyPenalty = penalties,
            PresencePenalty = penalties / 2,
            Seed = seed,
            Stop = stop,
            Logprobs = logprobs,
            TopLogprobs = top,
            ReasoningEffort = effort,
            User = user,
        };

    /// <summary>Requests with everything that the canonical form knows.</summary>
    public static readonly Gen<ChatRequest> Requests =
        from messages in Few(OpenAiMessages, 1, 6)
        from tools in Few(Tools, 0, 3)
        from choice in MaybeRef(Choices)
        from parallel in Maybe(Gen.Elements(true, false))
        from format in MaybeRef(Formats)
        from extra in Extras
        from request in Settings(
            new ChatRequest
            {
                Model = "route",
                Messages = messages,
                Tools = tools,
                ToolChoice = choice,
                ParallelToolCalls = parallel,
                ResponseFormat = format,
                Extra = extra,
            }
        )
        select request;

    // ── What OpenAI and Anthropic can both say ──

    static readonly Gen<string> Said = Text.Where(t => !string.IsNullOrWhiteSpace(t));

    static readonly Gen<IReadOnlyList<ContentPart>> BothParts =
        from text in Said
        from more in Few(Gen.OneOf(Said.Select(t => (ContentPart)new TextPart(t)), ImageParts), 0, 2)
        select (IReadOnlyList<ContentPart>)[new TextPart(text), .. more];

    /// <summary>A question, perhaps tools with their results, an answer.</summary>
    static readonly Gen<IReadOnlyList<ChatMessage>> Turns =
        from question in BothParts
        from calls in Few(Calls, 0, 2)
        from results in Few(Said, 2, 2)
        from words in Said
        select (IReadOnlyList<ChatMessage>)
            [
                new ChatMessage { Role = ChatRole.User, Parts = question },
                .. calls.Count == 0
                    ? Array.Empty<ChatMessage>()
                    :
                    [
                        new ChatMessage
                        {
                            Role = ChatRole.Assistant,
                            Parts = [new TextPart(words)],
                            ToolCalls = calls,
                        },
                        .. calls.Select(
                            (c, i) =>
                                new ChatMessage
                                {
                                    Role = ChatRole.Tool,
                                    ToolCallId = c.Id,
                                    Parts = [new TextPart(results[i])],
                                }
                        ),
                    ],
                Of(ChatRole.Assistant, new TextPart(words)),
            ];

    /// <summary>Requests that both protocols can carry whole.</summary>
    public static readonly Gen<ChatRequest> BothRequests =
        from system in MaybeRef(Said)
        from turns in Few(Turns, 0, 2)
        from last in BothParts
        from tools in Few(
            from name in Word
            from description in MaybeRef(Said)
            from schema in Schema
            from strict in Maybe(Gen.Elements(true, false))
            select new ToolDefinition(name, description, schema, strict),
            0,
            2
        )
        from choice in MaybeRef(Choices)
        from single in Gen.Elements(true, false)
        from stream in Gen.Elements(true, false)
        from cap in Gen.Choose(1, 64_000)
        from temperature in Maybe(Gen.Choose(0, 100).Select(n => n / 100.0))
        from topP in Maybe(Gen.Choose(0, 100).Select(n => n / 100.0))
        from stop in Few(Said, 0, 2)
        from schema in Maybe(Schema)
        select new ChatRequest
        {
            Model = "route",
            Messages =
            [
                .. system is null ? Array.Empty<ChatMessage>() : [Of(ChatRole.System, new TextPart(system))],
                .. turns.SelectMany(t => t),
                new ChatMessage { Role = ChatRole.User, Parts = last },
            ],
            Tools = tools,
            ToolChoice = tools.Count == 0 ? null : choice,
            ParallelToolCalls = tools.Count > 0 && single && choice?.Mode != ToolChoiceMode.None ? false : null,
            Stream = stream,
            IncludeUsage = stream,
            MaxOutputTokens = cap,
            Temperature = temperature,
            TopP = temperature is null ? topP : null,
            Stop = stop,
            ResponseFormat = schema is { } s ? new ResponseFormat(ResponseFormatKind.JsonSchema, "answer", s) : null,
        };

    // ── Answers ──

    static readonly Gen<Usage> Usages =
        from input in Gen.Choose(0, 100_000)
        from read in Gen.Choose(0, 50_000)
        from written in Gen.Choose(0, 5_000)
        from output in Gen.Choose(0, 9_000)
        from reasoning in Gen.Choose(0, 9_000)
        select new Usage
        {
            Input = input,
            CacheRead = read,
            CacheWrite = written,
            Output = output,
            Reasoning = reasoning,
            Source = UsageSource.Reported,
        };

    /// <summary>An answer as both protocols can give it.</summary>
    public static readonly Gen<WholeAnswer> Answers =
        from reasoning in MaybeRef(Text)
        from text in MaybeRef(Text)
        from calls in Few(Calls, 0, 3)
        from finish in Gen.Elements(FinishReason.Stop, FinishReason.Length)
        from usage in Usages
        select new WholeAnswer(reasoning ?? "", text ?? "", "", calls, calls.Count > 0 ? FinishReason.ToolCalls : finish, usage);

    /// <summary>Any events in any order, also such as no provider may send.</summary>
    public static readonly Gen<ModelEvent[]> AnyEvents =
        from events in Gen.Frequency(
                (4, Event(ModelEventKind.Text)),
                (1, Event(ModelEventKind.Reasoning)),
                (1, Event(ModelEventKind.Refusal)),
                (
                    1,
                    from choice in Gen.Choose(0, 2)
                    from signs in Gen.Elements(true, false)
                    select new ModelEvent
                    {
                        Kind = ModelEventKind.Reasoning,
                        Choice = choice,
                        Signature = signs ? "seal" : null,
                        Sealed = signs ? null : "closed",
                    }
                ),
                (
                    4,
                    from choice in Gen.Choose(0, 2)
                    from index in Gen.Choose(0, 2)
                    from id in MaybeRef(CallIds)
                    from name in MaybeRef(Word)
                    from arguments in MaybeRef(Text)
                    select new ModelEvent
                    {
                        Kind = ModelEventKind.ToolCall,
                        Choice = choice,
                        ToolCall = new ToolCallDelta(index, id, name, arguments),
                    }
                ),
                (
                    1,
                    from choice in Gen.Choose(0, 2)
                    from finish in Gen.Elements(Enum.GetValues<FinishReason>())
                    select new ModelEvent
                    {
                        Kind = ModelEventKind.Finish,
                        Choice = choice,
                        Finish = finish,
                    }
                )
            )
            .ListOf()
        from finish in Gen.Elements(Enum.GetValues<FinishReason>())
        from usage in Usages
        select (ModelEvent[])
            [.. events, new ModelEvent { Kind = ModelEventKind.Completed, Completion = new Completion(usage, finish, "m") }];

    static Gen<ModelEvent> Event(ModelEventKind kind) =>
        from choice in Gen.Choose(0, 2)
        from text in Gen.OneOf(Text, Gen.Constant(""))
        select new ModelEvent
        {
            Kind = kind,
            Choice = choice,
            Text = text,
        };
}

/// <summary>What choice 0 of an answer says, however it came.</summary>
sealed record WholeAnswer(string Reasoning, string Text, string Refusal, IReadOnlyList<ToolCall> Calls, FinishReason Finish, Usage Usage)
{
    /// <summary>The fold of events.</summary>
    public static WholeAnswer Of(IEnumerable<ModelEvent> events)
    {
        var answer = new WholeAnswer("", "", "", [], FinishReason.None, default);
        var calls = new SortedDictionary<int, ToolCall>();
        foreach (var e in events.Where(e => e.Choice == 0))
            switch (e.Kind)
            {
                case ModelEventKind.Reasoning:
                    answer = answer with { Reasoning = answer.Reasoning + e.Text };
                    break;
                case ModelEventKind.Text:
                    answer = answer with { Text = answer.Text + e.Text };
                    break;
                case ModelEventKind.Refusal:
                    answer = answer with { Refusal = answer.Refusal + e.Text };
                    break;
                case ModelEventKind.ToolCall:
                    var delta = e.ToolCall!;
                    var call = calls.GetValueOrDefault(delta.Index) ?? new ToolCall(delta.Id ?? "", delta.Name ?? "", "");
                    calls[delta.Index] = call with { Arguments = call.Arguments + delta.Arguments };
                    break;
                case ModelEventKind.Finish:
                    answer = answer with { Finish = e.Finish };
                    break;
                case ModelEventKind.Completed:
                    answer = answer with { Usage = e.Completion!.Usage };
                    break;
            }
        return answer with { Calls = calls.Values.ToList() };
    }
}
