using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>
/// Turns events of a stream or a whole answer into canonical events, in all forms. Pure but for its own state. The end of a stream is the end of its body:
/// usage may follow the reason to finish (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/datatypes/StreamOptions).
/// </summary>
/// <param name="seed">Different in each call: models of Cohere give their calls of tools no ids, and callers need some.</param>
sealed class OciDecoder(string seed)
{
    /// <summary>The most choices that are followed.</summary>
    const int MaxChoices = 128;

    readonly SortedDictionary<int, Open> choices = [];
    Usage usage;
    string? model;

    public Usage Reported => usage;

    /// <summary>Every choice that was begun has its reason to finish.</summary>
    public bool Stopped => choices.Count > 0 && choices.Values.All(c => c.Finish != FinishReason.None);

    /// <summary>The end was given.</summary>
    public bool Over { get; private set; }

    /// <summary>Takes one event.</summary>
    /// <returns>False when it tells of an error; <paramref name="data"/> is its body.</returns>
    /// <exception cref="JsonException">It is not a JSON object of the protocol.</exception>
    /// <exception cref="UpstreamException">The provider gave the answer up.</exception>
    public bool Take(ReadOnlySpan<byte> data, List<ModelEvent> into)
    {
        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        var e = document.RootElement;
        if (reader.Read() || e.ValueKind != JsonValueKind.Object)
            throw new JsonException("Not one JSON object.");
        try
        {
            return TakeObject(e, into);
        }
        catch (InvalidOperationException broken)
        {
            // A text that is not UTF-8, a number that is none.
            throw new JsonException("A member of the event is not valid.", broken);
        }
    }

    bool TakeObject(JsonElement e, List<ModelEvent> into)
    {
        var isAnswer = e.TryGetProperty("message"u8, out var message) && message.ValueKind == JsonValueKind.Object;
        if (
            !isAnswer
            && (e.TryGetProperty("error"u8, out _) || (e.TryGetProperty("code"u8, out _) && message.ValueKind == JsonValueKind.String))
        )
            return false;
        TakeUsage(e);
        if (OciJson.Text(e, "apiFormat"u8) == "COHERE" || e.TryGetProperty("text"u8, out _))
            TakeCohere(e, into);
        else if (isAnswer || OciJson.Text(e, "finishReason"u8) is not null)
            TakeChoice(e, into);
        return true;
    }

    /// <summary>Takes a whole answer: the events that a stream of it would have given, the end included.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="UpstreamException">The provider gave the answer up.</exception>
    public void TakeAnswer(JsonElement root, List<ModelEvent> into)
    {
        model = OciJson.Text(root, "modelId"u8);
        var answer = OciJson.Member(root, "chatResponse"u8);
        TakeUsage(answer);
        if (OciJson.Text(answer, "apiFormat"u8) == "COHERE")
            TakeCohere(answer, into);
        else if (OciJson.Text(answer, "apiFormat"u8) == "COHEREV2")
            TakeChoice(answer, into);
        else if (OciJson.Member(answer, "choices"u8) is { ValueKind: JsonValueKind.Array } list)
            foreach (var choice in list.EnumerateArray())
                TakeChoice(choice, into);
        if (!Stopped)
            throw new JsonException("Not an answer of OCI Generative AI.");
        End(into);
    }

    /// <summary>The body has ended where it may.</summary>
    public void End(List<ModelEvent> into)
    {
        if (Over)
            return;
        Over = true;
        foreach (var (index, choice) in choices)
            into.Add(
                new ModelEvent
                {
                    Kind = ModelEventKind.Finish,
                    Choice = index,
                    Finish = choice.Finish,
                }
            );
        into.Add(
            new ModelEvent { Kind = ModelEventKind.Completed, Completion = new Completion(usage, choices.Values.First().Finish, model) }
        );
    }

    void TakeUsage(JsonElement e)
    {
        if (OciJson.Member(e, "usage"u8) is { ValueKind: JsonValueKind.Object } told)
            usage = Usage.Max(usage, OciJson.Usage(told));
    }

    Open Choice(int index)
    {
        if (index is < 0 or >= MaxChoices)
            throw new JsonException("A choice has an index that none has.");
        return choices.TryGetValue(index, out var open) ? open : choices[index] = new Open();
    }

    // ── The generic form, and Cohere's second, whose one choice stands bare ──

    void TakeChoice(JsonElement e, List<ModelEvent> into)
    {
        var index = OciJson.Member(e, "index"u8) is { ValueKind: JsonValueKind.Number } i
            ? i.TryGetInt32(out var n)
                ? n
                : -1
            : 0;
        var choice = Choice(index);
        var message = OciJson.Member(e, "message"u8);
        Add(ModelEventKind.Reasoning, OciJson.Text(message, "reasoningContent"u8), index, into);
        Add(ModelEventKind.Reasoning, OciJson.Text(message, "toolPlan"u8), index, into);
        if (OciJson.Member(message, "content"u8) is { ValueKind: JsonValueKind.Array } parts)
            foreach (var part in parts.EnumerateArray())
                if (OciJson.Text(part, "type"u8) is null or "TEXT")
                    Add(ModelEventKind.Text, OciJson.Text(part, "text"u8), index, into);
                else if (OciJson.Text(part, "type"u8) == "THINKING")
                    Add(ModelEventKind.Reasoning, OciJson.Text(part, "thinking"u8), index, into);
        Add(ModelEventKind.Refusal, OciJson.Text(message, "refusal"u8), index, into);
        if (OciJson.Member(message, "toolCalls"u8) is { ValueKind: JsonValueKind.Array } calls)
            foreach (var call in calls.EnumerateArray())
                TakeCall(choice, index, call, into);
        if (OciJson.Text(e, "finishReason"u8) is not { Length: > 0 } reason)
            return;
        if (reason is "ERROR")
            throw new UpstreamException(ErrorTable.UpstreamFailed, Fault.Upstream, $"The model gave the answer up ({reason}).");
        choice.Finish = Finish(reason);
    }

