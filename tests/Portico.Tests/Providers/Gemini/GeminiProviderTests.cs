using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using Portico.Tests.Repository;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Gemini;

/// <summary>The family over HTTP, against a server that wants the key where https://ai.google.dev/api says.</summary>
public sealed class GeminiProviderTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    ProviderFamily Family => GeminiProvider.Family(http);

    static string Fixture(string name) => File.ReadAllText(Repo.PathOf($"tests/Portico.Tests/Providers/Gemini/Fixtures/answers/{name}"));

    [Fact]
    public void Both_families_are_registered_with_chat_embeddings_and_listing()
    {
        using var services = new ServiceCollection().AddProviders().BuildServiceProvider();
        foreach (var name in new[] { "gemini", "vertex" })
        {
            var family = services.GetRequiredService<ProviderRegistry>().Get(name);
            family.NativeDialect.ShouldBe(Dialect.Canonical);
            (family.Chat is null || family.Embeddings is null || family.Models is null).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("", "gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:generateContent")]
    [InlineData("/v1beta", "models/gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:generateContent")]
    [InlineData("/v1beta/", "tunedModels/mine-1", "/v1beta/tunedModels/mine-1:generateContent")]
    public async Task Sends_key_and_body_to_the_model_and_gives_a_plain_answer(string path, string model, string target)
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, _) => FakeGoogle.JsonAsync(context, 200, Fixture("plain.json"));
        var call = Geminis.Call(Ask("Hi") with { User = "ada" }, Geminis.Connection(google.Url + path), model) with { OutputCap = 50 };
        var reply = await Family.Chat!.ChatAsync(call, default);

        var got = google.Requests.ShouldHaveSingleItem();
        (got.Method, got.Target).ShouldBe(("POST", target));
        got.Headers["content-type"].ShouldBe("application/json");
        got.Headers.ContainsKey("authorization").ShouldBeFalse();
        JsonNode.Parse(got.Body)!["generationConfig"]!["maxOutputTokens"]!.GetValue<int>().ShouldBe(50);
        reply.DroppedFields.ShouldBe(["user"]);
        reply.Events.IsWhole.ShouldBeTrue();
        var (events, failure) = await DrainAsync(reply.Events);
        failure.ShouldBeNull();
        events
            .Select(Geminis.Line)
            .ShouldBe(["0 Text Zürich liegt an der Limmat. 🚲", "0 Finish Stop", "Completed Stop by gemini-2.5-flash"]);
    }

    [Fact]
    public async Task Asks_for_a_stream_of_events_and_gives_it()
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, _) => FakeGoogle.SseAsync(context, Fixture("stream.sse").Split("\n\n").Select(e => e + "\n\n").ToArray());
        var reply = await Family.Chat!.ChatAsync(Geminis.Call(Ask("Hi", stream: true), Geminis.Connection(google.Url)), default);
        google.Requests.Single().Target.ShouldBe("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
        await using var stream = reply.Events;
        var (events, failure) = await DrainAsync(stream);
        failure.ShouldBeNull();
        string.Concat(events.Where(e => e.Kind == ModelEventKind.Text).Select(e => e.Text)).ShouldBe("Zürich und 東京 🚲.");
        stream.ReportedUsage.Output.ShouldBe(6);
    }

    [Fact]
    public async Task A_stalled_body_behind_the_last_reason_is_an_end()
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = async (context, _) =>
        {
            await FakeGoogle.SseAsync(context, Fixture("stream.sse"));
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        var connection = Geminis.Connection(google.Url);
        connection = connection with { Timeouts = connection.Timeouts with { Idle = TimeSpan.FromMilliseconds(200) } };
        var reply = await Family.Chat!.ChatAsync(Geminis.Call(Ask("Hi", stream: true), connection), default);
        await using var stream = reply.Events;
        var (events, failure) = await DrainAsync(stream);
        failure.ShouldBeNull();
        events[^1].Completion!.Finish.ShouldBe(FinishReason.Stop);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_key_is_the_connections_fault_and_says_what_to_do(bool stream)
    {
        await using var google = await FakeGoogle.StartAsync();
        var connection = Geminis.Connection(google.Url, "AIzaSy-some-other-key");
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Family.Chat!.ChatAsync(Geminis.Call(Ask("Hi", stream), connection), default)
        );
        e.Fault.ShouldBe(Fault.Credential);
        e.Message.ShouldContain(connection.Id.ToString());
        e.Message.ShouldContain("Give the connection a valid key");
        google.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_limit_says_when_to_come_back()
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, _) => FakeGoogle.JsonAsync(context, 429, GoogleErrorTests.Exhausted);
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Family.Chat!.ChatAsync(Geminis.Call(Ask("Hi"), Geminis.Connection(google.Url)), default)
        );
        (e.Fault, e.RetryAfter).ShouldBe((Fault.RateLimit, TimeSpan.FromSeconds(34.5)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_of_the_other_kind_is_malformed(bool stream)
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, _) =>
            stream ? FakeGoogle.JsonAsync(context, 200, Fixture("plain.json")) : FakeGoogle.SseAsync(context, Fixture("stream.sse"));
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Family.Chat!.ChatAsync(Geminis.Call(Ask("Hi", stream), Geminis.Connection(google.Url)), default)
        );
        e.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    // https://ai.google.dev/api/embeddings#method:-models.batchembedcontents
    [Theory]
    [InlineData(null, "[0.5,-0.25]")]
    [InlineData("base64", "\"AAAAPwAAgL4=\"")]
    public async Task Embeds_texts_in_batches_and_keeps_their_order(string? format, string first)
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, body) =>
        {
            var texts = JsonNode.Parse(body)!["requests"]!.AsArray().Count;
            var vectors = string.Join(',', Enumerable.Repeat("""{"values":[0.5,-0.25]}""", texts));
            return FakeGoogle.JsonAsync(
                context,
                200,
                $$"""{"embeddings":[{{vectors}}],"usageMetadata":{"promptTokenCount":{{3 * texts}} } }"""
            );
        };
        var request = new EmbeddingRequest
        {
            Model = "route",
            Inputs = Enumerable.Range(0, 101).Select(i => $"text {i}").ToList(),
            Dimensions = 2,
            EncodingFormat = format,
        };
        var reply = await Family.Embeddings!.EmbedAsync(
            Geminis.Embed(Geminis.Connection(google.Url), "gemini-embedding-001", request),
            default
        );
        google.Requests.Select(r => JsonNode.Parse(r.Body)!["requests"]!.AsArray().Count).ShouldBe([100, 1]);
        google.Requests[0].Target.ShouldBe("/v1beta/models/gemini-embedding-001:batchEmbedContents");
        JsonNode.Parse(google.Requests[1].Body)!["requests"]![0]!
            .ToJsonString()
            .ShouldBe("""{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"text 100"}]},"outputDimensionality":2}""");
        reply.Usage.ShouldBe(new Usage { Input = 303, Source = UsageSource.Reported });
        var answer = JsonNode.Parse(reply.OpenAiBody.Span)!;
        answer["data"]!.AsArray().Count.ShouldBe(101);
        answer["data"]![100]!["index"]!.GetValue<int>().ShouldBe(100);
        answer["data"]![0]!["embedding"]!.ToJsonString().ShouldBe(first);
        answer["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(303);
    }

    [Fact]
    public async Task Embeddings_that_are_missing_or_of_token_ids_are_refused()
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, _) => FakeGoogle.JsonAsync(context, 200, """{"embeddings":[{"values":[1]}]}""");
        var connection = Geminis.Connection(google.Url);
        var two = Geminis.Embed(connection, "m", new EmbeddingRequest { Model = "route", Inputs = ["a", "b"] });
        (await Should.ThrowAsync<UpstreamException>(() => Family.Embeddings!.EmbedAsync(two, default))).Kind.ShouldBe(
            ErrorTable.UpstreamMalformed
        );
        var ids = Geminis.Embed(
            connection,
            "m",
            new EmbeddingRequest
            {
                Model = "route",
                TokenInputs =
                [
                    [1, 2],
                ],
            }
        );
        (await Should.ThrowAsync<UpstreamException>(() => Family.Embeddings!.EmbedAsync(ids, default))).Kind.ShouldBe(
            ErrorTable.UnsupportedByModel
        );
    }

    // https://ai.google.dev/api/models#method:-models.list
    [Fact]
    public async Task Lists_what_can_be_called_page_by_page()
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, _) =>
            FakeGoogle.JsonAsync(
                context,
                200,
                context.Request.Query.ContainsKey("pageToken")
                    ? """{"models":[{"name":"models/gemini-embedding-001","inputTokenLimit":2048,"supportedGenerationMethods":["embedContent"]}]}"""
                    : """
                    {"models":[{"name":"models/gemini-2.5-flash","inputTokenLimit":1048576,"outputTokenLimit":65536,"supportedGenerationMethods":["generateContent","countTokens"]},
                      {"name":"models/imagen-4.0-generate-001","supportedGenerationMethods":["predict"]}],"nextPageToken":"p 2"}
                    """
            );
        (await Family.Models!.ListModelsAsync(Geminis.Connection(google.Url), default)).ShouldBe([
            new OfferedModel("gemini-2.5-flash", "google", 1_048_576),
            new OfferedModel("gemini-embedding-001", "google", 2_048),
        ]);
        google.Requests.Select(r => r.Target).ShouldBe(["/v1beta/models?pageSize=1000", "/v1beta/models?pageSize=1000&pageToken=p%202"]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"models\":7}")]
    [InlineData("<html>")]
    public async Task Another_list_is_malformed(string body)
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, _) => FakeGoogle.JsonAsync(context, 200, body);
        var e = await Should.ThrowAsync<UpstreamException>(() => Family.Models!.ListModelsAsync(Geminis.Connection(google.Url), default));
        e.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }
}
