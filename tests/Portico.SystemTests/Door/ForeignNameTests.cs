using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Names that people choose and headers cannot hold: of fields that are left out, of models and of connections.</summary>
public sealed class ForeignNameTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const string Message =
        """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Well"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":2,"output_tokens":1}}""";

    readonly Node node = shared.Node;

    static Task AnswerAsync(HttpContext http) => Upstream.JsonAsync(http, 200, Message);

    async Task<HttpResponseMessage> CallAsync(Upstream upstream, params string[] fields)
    {
        var model = "f-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model, family: "anthropic");
        var body = Calls.Chat(model).With("max_tokens", 10);
        foreach (var field in fields)
            body[field] = 1;
        var response = await node.Door.ChatAsync(body);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        return response;
    }

    [Theory]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    [InlineData("a\r\nset-cookie: x=1", "a%0D%0Aset-cookie:%20x=1")]
    [InlineData("one,two", "one%2Ctwo")]
    [InlineData("\u0000", "%00")]
    [InlineData("東京 🌍", "%E6%9D%B1%E4%BA%AC%20%F0%9F%8C%8D")]
    [InlineData("x_plain-100%", "x_plain-100%")]
    public async Task A_field_of_any_name_is_told_as_left_out_and_the_answer_arrives(string name, string told)
    {
        await using var upstream = await Upstream.StartAsync(AnswerAsync);
        using var response = await CallAsync(upstream, name);
        response.Header("x-portico-dropped-fields").ShouldBe(told);
        response.Headers.Contains("set-cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task Thousands_of_fields_with_long_names_do_not_fill_the_header()
    {
        await using var upstream = await Upstream.StartAsync(AnswerAsync);
        using var response = await CallAsync(upstream, [.. Enumerable.Range(0, 3_000).Select(i => $"x{i}_" + new string('y', 200))]);
        var told = response.Header("x-portico-dropped-fields")!;
        told.Length.ShouldBeLessThan(4_096);
        told.ShouldStartWith("x0_yyyy");
        told.ShouldEndWith(",(and-2968-more)");
    }

    [Fact]
    public async Task A_model_a_route_and_a_connection_may_have_names_in_any_language()
    {
        await using var upstream = await Upstream.StartAsync();
        var model = "modèle-" + Guid.NewGuid().ToString("N")[..8];
        var connection = await node.Admin.PostAsync(
            "/api/connections",
            new JsonObject
            {
                ["name"] = "zürich-" + Guid.NewGuid().ToString("N")[..8],
                ["family"] = "openai",
                ["base_url"] = new Uri(upstream.Address, "/v1").ToString(),
                ["credential"] = "sk-canary",
            }
        );
        var added = await node.Admin.PostAsync("/api/models", new JsonObject { ["name"] = model, ["approve"] = true });
        await node.PriceAsync(
            model,
            new JsonObject
            {
                ["usd_per_mtok"] = new JsonObject { ["input"] = "1", ["output"] = "1" },
            }
        );
        await node.Admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = added.Text("id"),
                ["connection_id"] = connection.Text("id"),
                ["upstream_model"] = "up-1",
            }
        );
        foreach (var stream in new[] { false, true })
        {
            upstream.Answer = http => Upstream.GoodAsync(http, stream);
            using var response = await node.Door.ChatAsync(model, stream);
            ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
            response.Header("x-portico-model")!.ShouldStartWith("mod%C3%A8le-");
            response.Header("x-portico-provider")!.ShouldStartWith("z%C3%BCrich-");
        }
    }
}
