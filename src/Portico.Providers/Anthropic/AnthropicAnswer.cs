using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Anthropic;

/// <summary>Reads a plain answer: the body of a message.</summary>
static class AnthropicAnswer
{
    /// <param name="body">The response's body.</param>
    /// <param name="connection">Named in errors.</param>
    /// <param name="asFrame">The caller speaks the same dialect: the body passes as it came.</param>
    /// <param name="servedAt">The class of service where the way of asking decides it; null = the one that the answer names.</param>
    /// <exception cref="UpstreamException">It is an error, or not a message.</exception>
    public static WholeReply Read(ReadOnlyMemory<byte> body, ProviderConnection connection, bool asFrame, PriceClass? servedAt = null)
    {
        var events = new List<ModelEvent>();
        try
        {
            using var document = JsonDocument.Parse(body);
            var message = document.RootElement;
            switch (AnthropicDecoder.Text(message, "type"u8))
            {
                case "error":
                    throw AnthropicErrors.FromBody(body.Span, connection);
                case "message":
                    new AnthropicDecoder().TakeMessage(message, events);
                    break;
                default:
                    throw NotAMessage(null);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NotAMessage(e);
        }
        var completion = events[^1].Completion!;
        if (servedAt is { } served)
            completion = completion with { Usage = completion.Usage with { Class = served } };
        if (asFrame)
            return new WholeReply(body, completion, Dialect.AnthropicMessages);
        events.RemoveAt(events.Count - 1); // WholeReply adds the end
        return new WholeReply(events, completion);
    }

    static UpstreamException NotAMessage(Exception? e) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's answer is not a message of the Messages API.", e);
}
