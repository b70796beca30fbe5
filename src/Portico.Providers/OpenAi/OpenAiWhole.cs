using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>A plain answer in OpenAI's form: as it came for callers of that form, decoded for others.</summary>
static class OpenAiWhole
{
    /// <param name="body">The answer.</param>
    /// <param name="call">What it answers.</param>
    /// <param name="servedAt">The class of service where the way of asking decides it; null = the one that the answer names.</param>
    /// <exception cref="UpstreamException">It is not an answer, or tells of an error.</exception>
    public static WholeReply Read(ReadOnlyMemory<byte> body, ProviderCall call, PriceClass? servedAt = null)
    {
        var facts = Scan(body.Span);
        if (facts.HasFailed)
            throw OpenAiFailure.Of(body.Span, call.Connection);
        // Nothing was answered: what stands there instead is an error in words of its own, or of another protocol.
        if (facts.ChoicesEmpty)
            throw UpstreamErrors.Parse(body.Span) is { Message: not null } error
                ? UpstreamErrors.From(502, error, null, call.Connection)
                : new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's answer is not a chat completion.");
        var completion = new Completion(facts.Usage with { Class = servedAt ?? facts.Usage.Class }, facts.Finish, facts.Model);
        return call.WantsFrames(Dialect.OpenAiChat)
            ? new WholeReply(body, completion, Dialect.OpenAiChat)
            : new WholeReply(Decoded(body.Span), completion);
    }

    static List<ModelEvent> Decoded(ReadOnlySpan<byte> body)
    {
        var events = new List<ModelEvent>();
        try
        {
            OpenAiAnswerDecoder.Decode(body, events);
            return events;
        }
        catch (JsonException e)
        {
            throw new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's answer is not a chat completion.", e);
        }
    }

    /// <summary>The usage of an answer to embed.</summary>
    /// <exception cref="UpstreamException">It is not one, or tells of an error.</exception>
    public static Usage OfEmbeddings(ReadOnlySpan<byte> body, ProviderConnection connection)
    {
        var facts = Scan(body);
        if (facts.HasFailed)
            throw OpenAiFailure.Of(body, connection);
        // Quotes inside of a string are escaped: it is a member, or there is none.
        if (body.IndexOf("\"data\""u8) < 0)
            throw new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's answer holds no embeddings.");
        return facts.Usage;
    }

    public static OpenAiFacts Scan(ReadOnlySpan<byte> body)
    {
        try
        {
            return OpenAiUsage.Scan(body);
        }
        catch (JsonException e)
        {
            throw new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's answer is not JSON.", e);
        }
    }
}
