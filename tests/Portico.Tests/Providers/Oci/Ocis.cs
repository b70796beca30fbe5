using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.Oci;
using Portico.Tests.Providers.Anthropic;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Oci;

/// <summary>
/// What the tests of this family share. Documents are written by hand after https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/datatypes/GenericChatResponse and
/// …/CohereChatResponse, …/CohereChatResponseV2; events of a stream hold one choice, or the whole text again at the end of Cohere's.
/// </summary>
static class Ocis
{
    public const string Llama = "meta.llama-3.3-70b-instruct";
    public const string CommandR = "cohere.command-r-plus-08-2024";
    public const string CommandA = "cohere.command-a-03-2025";
    public const string Seed = "call_seed";

    public static string Pem => ScriptedOci.Key.ExportPkcs8PrivateKeyPem();

    public static string Json(Action<JsonObject>? change = null)
    {
        var credential = new JsonObject
        {
            ["user"] = ScriptedOci.User,
            ["tenancy"] = ScriptedOci.Tenancy,
            ["fingerprint"] = ScriptedOci.Fingerprint,
            ["private_key"] = Pem,
            ["compartment_id"] = ScriptedOci.Compartment,
        };
        change?.Invoke(credential);
        return credential.ToJsonString();
    }

    public static string Encrypted(string passphrase) =>
        ScriptedOci.Key.ExportEncryptedPkcs8PrivateKeyPem(
            passphrase,
            new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2_000)
        );

    public const string Generic = """
        {"modelId":"meta.llama-3.3-70b-instruct","modelVersion":"1.0.0","chatResponse":{"apiFormat":"GENERIC","timeCreated":"2026-11-25T12:00:00Z",
         "choices":[{"index":0,"message":{"role":"ASSISTANT","reasoningContent":"Two towns.","content":[{"type":"TEXT","text":"Zürich 🚲"}],
           "toolCalls":[{"type":"FUNCTION","id":"chatcmpl-tool-1","name":"weather","arguments":"{\"city\":\"Bern\"}"},{"type":"FUNCTION","id":"chatcmpl-tool-2","name":"clock","arguments":""}]},
           "finishReason":"tool_calls","logprobs":{}}],
         "usage":{"promptTokens":40,"completionTokens":20,"totalTokens":60,"promptTokensDetails":{"cachedTokens":16},"completionTokensDetails":{"reasoningTokens":5}}}}
        """;

    public const string Cohere = """
        {"modelId":"cohere.command-r-plus-08-2024","modelVersion":"1.0","chatResponse":{"apiFormat":"COHERE","text":"I look.","chatHistory":[{"role":"USER","message":"Hi"}],
         "finishReason":"COMPLETE","toolCalls":[{"name":"weather","parameters":{"city":"Bern"}}],"usage":{"promptTokens":40,"completionTokens":20,"totalTokens":60}}}
        """;

    public const string CohereV2 = """
        {"modelId":"cohere.command-a-03-2025","modelVersion":"1.0","chatResponse":{"apiFormat":"COHEREV2","id":"r1","message":{"role":"ASSISTANT","toolPlan":"I ask.",
          "content":[{"type":"THINKING","thinking":"Two towns."},{"type":"TEXT","text":"Zürich 🚲"}],"citations":[],
          "toolCalls":[{"id":"weather_1","type":"FUNCTION","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"}},{"id":"clock_2","type":"FUNCTION","function":{"name":"clock","arguments":"{}"}}]},
         "finishReason":"TOOL_CALL","usage":{"promptTokens":40,"completionTokens":20,"totalTokens":60,"promptTokensDetails":{"cachedTokens":16},"completionTokensDetails":{"reasoningTokens":5}}}}
        """;

    public static readonly string[] CohereV2Events =
    [
        """{"apiFormat":"COHEREV2","message":{"role":"ASSISTANT","content":[{"type":"THINKING","thinking":"Two towns."}]},"pad":"aaa"}""",
        """{"apiFormat":"COHEREV2","message":{"role":"ASSISTANT","content":[{"type":"TEXT","text":"Zürich "}]},"pad":"a"}""",
        """{"apiFormat":"COHEREV2","message":{"role":"ASSISTANT","content":[{"type":"TEXT","text":"🚲"}]}}""",
        """{"apiFormat":"COHEREV2","message":{"role":"ASSISTANT","toolCalls":[{"id":"weather_1","type":"FUNCTION","function":{"name":"weather","arguments":""}}]}}""",
        """{"apiFormat":"COHEREV2","message":{"role":"ASSISTANT","toolCalls":[{"id":"weather_1","type":"FUNCTION","function":{"arguments":"{\"city\":\"Bern\"}"}}]}}""",
        """{"apiFormat":"COHEREV2","finishReason":"TOOL_CALL","usage":{"promptTokens":40,"completionTokens":20,"totalTokens":60,"promptTokensDetails":{"cachedTokens":16},"completionTokensDetails":{"reasoningTokens":5}}}""",
    ];

    public static readonly string[] GenericEvents =
    [
        """{"index":0,"message":{"role":"ASSISTANT","reasoningContent":"Two towns."},"pad":"aaaaaaaaa"}""",
        """{"index":0,"message":{"role":"ASSISTANT","content":[{"type":"TEXT","text":"Zürich "}]},"pad":"aaaa"}""",
        """{"index":0,"message":{"role":"ASSISTANT","content":[{"type":"TEXT","text":"🚲"}]},"pad":"aaaaaaa"}""",
        """{"index":0,"message":{"role":"ASSISTANT","toolCalls":[{"type":"FUNCTION","id":"chatcmpl-tool-1","name":"weather","arguments":""}]}}""",
        """{"index":0,"message":{"role":"ASSISTANT","toolCalls":[{"type":"FUNCTION","arguments":"{\"city\":"}]}}""",
        """{"index":0,"message":{"role":"ASSISTANT","toolCalls":[{"type":"FUNCTION","id":"chatcmpl-tool-1","arguments":"\"Bern\"}"},{"type":"FUNCTION","id":"chatcmpl-tool-2","name":"clock","arguments":"{}"}]}}""",
        """{"index":0,"message":{"role":"ASSISTANT","content":[]},"finishReason":"tool_calls","pad":"a"}""",
        """{"usage":{"promptTokens":40,"completionTokens":20,"totalTokens":60,"promptTokensDetails":{"cachedTokens":16},"completionTokensDetails":{"reasoningTokens":5}}}""",
    ];

    public static readonly string[] CohereEvents =
    [
        """{"apiFormat":"COHERE","text":"I "}""",
        """{"apiFormat":"COHERE","text":"look."}""",
        """{"apiFormat":"COHERE","text":"I look.","toolCalls":[{"name":"weather","parameters":{"city":"Bern"}}]}""",
        """{"apiFormat":"COHERE","text":"I look.","chatHistory":[{"role":"USER","message":"Hi"},{"role":"CHATBOT","message":"I look."}],"finishReason":"COMPLETE","toolCalls":[{"name":"weather","parameters":{"city":"Bern"}}],"usage":{"promptTokens":40,"completionTokens":20,"totalTokens":60}}""",
    ];

    public static readonly Usage GenericUsage = new()
    {
        Input = 24,
        CacheRead = 16,
        Output = 15,
        Reasoning = 5,
        Source = UsageSource.Reported,
    };

    public static readonly Usage CohereUsage = new()
    {
        Input = 40,
        Output = 20,
        Source = UsageSource.Reported,
    };

    public static ModelEvent[] Events(string? model) =>
        [
            Of(ModelEventKind.Reasoning, "Two towns."),
            Of(ModelEventKind.Text, "Zürich "),
            Of(ModelEventKind.Text, "🚲"),
            Tool(0, "chatcmpl-tool-1", "weather", ""),
            Tool(0, null, null, "{\"city\":"),
            Tool(0, null, null, "\"Bern\"}"),
            Tool(1, "chatcmpl-tool-2", "clock", "{}"),
            .. End(FinishReason.ToolCalls, GenericUsage, model!),
        ];

    public static string Sse(params string[] events) => string.Concat(events.Select(e => $"data: {e}\n\n"));

    public static ProviderConnection Connection(string url = "http://127.0.0.1:1", string? credential = null) =>
        new(ConnectionId.New(TimeProvider.System), "oci", null, new Uri(url), new Secret(credential ?? Json()));

    public static string Written(ChatRequest request, string model, out IReadOnlyList<string> dropped)
    {
        var target = new ArrayBufferWriter<byte>();
        var named = OciModel.Of(model);
        var call = Call(request, Connection(credential: "{}"), model);
        dropped = named.Format switch
        {
            OciFormat.Cohere => OciCohereWriter.Write(target, call, named, "ocid1.compartment"),
            OciFormat.CohereV2 => OciCohereV2Writer.Write(target, call, named, "ocid1.compartment"),
            _ => OciGenericWriter.Write(target, call, named, "ocid1.compartment"),
        };
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }

    public static async Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(params byte[][] pieces)
    {
        var connection = Connection(credential: "{}");
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var source = new UpstreamBytes(
            new HttpResponseMessage(),
            new Anthropics.PieceStream(pieces),
            connection,
            deadline,
            CancellationToken.None
        );
        await using var stream = new OciStream(source, connection, Seed);
        return await DrainAsync(stream);
    }

    public static Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(string text) =>
        ReadAsync(Encoding.UTF8.GetBytes(text));
}
