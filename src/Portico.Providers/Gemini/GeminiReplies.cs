using System.Buffers;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Gemini;

/// <summary>Bodies and readers of generateContent, the same for both hosts.</summary>
static class GeminiReplies
{
    /// <summary>Behind a model's address.</summary>
    public static string Method(bool stream) => stream ? ":streamGenerateContent?alt=sse" : ":generateContent";

    public static (ReadOnlyMemory<byte> Body, IReadOnlyList<string> Dropped) Body(ProviderCall call, GeminiHost host)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        var dropped = GeminiChatWriter.Write(target, call, host);
        Refusals.Losses(call.RefusesLosses, dropped);
        return (target.WrittenMemory, dropped);
    }

    public static ReplyReader Reader(ProviderConnection connection)
    {
        PriceClass? served = null;
        return new ReplyReader(
            (source, ct) => BeginAsync(source, connection, served, ct),
            body => GeminiAnswer.Read(body, connection, served)
        )
        {
            Head = response => served = GoogleTiers.Told(response),
        };
    }

    static async Task<ModelEventStream> BeginAsync(
        UpstreamBytes source,
        ProviderConnection connection,
        PriceClass? served,
        CancellationToken ct
    )
    {
        var stream = new GeminiStream(source, connection, served);
        try
        {
            await stream.PrimeAsync(ct);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
