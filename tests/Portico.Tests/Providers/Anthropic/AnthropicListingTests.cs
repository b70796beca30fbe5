using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Anthropic;
using Portico.Providers.Http;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Anthropic.ScriptedAnthropic;

namespace Portico.Tests.Providers.Anthropic;

public sealed class AnthropicListingTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    ProviderFamily Family => AnthropicProvider.Family(http);

    [Fact]
    public async Task Lists_models_over_pages()
    {
        await using var server = await StartAsync(
            Json(
                """{"data":[{"type":"model","id":"claude-opus-4-6","display_name":"Claude Opus 4.6","created_at":"2026-02-05T00:00:00Z","max_input_tokens":1000000,"max_tokens":128000}],"has_more":true,"first_id":"claude-opus-4-6","last_id":"claude-opus-4-6"}"""
            ),
            Json(
                """{"data":[{"type":"model","id":"claude-haiku-4-5-20251001","display_name":"Claude Haiku 4.5","created_at":"2025-10-15T00:00:00Z"}],"has_more":false,"first_id":"claude-haiku-4-5-20251001","last_id":"claude-haiku-4-5-20251001"}"""
            )
        );
        (await Family.Models!.ListModelsAsync(Connection(server.Url), default)).ShouldBe([
            new OfferedModel("claude-opus-4-6", "anthropic", 1_000_000),
            new OfferedModel("claude-haiku-4-5-20251001", "anthropic"),
        ]);
        server.Requests.Select(r => r.Target).ShouldBe(["/v1/models?limit=1000", "/v1/models?limit=1000&after_id=claude-opus-4-6"]);
        server.Requests.ShouldAllBe(r => r.Headers["x-api-key"] == Key && r.Headers["anthropic-version"] == "2023-06-01");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"data\":3}")]
    [InlineData("nothing")]
    public async Task A_listing_of_another_shape_is_told(string body)
    {
        await using var server = await StartAsync(Json(body));
        var e = await Should.ThrowAsync<UpstreamException>(Family.Models!.ListModelsAsync(Connection(server.Url), default));
        e.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
        e.Message.ShouldContain("does not list models as Anthropic does");
    }

    [Fact]
    public async Task A_listing_that_repeats_its_page_ends()
    {
        const string page = """{"data":[{"type":"model","id":"m"}],"has_more":true,"last_id":"m"}""";
        await using var server = await StartAsync(Json(page), Json(page));
        (await Family.Models!.ListModelsAsync(Connection(server.Url), default)).ShouldBe([new OfferedModel("m", "anthropic")]);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_listing_with_a_refused_key_is_told()
    {
        await using var server = await StartAsync(Json(MessagesFixtures.Error("authentication_error", "invalid x-api-key"), 401));
        var e = await Should.ThrowAsync<UpstreamException>(Family.Models!.ListModelsAsync(Connection(server.Url), default));
        e.Fault.ShouldBe(Fault.Credential);
    }
}
