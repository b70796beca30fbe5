using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers;

/// <summary>
/// What a JSON document of a single call's answer, or an event of its stream, says beside the answer itself. Its long texts (images, audio in base 64) are
/// read over.
/// </summary>
struct SingleFacts
{
    public Usage Usage;
    public string? Type;
    public string? Model;

    /// <summary>It holds what was asked for.</summary>
    public bool HasAnswer;
    public bool HasError;

    public readonly Completion ToCompletion() => new(Usage, FinishReason.Stop, Model);

    /// <summary>Reads a whole answer.</summary>
    /// <exception cref="UpstreamException">It is not JSON, tells of an error, or lacks what was asked for.</exception>
    public static SingleFacts ReadAnswer(CallKind kind, ReadOnlySpan<byte> body, ProviderConnection connection)
    {
        SingleFacts facts;
        try
        {
            facts = Scan(kind, body);
        }
        catch (JsonException e)
        {
            throw new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's answer is not JSON.", e);
        }
        if (facts.HasAnswer)
            return facts;
        if (facts.HasError && UpstreamErrors.Parse(body) is { Message: not null } error)
            throw UpstreamErrors.From(502, error, null, connection);
        throw new UpstreamException(
            ErrorTable.UpstreamMalformed,
            Fault.Upstream,
            $"The provider's answer has no '{AnswerMember(kind)}', which an answer of this kind has."
        );
    }

    static string AnswerMember(CallKind kind) =>
        kind switch
        {
            CallKind.Rerank or CallKind.Moderation => "results",
            CallKind.Transcription or CallKind.Translation => "text",
            _ => "data",
        };

    /// <exception cref="JsonException">The document is not JSON.</exception>
    public static SingleFacts Scan(CallKind kind, ReadOnlySpan<byte> document)
    {
        try
        {
            return ScanObject(kind, document);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A text of the document is not valid.", e);
        }
    }

    static SingleFacts ScanObject(CallKind kind, ReadOnlySpan<byte> document)
    {
        var facts = new SingleFacts();
        var answer = AnswerMember(kind);
        var reader = new Utf8JsonReader(document);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Not an object.");
        double? seconds = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isAnswer = reader.ValueTextEquals(answer);
            var isUsage = reader.ValueTextEquals("usage"u8);
            var isMeta = reader.ValueTextEquals("meta"u8);
            var isError = reader.ValueTextEquals("error"u8);
            var isType = reader.ValueTextEquals("type"u8);
            var isModel = reader.ValueTextEquals("model"u8);
            var isDuration = reader.ValueTextEquals("duration"u8);
            reader.Read();
            if (isUsage || isMeta)
            {
                using var value = JsonDocument.ParseValue(ref reader);
                var read = isUsage ? SingleUsage.Read(kind, value.RootElement) : SingleUsage.OfMeta(value.RootElement);
                facts.Usage = Usage.Max(facts.Usage, read);
                continue;
            }
            facts.HasAnswer |= isAnswer && reader.TokenType is (JsonTokenType.StartArray or JsonTokenType.String);
            facts.HasError |= isError && reader.TokenType is (JsonTokenType.StartObject or JsonTokenType.String);
            if (isType && reader.TokenType == JsonTokenType.String)
                facts.Type = reader.GetString();
            else if (isModel && reader.TokenType == JsonTokenType.String)
                facts.Model = reader.GetString();
            else if (isDuration && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var length))
                seconds = length;
            else
                reader.Skip();
        }
        // Reads on, so that a second document or a cut one is noticed.
        reader.Read();
        if (kind is CallKind.Transcription or CallKind.Translation && facts.Usage.Source == UsageSource.None && seconds is { } told)
            facts.Usage = SingleUsage.OfSeconds(told);
        return facts;
    }
}
