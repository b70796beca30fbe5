using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.Responses;

namespace Portico.Gateway.Wire;

/// <summary>The response as an object: what the caller asked for, repeated, and what came of it so far.</summary>
sealed class ResponsesObject(ModelCall call) : IGivenResponse
{
    readonly ResponsesRequest asked = call.Responses!;
    string? incomplete;
    (string Code, string Message)? error;
    Usage? usage;

    public string Status { get; set; } = "in_progress";
    public Place? Place => null;
    public List<ResponsesItem> Output { get; } = [];

    /// <summary>The caller keeps the conversation itself and wants the seals, or we keep them with it.</summary>
    public bool TellsSeals => asked.WantsSealedReasoning;

    public void Complete(string? reason, Usage final)
    {
        (incomplete, usage) = (reason, final);
        Status = reason is null ? "completed" : "incomplete";
    }

    public void Fail(PorticoException e) => Cut("failed", ErrorOf(e));

    public void Cancel() => Cut("cancelled", null);

    public void Cut(string status, (string Code, string Message)? reason)
    {
        error = reason;
        foreach (var item in Output)
            if (item.Status == "in_progress")
                item.Status = "incomplete";
        Status = status;
    }

    /// <summary>Code and message, in the provider's words where it is the caller's own fault.</summary>
    public static (string Code, string Message) ErrorOf(PorticoException e) =>
        (e.InnerException is UpstreamException { Fault: Fault.Caller, UpstreamCode: { } code } ? code : e.Kind.Code, e.Message);

    /// <summary>A conversation that is kept here is continued with the provider's seals, whether its caller wants them or not.</summary>
    public void WriteKept(Utf8JsonWriter json)
    {
        if (call.Context.Words is not { } words)
        {
            Write(json, withSeals: true);
            return;
        }
        var whole = JsonBytes.Of(this, (inner, of) => of.Write(inner, withSeals: true, words.Request(asked).Said));
        json.WriteRawValue(words.Answer(whole), skipInputValidation: true);
    }

    public IEnumerable<ConversationItem> SaidItems() =>
        Output.Where(i => i.Kind != ResponsesItemKind.FunctionCall || i.Status == "completed").Select(ConversationItem.Of);

    public byte[] ToJson() => JsonBytes.Of(this, static (json, of) => of.Write(json));

    /// <param name="json">Receives the object.</param>
    /// <param name="withSeals">Seals are told although the caller did not ask: for what is kept.</param>
    /// <param name="kept">The members that are repeated, where they are told as they are kept.</param>
    public void Write(Utf8JsonWriter json, bool withSeals = false, IReadOnlyDictionary<string, JsonElement>? kept = null)
    {
        var said = kept ?? call.Context.Words?.Repeated(asked) ?? asked.Said;
        json.WriteStartObject();
        json.WriteString("id"u8, asked.Id.Text);
        json.WriteString("object"u8, "response"u8);
        json.WriteNumber("created_at"u8, call.Context.Record.StartedAtUs / 1_000_000);
        json.WriteString("status"u8, Status);
        json.WriteBoolean("background"u8, asked.Background);
        WriteError(json, error);
        WriteIncomplete(json);
        WriteConversation(json);
        Repeat(json, said, "instructions");
        Repeat(json, said, "max_output_tokens");
        json.WriteString("model"u8, call.RequestedModel);
        json.WriteStartArray("output"u8);
        foreach (var item in Output)
            item.Write(json, withSeals || TellsSeals);
        json.WriteEndArray();
        Repeat(json, said, "parallel_tool_calls", "true"u8);
        Repeat(json, said, "previous_response_id");
        RepeatIfSaid(json, said, "prompt_cache_key");
        Repeat(json, said, "reasoning", """{"effort":null,"summary":null}"""u8);
        RepeatIfSaid(json, said, "safety_identifier");
        WriteTier(json, said);
        json.WriteBoolean("store"u8, asked.Store);
        Repeat(json, said, "temperature");
        Repeat(json, said, "text", """{"format":{"type":"text"}}"""u8);
        Repeat(json, said, "tool_choice", "\"auto\""u8);
        Repeat(json, said, "tools", "[]"u8);
        Repeat(json, said, "top_p");
        // Whether a conversation that is too long is shortened is the route's to say.
        json.WriteString("truncation"u8, "disabled"u8);
        WriteUsage(json);
        Repeat(json, said, "user");
        Repeat(json, said, "metadata", "{}"u8);
        json.WriteEndObject();
    }

    public static void WriteError(Utf8JsonWriter json, (string Code, string Message)? error)
    {
        if (error is not { } e)
        {
            json.WriteNull("error"u8);
            return;
        }
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, e.Code);
        json.WriteString("message"u8, e.Message);
        json.WriteEndObject();
    }

    void WriteConversation(Utf8JsonWriter json)
    {
        if (asked.Conversation is not { } conversation)
            return;
        json.WriteStartObject("conversation"u8);
        json.WriteString("id"u8, conversation);
        json.WriteEndObject();
    }

    void WriteIncomplete(Utf8JsonWriter json)
    {
        if (incomplete is null)
        {
            json.WriteNull("incomplete_details"u8);
            return;
        }
        json.WriteStartObject("incomplete_details"u8);
        json.WriteString("reason"u8, incomplete);
        json.WriteEndObject();
    }

    /// <summary>What was asked, until the provider has told what served (https://platform.openai.com/docs/api-reference/responses/object#service_tier).</summary>
    void WriteTier(Utf8JsonWriter json, IReadOnlyDictionary<string, JsonElement> said)
    {
        if (usage is not { Source: UsageSource.Reported, Class: var served } || !(said.ContainsKey(Tier) || served != PriceClass.Standard))
        {
            RepeatIfSaid(json, said, Tier);
            return;
        }
        json.WriteString(
            Tier,
            served switch
            {
                PriceClass.Priority => "priority",
                PriceClass.Flex => "flex",
                _ => "default",
            }
        );
    }

    const string Tier = "service_tier";

    /// <summary>Disjoint parts back into OpenAI's overlapping numbers.</summary>
    void WriteUsage(Utf8JsonWriter json)
    {
        if (usage is not { } u)
        {
            json.WriteNull("usage"u8);
            return;
        }
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, u.TotalInput);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, u.CacheRead);
        json.WriteNumber("cache_write_tokens"u8, u.CacheWrite + u.CacheWriteLong);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, u.TotalOutput);
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, u.Reasoning);
        json.WriteEndObject();
        json.WriteNumber("total_tokens"u8, u.Total);
        json.WriteEndObject();
    }

    static void Repeat(
        Utf8JsonWriter json,
        IReadOnlyDictionary<string, JsonElement> said,
        string name,
        ReadOnlySpan<byte> otherwise = default
    )
    {
        json.WritePropertyName(name);
        if (said.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null)
            value.WriteTo(json);
        else if (otherwise.IsEmpty)
            json.WriteNullValue();
        else
            json.WriteRawValue(otherwise, skipInputValidation: true);
    }

    static void RepeatIfSaid(Utf8JsonWriter json, IReadOnlyDictionary<string, JsonElement> said, string name)
    {
        if (said.ContainsKey(name))
            Repeat(json, said, name);
    }
}