    /// <summary>A fragment with an id or a name of its own begins a call; one with neither goes on with the last.</summary>
    void TakeCall(Open choice, int index, JsonElement call, List<ModelEvent> into)
    {
        var id = OciJson.Text(call, "id"u8) is { Length: > 0 } given ? given : null;
        // Cohere's second form wraps them as OpenAI does.
        var function = OciJson.Member(call, "function"u8) is { ValueKind: JsonValueKind.Object } inner ? inner : call;
        var name = OciJson.Text(function, "name"u8) is { Length: > 0 } named ? named : null;
        var arguments = OciJson.Text(function, "arguments"u8);
        var at = id is null ? (name is null ? choice.Ids.Count - 1 : -1) : choice.Ids.IndexOf(id);
        if (at < 0)
        {
            if (name is null)
                throw new JsonException("A call of a function without its name.");
            at = choice.Ids.Count;
            choice.Ids.Add(id ?? Id(index, at, name));
            into.Add(Call(index, at, choice.Ids[at], name, arguments ?? ""));
        }
        else if (!string.IsNullOrEmpty(arguments))
            into.Add(Call(index, at, null, null, arguments));
    }

    static FinishReason Finish(string reason) =>
        reason.ToUpperInvariant() switch
        {
            "STOP" or "COMPLETE" or "STOP_SEQUENCE" or "EOS" => FinishReason.Stop,
            "LENGTH" or "MAX_TOKENS" => FinishReason.Length,
            "TOOL_CALLS" or "TOOL_CALL" or "FUNCTION_CALL" => FinishReason.ToolCalls,
            "CONTENT_FILTER" or "SAFETY" or "ERROR_TOXIC" => FinishReason.ContentFilter,
            _ => FinishReason.Other,
        };

    // ── Cohere's form ──

    void TakeCohere(JsonElement e, List<ModelEvent> into)
    {
        var choice = Choice(0);
        var reason = OciJson.Text(e, "finishReason"u8) is { Length: > 0 } given ? given : null;
        var calls =
            OciJson.Member(e, "toolCalls"u8) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list : default;
        // The last event, and one of calls, repeat the text that came in pieces before.
        var repeats = choice.HasText && (reason is not null || calls.ValueKind == JsonValueKind.Array);
        if (!repeats && OciJson.Text(e, "text"u8) is { Length: > 0 } text)
        {
            choice.HasText = true;
            Add(ModelEventKind.Text, text, 0, into);
        }
        if (calls.ValueKind == JsonValueKind.Array && !(reason is not null && choice.Ids.Count > 0))
            foreach (var call in calls.EnumerateArray())
                TakeCohereCall(choice, call, into);
        if (reason is null)
            return;
        if (reason is "ERROR" or "ERROR_LIMIT")
            throw new UpstreamException(ErrorTable.UpstreamFailed, Fault.Upstream, $"The model gave the answer up ({reason}).");
        choice.Finish = choice.Ids.Count > 0 && reason == "COMPLETE" ? FinishReason.ToolCalls : Finish(reason);
    }

    void TakeCohereCall(Open choice, JsonElement call, List<ModelEvent> into)
    {
        var name = OciJson.Text(call, "name"u8) ?? throw new JsonException("A call of a tool without its name.");
        var arguments = OciJson.Member(call, "parameters"u8) is { ValueKind: JsonValueKind.Object } parameters
            ? parameters.GetRawText()
            : "{}";
        var at = choice.Ids.Count;
        choice.Ids.Add(Id(0, at, name));
        into.Add(Call(0, at, choice.Ids[at], name, arguments));
    }

    string Id(int choice, int number, string name)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{seed}|{choice}|{number}|{name}");
        return "call_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
    }

    static ModelEvent Call(int choice, int index, string? id, string? name, string arguments) =>
        new()
        {
            Kind = ModelEventKind.ToolCall,
            Choice = choice,
            ToolCall = new ToolCallDelta(index, id, name, arguments),
        };

    static void Add(ModelEventKind kind, string? text, int choice, List<ModelEvent> into)
    {
        if (!string.IsNullOrEmpty(text))
            into.Add(
                new ModelEvent
                {
                    Kind = kind,
                    Choice = choice,
                    Text = text,
                }
            );
    }

    sealed class Open
    {
        public FinishReason Finish { get; set; }
        public bool HasText { get; set; }
        public List<string> Ids { get; } = [];
    }
}
