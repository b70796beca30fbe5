using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Aws;
using Portico.Providers.Http;

namespace Portico.Providers.Bedrock;

/// <summary>
/// A streamed answer of ConverseStream. What one read delivers is one batch of decoded events. The head of the message gives none, so that an exception right
/// behind it is still an HTTP status and may go to another deployment.
/// </summary>
sealed class BedrockStream(UpstreamBytes source, ProviderConnection connection) : ModelEventStream
{
    readonly BedrockDecoder decoder = new();
    readonly List<ModelEvent> events = new(8);

    ModelEvent[] given = new ModelEvent[8];
    int count;
    UpstreamException? failure; // found behind events that are given first
    bool primed;

    public override ReadOnlyMemory<ModelEvent> Batch => given.AsMemory(0, count);
    public override Dialect Dialect => Dialect.Canonical;
    public override Usage ReportedUsage => decoder.Reported;

    /// <summary>Reads up to the first batch, so that a failure before it is still an HTTP status.</summary>
    public async Task PrimeAsync(CancellationToken ct)
    {
        if (!await ReadAsync(ct))
            throw Cut();
        primed = true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (primed)
        {
            primed = false;
            return true;
        }
        count = 0;
        while (!decoder.Over)
        {
            if (failure is not null)
                throw failure;
            if (await source.ReadAsync())
                TakeMessages();
            else
                TakeEnd();
            if (Give())
                return true;
        }
        return false;
    }

    void TakeMessages()
    {
        try
        {
            int length;
            while (!decoder.Over && failure is null && (length = EventStream.Read(source.Held.Span, out var message)) > 0)
            {
                TakeMessage(message);
                source.Take(length);
            }
        }
        catch (InvalidDataException e)
        {
            failure = Malformed($"The provider's event stream is broken: {e.Message}.", e);
        }
    }

    void TakeMessage(in EventStreamMessage message)
    {
        if (message.MessageType.SequenceEqual("exception"u8))
        {
            failure = AwsErrors.FromEvent(message.ExceptionType, message.Payload, connection);
            return;
        }
        if (message.MessageType.SequenceEqual("error"u8))
        {
            var code = Encoding.UTF8.GetString(message.ErrorCode);
            failure = AwsErrors.From(0, code, Encoding.UTF8.GetString(message.ErrorMessage), null, connection);
            return;
        }
        try
        {
            decoder.Take(message.EventType, message.Payload, events);
        }
        catch (JsonException e)
        {
            failure = Malformed("The provider sent an event that is not one of ConverseStream.", e);
        }
    }

    /// <summary>The body has ended without the last word: what follows the stop reason is only the usage, which is then counted by us.</summary>
    void TakeEnd()
    {
        if (decoder.Stopped && source.Held.IsEmpty)
            decoder.End(events);
        else
            failure = Cut();
    }

    bool Give()
    {
        count = events.Count;
        if (count == 0)
            return false;
        if (count > given.Length)
            given = new ModelEvent[Math.Max(count, given.Length * 2)];
        events.CopyTo(given);
        events.Clear();
        return true;
    }

    static UpstreamException Cut() =>
        new(ErrorTable.UpstreamCut, Fault.Upstream, "The provider ended the stream before the answer was complete.");

    static UpstreamException Malformed(string message, Exception inner) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);

    public override ValueTask DisposeAsync()
    {
        source.IsOver = decoder.Over;
        return source.DisposeAsync();
    }
}
