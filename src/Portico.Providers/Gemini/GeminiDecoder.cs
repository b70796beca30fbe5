using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>
/// Turns chunks of generateContent into canonical events; a plain answer is one chunk. Pure but for its own state: open choices, usage. Parts that this
/// version does not know are passed over, as clients of a growing protocol must; parts that hold an answer which we cannot carry are a failure.
/// </summary>
/// <param name="served">The class of service that the head of the answer named, null where it named none.</param>
sealed partial class GeminiDecoder(PriceClass? served = null)
{
    /// <summary>The most candidates that are followed; the protocol gives at most eight.</summary>
    const int MaxCandidates = 128;

    readonly SortedDictionary<int, OpenChoice> choices = [];
    GeminiUsage usage = new() { Head = served };
    string? servedModel;
    string? responseId;
    string? blocked;
    int unfinished; // choices that were begun and have no reason yet

    /// <summary>Model output was seen.</summary>
    public bool OutputSeen { get; private set; }

    /// <summary>Every candidate has its end, or the prompt was blocked: what follows can only refine the usage.</summary>
    public bool Stopped => blocked is not null || (choices.Count > 0 && unfinished == 0);

    /// <summary>Usage reported so far.</summary>
    public Usage Reported => usage.ToUsage();

    /// <summary>Takes one chunk.</summary>
    /// <returns>False when it tells of an error; <paramref name="data"/> is its body.</returns>
    /// <exception cref="JsonException">It is not a JSON object of the protocol.</exception>
    /// <exception cref="UpstreamException">The model broke off, or answered with what cannot be carried.</exception>
    public bool Take(ReadOnlySpan<byte> data, List<ModelEvent> into)
    {
        if (servedModel is not null && TryTakeText(data, into))
            return true;
        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        if (reader.Read())
            throw new JsonException("Not one JSON document.");
        var root = Sure(document.RootElement, JsonValueKind.Object);
        try
        {
            if (root.TryGetProperty("error"u8, out _))
                return false;
            TakeHead(root);
            if (Member(root, "candidates"u8) is { ValueKind: not JsonValueKind.Undefined } candidates)
                foreach (var candidate in Sure(candidates, JsonValueKind.Array).EnumerateArray())
                    TakeCandidate(Sure(candidate, JsonValueKind.Object), into);
            return true;
        }
        catch (InvalidOperationException e)
        {
            // A text that is not UTF-8 or holds half a surrogate pair.
            throw new JsonException("A text of the chunk is not valid.", e);
        }
    }

    /// <summary>Ends the answer: the reasons of all choices, then the end itself.</summary>
    public void End(List<ModelEvent> into)
    {
        if (blocked is not null && choices.Count == 0)
            Choice(0).Reason = blocked;
        var first = FinishReason.Other;
        foreach (var (index, choice) in choices)
        {
            var finish = Finish(choice);
            if (index == 0 || choices.Count == 1)
                first = finish;
            if (finish == FinishReason.ContentFilter && Refusal(choice) is { } why)
                into.Add(
                    new ModelEvent
                    {
                        Kind = ModelEventKind.Refusal,
                        Choice = index,
                        Text = why,
                    }
                );
            into.Add(
                new ModelEvent
                {
                    Kind = ModelEventKind.Finish,
                    Choice = index,
                    Finish = finish,
                }
            );
        }
        into.Add(new ModelEvent { Kind = ModelEventKind.Completed, Completion = new Completion(usage.ToUsage(), first, servedModel) });
    }

    FinishReason Finish(OpenChoice choice) =>
        blocked is not null && choice.Reason == blocked ? FinishReason.ContentFilter
        : choice.Reason is null ? FinishReason.Other
        : GeminiFinish.Of(choice.Reason) is var reason && reason == FinishReason.Stop && choice.Calls > 0 ? FinishReason.ToolCalls
        : reason;

    /// <summary>What a person reads of a refusal: Google's own words where it gave any, and always the reason, as support asks for it.</summary>
    string? Refusal(OpenChoice choice) =>
        blocked is not null && choice.Reason == blocked ? $"Google blocked the prompt ({blocked})."
        : choice.Message is { Length: > 0 } message ? message
        : choice.HasOutput ? null
        : $"Google withheld the answer ({choice.Reason}).";

    static void Take(ref GeminiUsage usage, ReadOnlySpan<byte> told)
    {
        var reader = new Utf8JsonReader(told);
        reader.Read();
        usage.Take(ref reader);
    }

    void TakeHead(JsonElement root)
    {
        servedModel ??= Text(root, "modelVersion"u8);
        responseId ??= Text(root, "responseId"u8);
        if (root.TryGetProperty("usageMetadata"u8, out var told))
            Take(ref usage, JsonMarshal.GetRawUtf8Value(told));
        if (Text(Member(root, "promptFeedback"u8), "blockReason"u8) is { } reason and not "BLOCK_REASON_UNSPECIFIED")
            blocked ??= reason;
    }

