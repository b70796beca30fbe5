using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Models;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Models.Cards;

public sealed class CardApiTests(PostgresServer server)
{
    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_card_is_the_catalogues_until_one_is_entered_over_the_version_that_was_read(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var model = await api.PostAsync("/api/models", """{"name":"gpt-5"}""");
        var address = $"/api/models/{model["id"]}/card";

        var first = await api.GetAsync(address);
        (first["origin"], first.Tag).ShouldBe(("catalogue", "\"v0\""));
        first.Json["card"]!["retirement"]!["date"]!.GetValue<string>().ShouldBe("2026-12-11");

        const string Body = """{"licence":{"id":"MIT"},"terms":{"trains_on_data":false,"regions":["eu"]},"inputs":["text"]}""";
        (await api.SendAsync(HttpMethod.Put, address, Body)).Status.ShouldBe(428);
        var put = await api.SendAsync(HttpMethod.Put, address, Body, ("If-Match", first.Tag!));
        (put.Status, put.Tag).ShouldBe((200, "\"v1\""), put.Text);
        (await api.SendAsync(HttpMethod.Put, address, Body, ("If-Match", first.Tag!))).Status.ShouldBe(412);

        var now = await api.GetAsync(address);
        (now["origin"], now["updated_by"]).ShouldBe(("entered", "test"));
        now.Json["card"]!["terms"]!["regions"]![0]!.GetValue<string>().ShouldBe("eu");
        now.Json["card"]!["retirement"].ShouldBeNull("the card that was entered is the whole card");
        (await api.SendAsync(HttpMethod.Delete, $"/api/models/{model["id"]}", null, ("If-Match", "*"))).Status.ShouldBe(204);
        (await api.GetAsync(address)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_bad_card_is_refused_with_every_field_and_changes_nothing()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var model = await api.PostAsync("/api/models", """{"name":"house/own"}""");
        var address = $"/api/models/{model["id"]}/card";
        var refused = await api.SendAsync(
            HttpMethod.Put,
            address,
            """
            {"source":{"url":"ftp://x"},"licence":{"id":"not a licence"},"terms":{"retention_days":-1,"regions":["EU"]},"inputs":["smell","text","text"],
             "evaluations":[{"name":"","metric":"f1","value":"1"}]}
            """,
            ("If-Match", "*")
        );
        (refused.Status, refused["param"]).ShouldBe((400, "source.url"), refused.Text);
        var problems = refused.Json["problems"]!.AsArray().Select(p => p!.GetValue<string>().Split(':')[0]);
        problems.ShouldBe([
            "source.url",
            "licence.id",
            "terms.retention_days",
            "terms.regions[0]",
            "inputs[0]",
            "inputs[2]",
            "evaluations[0].name",
        ]);
        (await api.SendAsync(HttpMethod.Put, address, """{"colour":"blue"}""", ("If-Match", "*")))["param"].ShouldBe("colour");
        (await api.GetAsync(address))["origin"].ShouldBe("none");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_card_moves_between_models_as_a_file_and_a_bad_file_changes_nothing(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var one = $"/api/models/{(await api.PostAsync("/api/models", """{"name":"one"}"""))["id"]}/card";
        var two = $"/api/models/{(await api.PostAsync("/api/models", """{"name":"two"}"""))["id"]}/card";
        await api.SendAsync(
            HttpMethod.Put,
            one,
            """{"licence":{"id":"EUPL-1.2","commercial_use":true},"limits":["Not for doctors."]}""",
            ("If-Match", "*")
        );
        foreach (var format in new[] { "hf", "cyclonedx" })
        {
            var file = await api.GetAsync($"{one}/export?format={format}");
            var body = JsonSerializer.Serialize(new { format, text = file["text"] });
            var done = await api.SendAsync(HttpMethod.Put, two + "/import", body, ("If-Match", "*"));
            done.Status.ShouldBe(200, done.Text);
            JsonNode.DeepEquals((await api.GetAsync(one)).Json["card"], (await api.GetAsync(two)).Json["card"]).ShouldBeTrue(done.Text);
        }
        var before = await api.GetAsync(two);
        var refused = await api.SendAsync(
            HttpMethod.Put,
            two + "/import",
            """{"format":"hf","text":"---\nlicense: {}\nlanguage: [not one]\n---"}""",
            ("If-Match", "*")
        );
        refused.Json["problems"]!.AsArray().Count.ShouldBe(2, refused.Text);
        (await api.GetAsync(two)).Text.ShouldBe(before.Text);
        (await api.SendAsync(HttpMethod.Put, two + "/import", """{"format":"pdf","text":""}""", ("If-Match", "*")))["param"]
            .ShouldBe("format");
    }
}
