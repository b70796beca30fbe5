using System.Buffers;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Anthropic;
using Portico.Providers.Http;

namespace Portico.Tests.Providers.Anthropic;

/// <summary>What the tests of this family share: connections, calls, and streams that are read in chosen pieces.</summary>
static class Anthropics
{
    public const string Key = "sk-ant-api03-not-a-real-key";

    public static readonly Usage FixtureUsage = new()
    {
        Input = 25,
        CacheRead = 1000,
        CacheWrite = 100,
        CacheWriteLong = 200,
        Output = 59,
        Reasoning = 30,
        Source = UsageSource.Reported,
    };

    public static ProviderConnection Connection(string url = "http://127.0.0.1:1") =>
        new(ConnectionId.New(TimeProvider.System), "anthropic", null, new Uri(url), new Secret(Key));

    public static ChatRequest Ask(string text, bool stream = false) =>
        new()
        {
            Model = "route",
            Messages = [User(text)],
            Stream = stream,
        };

    public static ChatMessage User(string text) => new() { Role = ChatRole.User, Parts = [new TextPart(text)] };

    public static ProviderCall Call(ChatRequest request, ProviderConnection? connection = null, string model = MessagesFixtures.Model) =>
        new()
        {
            Connection = connection ?? Connection(),
            UpstreamModel = model,
            Request = request,
            CallId = CallId.New(TimeProvider.System),
        };

    /// <summary>The body that is written for a request.</summary>
    public static string Written(ChatRequest request) => Written(request, out _);

    public static string Written(ChatRequest request, out IReadOnlyList<string> dropped, string model = MessagesFixtures.Model)
    {
        var target = new ArrayBufferWriter<byte>();
        dropped = AnthropicChatWriter.Write(target, Call(request, model: model));
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }

    public static JsonElement Element(string json) => JsonDocument.Parse(json).RootElement;

    public static ModelEvent Of(ModelEventKind kind, string text) => new() { Kind = kind, Text = text };

    public static ModelEvent Tool(int index, string? id, string? name, string? arguments) =>
        new() { Kind = ModelEventKind.ToolCall, ToolCall = new ToolCallDelta(index, id, name, arguments) };

    public static ModelEvent[] End(FinishReason finish, Usage usage, string model = MessagesFixtures.Model) =>
        [
            new() { Kind = ModelEventKind.Finish, Finish = finish },
            new() { Kind = ModelEventKind.Completed, Completion = new Completion(usage, finish, model) },
        ];

    /// <summary>Everything that comes, and the failure behind it, if any.</summary>
    public static async Task<(List<ModelEvent> Events, UpstreamException? Failure)> DrainAsync(ModelEventStream stream)
    {
        var events = new List<ModelEvent>();
        try
        {
            while (await stream.ReadAsync(CancellationToken.None))
                foreach (var e in stream.Batch.ToArray())
                    // Frames are valid until the next read only.
                    events.Add(e.Kind == ModelEventKind.Frame ? e with { Bytes = e.Bytes.ToArray() } : e);
            return (events, null);
        }
        catch (UpstreamException failure)
        {
            return (events, failure);
        }
    }

    /// <summary>Reads a stream whose body arrives in these pieces.</summary>
    public static async Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(bool asFrames, params byte[][] reads)
    {
        var connection = Connection();
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var source = new UpstreamBytes(new HttpResponseMessage(), new PieceStream(reads), connection, deadline, CancellationToken.None);
        await using var stream = new AnthropicStream(source, connection, asFrames);
        return await DrainAsync(stream);
    }

    public static Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(string text) =>
        ReadAsync(asFrames: false, Encoding.UTF8.GetBytes(text));

    /// <summary>The text of all frames.</summary>
    public static string Frames(IEnumerable<ModelEvent> events) =>
        string.Concat(events.Where(e => e.Kind == ModelEventKind.Frame).Select(e => Encoding.UTF8.GetString(e.Bytes.Span)));

    /// <summary>Each piece comes after a wait: what is there at once would be read together.</summary>
    internal sealed class PieceStream(byte[][] pieces) : MemoryStream
    {
        int next;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            while (next < pieces.Length && pieces[next].Length == 0)
                next++;
            if (next == pieces.Length)
                return 0;
            var piece = pieces[next];
            var n = Math.Min(piece.Length, buffer.Length);
            piece.AsSpan(0, n).CopyTo(buffer.Span);
            pieces[next] = piece[n..];
            return n;
        }
    }
}
