using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.Anthropic;
using Portico.Providers.Bedrock;
using Portico.Providers.Cohere;
using Portico.Providers.Gemini;
using Portico.Providers.OpenAi;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Repository;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>
/// Requests with broken bytes: a reader gives a call or says in a sentence what is wrong with it. A call that was read can be written for every family, or is
/// refused there with a sentence too. PORTICO_LONG_TESTS=1 draws a million of each.
/// </summary>
public sealed class RequestFuzzTests
{
    static readonly int Inputs = Mutations.Inputs(4_000);
    const string Folder = "tests/Portico.Tests/Gateway/Wire/Fixtures";

    static readonly string[] Snippets =
    [
        "{",
        "}",
        "[",
        "]",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "\"",
        "\\",
        ",",
        "null",
        "true",
        "-1",
        "0.5",
        "1e999",
        "99999999999999999999",
        "\"\\ud800\"",
        "\\udc00",
        "\uFEFF",
        "\0",
        "\"stream\":true,",
        "\"model\":null,",
        "\"tools\":[{}],",
        "\"tool_choice\":\"required\",",
        "\"role\":\"tool\",",
        "\"role\":\"assistant\",",
        "\"role\":\"system\",",
        "\"content\":[],",
        "\"content\":null,",
        "\"content\":\"\",",
        "\"type\":\"image\",",
        "\"type\":\"tool_result\",",
        "\"type\":\"function_call\",",
        "\"type\":\"item_reference\",",
        "\"type\":\"reasoning\",",
        "\"name\":\"\",",
        "\"arguments\":\"{\",",
        "\"url\":\"data:;base64,\",",
        "\"x_new\":{\"a\":[1]},",
    ];

    static readonly string[] Values =
    [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1.5",
        "1e300",
        "99999999999999999999",
        "\"\"",
        "\"x\"",
        "\"auto\"",
        "\"none\"",
        "\"required\"",
        "\"tool\"",
        "\"assistant\"",
        "\"system\"",
        "\"user\"",
        "\"text\"",
        "\"image_url\"",
        "\"input_image\"",
        "\"tool_use\"",
        "\"tool_result\"",
        "\"thinking\"",
        "\"function_call\"",
        "\"function_call_output\"",
        "\"item_reference\"",
        "\"reasoning\"",
        "\"{\"",
        "\"{\\\"a\\\":1}\"",
        "\"data:image/png;base64,AAAA\"",
        "\"data:;base64,\"",
        "\"https://example.org/x.png\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{\"type\":\"text\",\"text\":\"x\"}]",
        "{\"type\":\"text\"}",
        "{\"type\":\"function\",\"name\":\"x\"}",
        "{\"type\":\"object\",\"properties\":{}}",
        "{\"type\":\"ephemeral\"}",
        "{\"role\":\"assistant\",\"content\":\"\"}",
        "{\"role\":\"tool\",\"tool_call_id\":\"x\",\"content\":\"y\"}",
    ];

