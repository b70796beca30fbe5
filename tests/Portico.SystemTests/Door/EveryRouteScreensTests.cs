using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>
/// Every route of the door, as the server itself lists them: a card number that stands in a call reaches no provider, and one that a provider says comes back by no wire. A new route without a row here fails.
/// </summary>
public sealed class EveryRouteScreensTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const string Card = "4111 1111 1111 1111";

    /// <summary>Bodies for a route; MODEL and CARD are filled in.</summary>
    static readonly Dictionary<string, string[]> Bodies = new(StringComparer.Ordinal)
    {
        ["/v1/chat/completions"] =
        [
            """{"model":"MODEL","messages":[{"role":"user","content":"pay CARD"}]}""",
            """{"model":"MODEL","stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"pay CARD"}]}]}""",
            """{"model":"MODEL","messages":[{"role":"system","content":"of CARD"},{"role":"developer","content":"CARD"},{"role":"user","content":"x"}]}""",
            """{"model":"MODEL","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","description":"charges CARD","parameters":{"type":"object"}}}]}""",
            """{"model":"MODEL","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"card\":\"CARD\"}"}}]},{"role":"tool","tool_call_id":"1","content":"charged CARD"}]}""",
        ],
        ["/v1/completions"] = ["""{"model":"MODEL","prompt":"pay CARD"}""", """{"model":"MODEL","stream":true,"prompt":"pay CARD"}"""],
        ["/v1/responses"] =
        [
            """{"model":"MODEL","input":"pay CARD"}""",
            """{"model":"MODEL","stream":true,"instructions":"of CARD","input":[{"role":"user","content":[{"type":"input_text","text":"pay CARD"}]}]}""",
        ],
        ["/v1/messages"] =
        [
            """{"model":"MODEL","max_tokens":99,"system":"of CARD","messages":[{"role":"user","content":"pay CARD"}]}""",
            """{"model":"MODEL","max_tokens":99,"stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"pay CARD"}]}]}""",
        ],
        ["/v1/messages/count_tokens"] = ["""{"model":"MODEL","messages":[{"role":"user","content":"pay CARD"}]}"""],
        ["/v1/embeddings"] = ["""{"model":"MODEL","input":["a","pay CARD"]}"""],
        ["/v1/rerank"] =
        [
            """{"model":"MODEL","query":"pay CARD","documents":["a"]}""",
            """{"model":"MODEL","query":"a","documents":["pay CARD"]}""",
        ],
        ["/v2/rerank"] = ["""{"model":"MODEL","query":"a","documents":["pay CARD"]}"""],
        ["/v1/moderations"] = ["""{"model":"MODEL","input":"pay CARD"}"""],
        ["/v1/audio/speech"] = ["""{"model":"MODEL","input":"pay CARD","voice":"alloy"}"""],
        ["/v1/images/generations"] = ["""{"model":"MODEL","prompt":"a card with CARD"}"""],
        ["/v1/images/edits"] = ["FORM prompt"],
        ["/v1/audio/transcriptions"] = ["FORM prompt", "FORM"],
        ["/v1/audio/translations"] = ["FORM prompt"],
    };

    /// <summary>Routes whose texts go nowhere at once, and what shows that they are screened.</summary>
    static readonly Dictionary<string, string> Otherwise = new(StringComparer.Ordinal)
    {
        ["/v1/files"] = "lines of a file are calls of a batch, see below",
        ["/v1/batches"] = "its lines are calls of their own, see below",
        ["/v1/batches/{id}/cancel"] = "no text",
        ["/v1/messages/batches"] = "its requests are calls of their own, see below",
        ["/v1/messages/batches/{id}/cancel"] = "no text",
        ["/v1/responses/{id}/cancel"] = "no text",
        ["/v1/conversations"] = "what is kept is screened: KeptWordsTests",
        ["/v1/conversations/{id}"] = "what is kept is screened: KeptWordsTests",
        ["/v1/conversations/{id}/items"] = "what is kept is screened: KeptWordsTests",
    };

    readonly Node node = shared.Node;

    IEnumerable<string> Routes() =>
        node
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'))
            .Where(p => p.StartsWith("/v1/", StringComparison.Ordinal) || p.StartsWith("/v2/", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);

    static HttpContent ContentOf(string body, string model)
    {
        if (!body.StartsWith("FORM", StringComparison.Ordinal))
            return new StringContent(
                body.Replace("MODEL", model, StringComparison.Ordinal).Replace("CARD", Card, StringComparison.Ordinal),
                Encoding.UTF8,
                "application/json"
            );
        var form = new MultipartFormDataContent { { new StringContent(model), "model" } };
        if (body.EndsWith("prompt", StringComparison.Ordinal))
            form.Add(new StringContent($"of {Card}"), "prompt");
        var file = new ByteArrayContent([1, 2, 3, 4]);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file, "file", "said.wav");
        var image = new ByteArrayContent([0x89, 0x50, 0x4E, 0x47]);
        image.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        form.Add(image, "image", "card.png");
        return form;
    }

    static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    [Fact]
    public void Every_route_that_takes_a_body_is_known()
    {
        var routes = Routes().ToList();
        routes.Count.ShouldBeGreaterThan(15);
        routes.Where(r => !Bodies.ContainsKey(r) && !Otherwise.ContainsKey(r)).ShouldBeEmpty();
        Bodies.Keys.Concat(Otherwise.Keys).Except(routes).ShouldBeEmpty("a row of a route that is no more");
    }

    [Theory]
    [InlineData("redact")]
    [InlineData("tokenise")]
    [InlineData("block")]
    public async Task A_planted_card_number_reaches_no_provider_and_comes_back_by_no_route(string action)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, $"guardrails:\n  cards:\n    detect: [pii.card]\n    action: {action}\n");
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.GoodAsync(http, Upstream.WantsStream(http), "you paid with 5500 0000 0000 0004 today")
        );
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        foreach (var (route, bodies) in Bodies)
        foreach (var body in bodies)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = ContentOf(body, model) };
            using var answer = await house.Door.SendAsync(request);
            var said = await answer.Content.ReadAsStringAsync();
            Digits(said).ShouldNotContain("5500000000000004", Case.Sensitive, $"{route} {body}: {said}");
            if (action != "tokenise")
                Digits(said).ShouldNotContain("4111111111111111", Case.Sensitive, $"{route} {body}: {said}");
            foreach (var sent in upstream.Bodies)
                Digits(sent).ShouldNotContain("4111111111111111", Case.Sensitive, $"{route} {body}: {sent}");
        }
        if (action == "block")
            upstream.Calls.ShouldBeLessThanOrEqualTo(1, "only the transcription without a word of the caller may go");
        else
            upstream.Calls.ShouldBeGreaterThan(8, "texts that can be changed go on");
    }

    [Fact]
    public async Task Lines_of_batches_are_screened_as_the_calls_they_are()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "guardrails:\n  cards:\n    detect: [pii.card]\n    action: redact\n");
        await using var upstream = await Upstream.StartAsync(http => Upstream.WholeAsync(http, "you paid with 5500 0000 0000 0004 today"));
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        var id = await house.Door.BatchAsync(Batching.Line("one", body: Calls.Chat(model, $"pay {Card}")));
        var answers = await house.Door.AnswersAsync(await house.Door.UntilBatchAsync(id, "completed"));
        answers["one"].ToJsonString().ShouldContain("you paid with [redacted:cards] today");
        upstream.Bodies.ShouldHaveSingleItem().ShouldContain("pay [redacted:cards]");
    }
}
