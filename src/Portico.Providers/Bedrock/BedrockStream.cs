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
sealed class BedrockStream(UpstreamBytes source, ProviderConnection connection) : DecodedStream(source)
{
    readonly BedrockDecoder decoder = new();
    public override Usage ReportedUsage => decoder.Reported;
    protected override bool IsOver => decoder.Over;

    protected override void Decode(bool atEnd)
    {
        if (atEnd)
            TakeEnd();
        else
            TakeMessages();
    }

    void TakeMessages()
    {
        try
        {
            int length;
            while (!decoder.Over && Failure is null && (length = EventStream.Read(Source.Held.Span, out var message)) > 0)
            {
                TakeMessage(message);
                Source.Take(length);
            }
        }
        catch (InvalidDataException e)
        {
            Failure = Malformed($"The provider's event stream is broken: {e.Message}.", e);
        }
    }

    void TakeMessage(in EventStreamMessage message)
    {
        if (message.MessageType.SequenceEqual("exception"u8))
        {
            Failure = AwsErrors.FromEvent(message.ExceptionType, message.Payload, connection);
            return;
        }
        if (message.MessageType.SequenceEqual("error"u8))
        {
            var code = Encoding.UTF8.GetString(message.ErrorCode);
            Failure = AwsErrors.From(0, code, Encoding.UTF8.GetString(message.ErrorMessage), null, connection);
            return;
        }
        try
        {
            decoder.Take(message.EventType, message.Payload, Events);
        }
        catch (UpstreamException e)
        {
            Failure = e;
        }
        catch (JsonException e)
        {
            Failure = Malformed("The provider sent an event that is not one of ConverseStream.", e);
        }
    }

    /// <summary>The body has ended without the last word: what follows the stop reason is only the usage, which is then counted by us.</summary>
    void TakeEnd()
    {
        if (decoder.Stopped && Source.Held.IsEmpty)
            decoder.End(Events);
        else
            Failure = Cut();
    }
}
