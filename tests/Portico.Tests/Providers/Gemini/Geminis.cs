using System.Buffers;
using System.Text;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;

namespace Portico.Tests.Providers.Gemini;

/// <summary>What the tests of this family share: connections, calls, and streams that are read in chosen pieces.</summary>
static class Geminis
{
    public const string Key = "AIzaSy-not-a-real-key-0123456789";
    public const string Model = "gemini-2.5-flash";

    public static ProviderConnection Connection(string url = "http://127.0.0.1:1", string key = Key) =>
        new(ConnectionId.New(TimeProvider.System), "gemini", null, new Uri(url), new Secret(key));

    public static ProviderCall Call(ChatRequest request, ProviderConnection? connection = null, string model = Model) =>
        new()
        {
            Connection = connection ?? Connection(),
            UpstreamModel = model,
            Request = request,
            CallId = CallId.New(TimeProvider.System),
        };

    public static EmbeddingCall Embed(ProviderConnection connection, string model, EmbeddingRequest request) =>
        new(connection, model, request, null, CallId.New(TimeProvider.System));

    /// <summary>The body that is written for a request, and what was left out.</summary>
    public static string Written(
        ChatRequest request,
        out IReadOnlyList<string> dropped,
        string model = Model,
        GeminiHost host = GeminiHost.GeminiApi
    )
    {
        var target = new ArrayBufferWriter<byte>();
        dropped = GeminiChatWriter.Write(target, Call(request, model: model), host);
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }

    /// <summary>Reads a stream whose body arrives in these pieces.</summary>
    public static async Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(params byte[][] pieces)
    {
        var connection = Connection();
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var source = new UpstreamBytes(
            new HttpResponseMessage(),
            new Anthropics.PieceStream(pieces),
            connection,
            deadline,
            CancellationToken.None
        );
        await using var stream = new GeminiStream(source, connection);
        return await Anthropics.DrainAsync(stream);
    }

    public static Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(string text) =>
        ReadAsync(Encoding.UTF8.GetBytes(text));

    public static async Task<List<ModelEvent>> WholeAsync(string body)
    {
        var (events, failure) = await Anthropics.DrainAsync(GeminiAnswer.Read(Encoding.UTF8.GetBytes(body), Connection()));
        failure.ShouldBeNull();
        return events;
    }

    public static string Line(ModelEvent e) =>
        e.Kind switch
        {
            ModelEventKind.ToolCall => $"{e.Choice} ToolCall {e.ToolCall}",
            ModelEventKind.Finish => $"{e.Choice} Finish {e.Finish}",
            ModelEventKind.Completed => $"Completed {e.Completion!.Finish} by {e.Completion.ServedModel}",
            ModelEventKind.Reasoning when e.Signature is not null => $"{e.Choice} Signature {e.Signature}",
            _ => $"{e.Choice} {e.Kind} {e.Text}",
        };
}
