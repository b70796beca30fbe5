using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>Reads a plain answer of generateContent.</summary>
static class GeminiAnswer
{
    /// <param name="body">The answer.</param>
    /// <param name="connection">Named in errors.</param>
    /// <param name="served">The class of service that its head named.</param>
    /// <param name="billed">The class that it is billed at, whatever it names.</param>
    /// <exception cref="UpstreamException">It is an error, or not an answer.</exception>
    public static WholeReply Read(
        ReadOnlyMemory<byte> body,
        ProviderConnection connection,
        PriceClass? served = null,
        PriceClass? billed = null
    )
    {
        var events = new List<ModelEvent>();
        var decoder = new GeminiDecoder(served);
        try
        {
            if (!decoder.Take(body.Span, events))
                throw GoogleErrors.FromBody(body.Span, connection);
        }
        catch (JsonException e)
        {
            throw NotAnAnswer(e);
        }
        // Neither content nor a reason: nothing was answered.
        if (!decoder.Stopped && !decoder.OutputSeen)
            throw NotAnAnswer(null);
        decoder.End(events);
        var completion = events[^1].Completion!;
        events.RemoveAt(events.Count - 1); // WholeReply adds the end
        if (billed is { } at)
            completion = completion with { Usage = completion.Usage with { Class = at } };
        return new WholeReply(events, completion);
    }

    static UpstreamException NotAnAnswer(Exception? e) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's answer is not one of Gemini's generateContent.", e);
}