    void TakeCandidate(JsonElement candidate, List<ModelEvent> into)
    {
        var index =
            Member(candidate, "index"u8) is { ValueKind: JsonValueKind.Number } given && given.TryGetInt32(out var number) ? number : 0;
        if (index is < 0 or >= MaxCandidates)
            throw new JsonException("The index of a candidate is not one.");
        var choice = Choice(index);
        if (Member(candidate, "content"u8) is { ValueKind: not JsonValueKind.Undefined } content)
            if (Member(Sure(content, JsonValueKind.Object), "parts"u8) is { ValueKind: not JsonValueKind.Undefined } parts)
                foreach (var part in Sure(parts, JsonValueKind.Array).EnumerateArray())
                    TakePart(index, choice, Sure(part, JsonValueKind.Object), into);
        if (Text(candidate, "finishReason"u8) is not { } reason || reason == "FINISH_REASON_UNSPECIFIED")
            return;
        if (choice.Reason is null)
            unfinished--;
        choice.Reason = reason;
        choice.Message = Text(candidate, "finishMessage"u8) ?? choice.Message;
        if (GeminiFinish.IsBroken(reason))
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"The model broke off its answer ({reason}): it wrote a call of a function that is not valid. Asking again may help."
            );
    }

    void TakePart(int index, OpenChoice choice, JsonElement part, List<ModelEvent> into)
    {
        var signature = Text(part, "thoughtSignature"u8);
        if (Member(part, "functionCall"u8) is { ValueKind: not JsonValueKind.Undefined } call)
        {
            // The seal belongs to the thinking before the call.
            AddSignature(index, signature, into);
            TakeCall(index, choice, Sure(call, JsonValueKind.Object), into);
            return;
        }
        if (Text(part, "text"u8) is { Length: > 0 } text)
        {
            OutputSeen = choice.HasOutput = true;
            into.Add(
                new ModelEvent
                {
                    Kind = Member(part, "thought"u8).ValueKind == JsonValueKind.True ? ModelEventKind.Reasoning : ModelEventKind.Text,
                    Choice = index,
                    Text = text,
                }
            );
        }
        else if (part.TryGetProperty("inlineData"u8, out _) || part.TryGetProperty("fileData"u8, out _))
            throw new UpstreamException(
                ErrorTable.UnsupportedByModel,
                Fault.Model,
                "The model answered with an image, sound or file, which a chat answer here cannot carry. Use a model that answers in text."
            );
        AddSignature(index, signature, into);
    }

    static void AddSignature(int index, string? signature, List<ModelEvent> into)
    {
        if (!string.IsNullOrEmpty(signature))
            into.Add(
                new ModelEvent
                {
                    Kind = ModelEventKind.Reasoning,
                    Choice = index,
                    Signature = GeminiSignature.ToCaller(signature),
                }
            );
    }

    /// <summary>A call comes whole. Its id is the provider's, or one of ours that is the same whenever the same answer is read.</summary>
    void TakeCall(int index, OpenChoice choice, JsonElement call, List<ModelEvent> into)
    {
        var name = Text(call, "name"u8) ?? throw new JsonException("A call of a function without its name.");
        var args = Member(call, "args"u8);
        var arguments = args.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
            ? "{}"
            : Sure(args, JsonValueKind.Object).GetRawText();
        OutputSeen = choice.HasOutput = true;
        var number = choice.Calls++;
        var id = Text(call, "id"u8) is { Length: > 0 } given ? given : IdOf(index, number, name);
        into.Add(
            new ModelEvent
            {
                Kind = ModelEventKind.ToolCall,
                Choice = index,
                ToolCall = new ToolCallDelta(number, id, name, arguments),
            }
        );
    }

    string IdOf(int index, int number, string name)
    {
        var seed = string.Create(CultureInfo.InvariantCulture, $"{responseId}|{index}|{number}|{name}");
        return "call_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)).AsSpan(0, 12));
    }

    OpenChoice Choice(int index)
    {
        if (!choices.TryGetValue(index, out var choice))
        {
            choices[index] = choice = new OpenChoice();
            unfinished++;
        }
        return choice;
    }

    static JsonElement Sure(JsonElement element, JsonValueKind kind) =>
        element.ValueKind == kind ? element : throw new JsonException($"A {element.ValueKind} where a {kind} belongs.");

    internal static JsonElement Member(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    internal static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    sealed class OpenChoice
    {
        public string? Reason { get; set; }
        public string? Message { get; set; }
        public int Calls { get; set; }
        public bool HasOutput { get; set; }
    }
}
