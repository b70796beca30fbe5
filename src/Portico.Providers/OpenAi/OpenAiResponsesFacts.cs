using System.Text.Json;
using System.Text.Unicode;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>What is read of an event or of a whole response: who, how it ended, what was used. Nothing is built of the rest.</summary>
struct OpenAiResponsesFacts
{
    /// <summary>Callers' schemas come back in the response: as deep as a body may be, and what stands around it.</summary>
    public const int MaxDepth = 1_024;

    static readonly UpstreamErrorBody Nothing = new(null, null, null, null);
    static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };
    static readonly JsonDocumentOptions Unambiguous = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    public ResponsesEventKind Kind;
    public string? Id;
    public string? Model;
    public string? Status;
    public Usage Usage;
    public bool HasOutput;

    /// <summary>Calls of the provider's tools; null = none that is charged.</summary>
    public OpenAiToolCalls? Tools;

    bool callsFunction;
    PriceClass? served;
    string? incomplete;
    UpstreamErrorBody error;

    public readonly Completion Completion =>
        new(
            Tools?.In(Usage) ?? Usage,
            Status == "incomplete"
                    ? incomplete switch
                    {
                        "max_output_tokens" => FinishReason.Length,
                        "content_filter" => FinishReason.ContentFilter,
                        _ => FinishReason.Other,
                    }
                : callsFunction ? FinishReason.ToolCalls
                : FinishReason.Stop,
            Model
        );

    public readonly UpstreamException Error(ProviderConnection connection) => OpenAiFailure.Of(error, connection);

    /// <summary>Reads one event.</summary>
    /// <param name="name">Of the event's line; may be empty.</param>
    /// <param name="data">The document.</param>
    /// <param name="type">Receives the type, a part of the document or the name.</param>
    /// <exception cref="JsonException">It is no event of this protocol.</exception>
    public static OpenAiResponsesFacts OfEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, out ReadOnlySpan<byte> type)
    {
        var facts = new OpenAiResponsesFacts { error = Nothing };
        type = name;
        var reader = new Utf8JsonReader(data, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Not an object.");
        OpenAiToolCalls? item = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            CheckName(ref reader);
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                    throw new JsonException("The type is no text.");
                type = reader.ValueSpan;
            }
            else if (reader.ValueTextEquals("response"u8))
            {
                reader.Read();
                facts.ReadResponse(ref reader);
            }
            else if (reader.ValueTextEquals("item"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                    OpenAiToolCalls.Read(ref reader, ref item);
                else
                    reader.Skip();
            }
            else
                facts.ReadErrorMember(ref reader);
        }
        // Reads on, so that a second document or a cut one is noticed.
        reader.Read();
        facts.Kind = ResponsesEvents.KindOf(type);
        if (facts.Kind == ResponsesEventKind.ItemDone)
            facts.Tools = item;
        facts.Check(data, type);
        return facts;
    }

    /// <summary>Reads a whole response.</summary>
    /// <exception cref="UpstreamException">It is none, or one that failed.</exception>
    public static OpenAiResponsesFacts OfWhole(ReadOnlySpan<byte> body, ProviderConnection connection)
    {
        var facts = new OpenAiResponsesFacts { error = Nothing };
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            reader.Read();
            facts.ReadResponse(ref reader);
            reader.Read();
            CheckText(body);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's answer is not JSON.", e);
        }
        if (facts.Status == "failed" || (!facts.HasOutput && facts.error.Message is not null))
            throw facts.Error(connection);
        return facts is { HasOutput: true, Status: "completed" or "incomplete" }
            ? facts
            : throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                "The provider's answer is not a response that is complete."
            );
    }

    /// <summary>What is kept and read again must be whole; what only passes need not be looked at so closely.</summary>
    readonly void Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> type)
    {
        if (type.IsEmpty || type.Length > 128 || type.IndexOfAnyExcept(TypeCharacters) >= 0)
            throw new JsonException("The event has no type.");
        if (Kind is ResponsesEventKind.Begun or ResponsesEventKind.ItemAdded or ResponsesEventKind.ItemDone or ResponsesEventKind.End)
            CheckText(data);
        if (Kind == ResponsesEventKind.End && (!HasOutput || Status is not ("completed" or "incomplete")))
            throw new JsonException("The end has no response that is complete.");
    }

    static readonly System.Buffers.SearchValues<byte> TypeCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"u8
    );

    /// <exception cref="JsonException">A text in it is none: not UTF-8, or half of a surrogate pair.</exception>
    static void CheckText(ReadOnlySpan<byte> document)
    {
        if (!Utf8.IsValid(document))
            throw new JsonException("It is not UTF-8.");
        // A member that stands twice would be read in two ways by those who read it again.
        JsonElement.Parse(document, Unambiguous);
        if (document.IndexOf("\\ud"u8) < 0 && document.IndexOf("\\uD"u8) < 0)
            return;
        var reader = new Utf8JsonReader(document, Options);
        try
        {
            while (reader.Read())
                if (reader.ValueIsEscaped && reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                    reader.GetString();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A text holds half of a surrogate pair.", e);
        }
    }

    /// <summary>Who reads the event behind us compares its names with others.</summary>
    /// <exception cref="InvalidOperationException">It holds half of a surrogate pair.</exception>
    static void CheckName(ref Utf8JsonReader r)
    {
        if (r.ValueIsEscaped)
            r.GetString();
    }

    void ReadResponse(ref Utf8JsonReader r)
    {
        if (r.TokenType != JsonTokenType.StartObject)
        {
            if (!r.TrySkip())
                throw new JsonException("It is cut.");
            return;
        }
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            CheckName(ref r);
            if (r.ValueTextEquals("id"u8))
                Id = Text(ref r);
            else if (r.ValueTextEquals("model"u8))
                Model = Text(ref r);
            else if (r.ValueTextEquals("status"u8))
                Status = Text(ref r);
            else if (r.ValueTextEquals("service_tier"u8))
            {
                r.Read();
                served = r.TokenType == JsonTokenType.String ? ServiceTiers.Told(r.ValueSpan) : served;
                r.Skip();
            }
            else if (r.ValueTextEquals("usage"u8))
            {
                r.Read();
                if (r.TokenType == JsonTokenType.StartObject)
                    Usage = OpenAiUsage.ReadUsage(ref r);
                else
                    r.Skip();
            }
            else if (r.ValueTextEquals("incomplete_details"u8))
                ReadIncomplete(ref r);
            else if (r.ValueTextEquals("output"u8))
                ReadOutput(ref r);
            else
                ReadErrorMember(ref r);
        }
        if (served is { } told)
            Usage = Usage with { Class = told };
    }

    void ReadIncomplete(ref Utf8JsonReader r)
    {
        r.Read();
        if (r.TokenType != JsonTokenType.StartObject)
        {
            r.Skip();
            return;
        }
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            if (r.ValueTextEquals("reason"u8))
                incomplete = Text(ref r);
            else
                r.Skip();
    }

    void ReadOutput(ref Utf8JsonReader r)
    {
        r.Read();
        // Where a member stands twice the last one holds.
        HasOutput = r.TokenType == JsonTokenType.StartArray;
        if (!HasOutput)
        {
            r.Skip();
            return;
        }
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
        {
            if (r.TokenType != JsonTokenType.StartObject)
                throw new JsonException("An item is no object.");
            callsFunction |= OpenAiToolCalls.Read(ref r, ref Tools);
        }
    }

    /// <summary>The error is nested in responses and as SDKs look for it, and flat as the reference has it.</summary>
    void ReadErrorMember(ref Utf8JsonReader r)
    {
        if (r.ValueTextEquals("error"u8))
        {
            r.Read();
            if (r.TokenType != JsonTokenType.StartObject)
            {
                r.Skip();
                return;
            }
            while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
                if (r.ValueTextEquals("type"u8))
                    error = error with { Type = Text(ref r) ?? error.Type };
                else
                    ReadErrorMember(ref r);
        }
        else if (r.ValueTextEquals("message"u8))
            error = error with { Message = Text(ref r) ?? error.Message };
        else if (r.ValueTextEquals("code"u8))
            error = error with { Code = Text(ref r) ?? error.Code };
        else if (r.ValueTextEquals("param"u8))
            error = error with { Param = Text(ref r) ?? error.Param };
        else
            r.Skip();
    }

    /// <summary>The value of the member at which the reader stands; null when it is no text.</summary>
    static string? Text(ref Utf8JsonReader r)
    {
        r.Read();
        if (r.TokenType == JsonTokenType.String)
            return r.GetString();
        r.Skip();
        return null;
    }
}
