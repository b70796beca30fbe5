using System.Buffers;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Bedrock;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>What the tests of this family share: connections, calls, and streams that are read in chosen pieces.</summary>
static class Bedrocks
{
    public const string Nova = "eu.amazon.nova-pro-v1:0";
    public const string Credential =
        $$"""{"access_key_id":"{{ScriptedBedrock.KeyId}}","secret_access_key":"{{ScriptedBedrock.Secret}}","region":"{{ScriptedBedrock.Region}}"}""";

    public static readonly Usage FixtureUsage = new()
    {
        Input = 25,
        CacheRead = 1000,
        CacheWrite = 100,
        CacheWriteLong = 200,
        Output = 59,
        Source = UsageSource.Reported,
    };

    public static readonly ModelEvent[] FixtureEvents =
    [
        new() { Kind = ModelEventKind.Reasoning, Text = "Two towns. " },
        new() { Kind = ModelEventKind.Reasoning, Text = "Ask both." },
        new() { Kind = ModelEventKind.Reasoning, Signature = "EqQBCkgIBxABGAIqQ==" },
        new() { Kind = ModelEventKind.Reasoning, Sealed = "c2VhbGVk" },
        Anthropics.Of(ModelEventKind.Text, "Zürich 🚲 "),
        Anthropics.Of(ModelEventKind.Text, "und 東京."),
        Anthropics.Tool(0, "tooluse_01", "weather", null),
        Anthropics.Tool(0, null, null, "{\"city\": \"Zü"),
        Anthropics.Tool(1, "tooluse_02", "clock", null),
        Anthropics.Tool(0, null, null, "rich\"}"),
        Anthropics.Tool(1, null, null, "{}"),
        .. End(FinishReason.ToolCalls, FixtureUsage),
    ];

    public static ProviderConnection Connection(string url = "http://127.0.0.1:1", string credential = Credential) =>
        new(ConnectionId.New(TimeProvider.System), "bedrock", null, new Uri(url), new Secret(credential));

    public static ProviderCall Call(ChatRequest request, ProviderConnection? connection = null, string model = ConverseFixtures.Model) =>
        Anthropics.Call(request, connection ?? Connection(), model);

    /// <summary>The body that is written for a request.</summary>
    public static string Written(ChatRequest request, string model = ConverseFixtures.Model) => Written(request, out _, model);

    public static string Written(ChatRequest request, out IReadOnlyList<string> dropped, string model = ConverseFixtures.Model)
    {
        var target = new ArrayBufferWriter<byte>();
        dropped = BedrockChatWriter.Write(target, Call(request, model: model));
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }

    public static JsonElement Element(string json) => JsonDocument.Parse(json).RootElement;

    public static ModelEvent[] End(FinishReason finish, Usage usage) =>
        [
            new() { Kind = ModelEventKind.Finish, Finish = finish },
            new() { Kind = ModelEventKind.Completed, Completion = new Completion(usage, finish, null) },
        ];

    /// <summary>Reads a stream whose body arrives in these pieces.</summary>
    public static async Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(params byte[][] reads)
    {
        var connection = Connection();
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var source = new UpstreamBytes(
            new HttpResponseMessage(),
            new Anthropics.PieceStream(reads),
            connection,
            deadline,
            CancellationToken.None
        );
        await using var stream = new BedrockStream(source, connection);
        return await Anthropics.DrainAsync(stream);
    }
}