    static byte[][] Fixtures(string kind) =>
        [.. Directory.GetFiles(Repo.PathOf($"{Folder}/{kind}"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    static readonly CallId Id = CallId.New(TimeProvider.System);

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("completions")]
    [InlineData("embeddings")]
    public void A_request_with_broken_bytes_is_a_call_or_an_error_with_a_sentence(string wire)
    {
        var good = wire switch
        {
            "chat" => Fixtures("requests"),
            "responses" or "messages" => Fixtures(wire),
            "completions" =>
            [
                """{"model":"m","prompt":["Say"],"max_tokens":5,"stop":["\n"],"stream":true,"logprobs":null,"user":"u"}"""u8.ToArray(),
            ],
            _ =>
            [
                """{"model":"m","input":["a","b"],"dimensions":8,"encoding_format":"base64","input_type":"x"}"""u8.ToArray(),
                """{"model":"m","input":[[1,2],[3]]}"""u8.ToArray(),
            ],
        };
        var seed = Mutations.Seed();
        var random = new Random(seed);
        var (read, refused, sent) = (0, 0, 0);
        for (var i = 0; i < Inputs; i++)
        {
            var document = good[random.Next(good.Length)];
            // Most broken bytes are no JSON at all: half of the inputs are, and something else in the one place or the other.
            var bytes = (i & 1) == 0 ? Mutations.Of(document, Snippets, random) : Mutations.OfJson(document, Values, random);
            try
            {
                if (Read(wire, bytes) is not { } call)
                    refused++;
                else if (++read > 0 && call.Request is not null)
                    sent += SentTo(call.Request, call.Body, i);
            }
            // Anything but an error of the caller's comes out of here and fails the test.
            catch (Exception e)
            {
                throw new ShouldAssertException($"seed {seed}, input {i}: {Convert.ToBase64String(bytes)}", e);
            }
        }
        // The run saw both.
        read.ShouldBeGreaterThan(Inputs / 20, $"seed {seed}");
        refused.ShouldBeGreaterThan(Inputs / 10, $"seed {seed}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Inputs} inputs: {read} read, {refused} refused, {sent} bodies written");
    }

    static (ChatRequest? Request, WireBody? Body)? Read(string wire, byte[] bytes)
    {
        try
        {
            switch (wire)
            {
                case "chat":
                    var chat = OpenAiChatReader.Read(bytes);
                    return (chat.Request, chat.Body);
                case "messages":
                    var message = MessagesReader.Read(bytes);
                    return (message.Request, message.Body);
                case "completions":
                    return (CompletionsReader.Read(bytes).Request, null);
                case "responses":
                    return (ResponsesReader.Read(bytes, ResponseId.Of(Id)).Chat, null);
                default:
                    OpenAiEmbeddingReader.Read(bytes);
                    return (null, null);
            }
        }
        catch (PorticoException e)
        {
            e.Kind.Status.ShouldBeInRange(400, 499);
            e.Message.Length.ShouldBeGreaterThan(10);
            e.Message.ShouldEndWith(".");
            return null;
        }
    }

    /// <summary>The body that one of the families is sent, by turns: JSON, or a refusal with a sentence.</summary>
    static int SentTo(ChatRequest request, WireBody? body, int turn)
    {
        var dialect = body?.Dialect ?? Dialect.OpenAiResponses;
        var call = Anthropics.Call(request) with { Body = body, ReplyDialect = dialect };
        var target = new ArrayBufferWriter<byte>(1_024);
        ReadOnlyMemory<byte> sent;
        try
        {
            switch (turn % 7)
            {
                case 0:
                    sent = OpenAiBody.For(call, OpenAiPresets.Find("mistral", "openai"));
                    break;
                case 1:
                    OpenAiChatWriter.Write(target, call, OpenAiPresets.Find("groq", "openai"));
                    sent = target.WrittenMemory;
                    break;
                case 2:
                    sent = AnthropicBody.For(call).Bytes;
                    break;
                case 3:
                    AnthropicChatWriter.Write(target, call);
                    sent = target.WrittenMemory;
                    break;
                case 4:
                    BedrockChatWriter.Write(target, call with { UpstreamModel = "anthropic.claude-sonnet-4-5-20250929-v1:0" });
                    sent = target.WrittenMemory;
                    break;
                case 5:
                    sent = GeminiReplies.Body(call with { UpstreamModel = "gemini-2.5-flash" }, GeminiHost.Vertex).Body;
                    break;
                default:
                    CohereChatWriter.Write(target, call);
                    sent = target.WrittenMemory;
                    break;
            }
        }
        catch (UpstreamException e)
        {
            e.Fault.ShouldBe(Fault.Model);
            e.Message.ShouldEndWith(".");
            return 0;
        }
        JsonDocument.Parse(sent, new JsonDocumentOptions { MaxDepth = 1_000 }).Dispose();
        return 1;
    }

    [Theory]
    [InlineData(
        "chat",
        """{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"\udc00":1}}}]}"""
    )]
    [InlineData(
        "messages",
        """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"f","input_schema":{"a":"\uD800"}}]}"""
    )]
    [InlineData("responses", """{"model":"m","input":"x","tools":[{"type":"function","name":"f","parameters":{"a":"\ud800"}}]}""")]
    [InlineData("embeddings", """{"model":"m","input":"x","x_new":{"\udfff":1}}""")]
    public void Half_a_surrogate_pair_in_what_is_not_read_is_the_callers_error(string wire, string body)
    {
        Read(wire, System.Text.Encoding.UTF8.GetBytes(body)).ShouldBeNull();
        var whole = body.Replace("\\udc00", "\\ud83d\\udeb2", StringComparison.Ordinal)
            .Replace("\\udfff", "\\ud83d\\udeb2", StringComparison.Ordinal)
            .Replace("\\uD800", "\\uD83D\\uDEB2", StringComparison.Ordinal)
            .Replace("\\ud800", "\\ud83d\\udeb2", StringComparison.Ordinal);
        Read(wire, System.Text.Encoding.UTF8.GetBytes(whole)).ShouldNotBeNull();
    }
}
