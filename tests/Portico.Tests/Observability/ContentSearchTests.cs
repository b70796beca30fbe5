using System.Text.Json.Nodes;
using Dapper;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Observability.Contents;
using Portico.Storage;
using Portico.Tests.Governance;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

public sealed class ContentSearchTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    static async Task<List<CallContents>> SayAsync(TestNode node, ApiHost api, params string[] words)
    {
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        await api.RevealAsync(workspace);
        var said = words.Select((w, i) => ContentTests.Sample(w, Start.AddMinutes(i), workspace: workspace)).ToList();
        await node.Get<ContentStore>().InsertAsync(said, Ct);
        await node.Get<ICallStore>()
            .InsertAsync(
                said.Select(
                        (c, i) =>
                            new CallRecord
                            {
                                Id = c.Id,
                                StartedAtUs = c.StartedAtUs,
                                Route = i % 2 == 0 ? "even" : "odd",
                            }
                    )
                    .ToList(),
                Ct
            );
        return said;
    }

    static List<string> Ids(JsonNode answer) => answer["items"]!.AsArray().Select(h => h!["call"]!["id"]!.GetValue<string>()).ToList();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_was_said_is_found_whatever_its_case_newest_first_and_by_the_filters_of_the_list(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var said = await SayAsync(node, api, "a burst PIPE", "nothing", "the pipe again", "pipe dreams", "a line\\nbreak \\u00e9t\\u00e9");

        var all = (await api.GetAsync("/api/calls/contents?text=pipe")).Json;
        Ids(all).ShouldBe([said[3].Id.ToString(), said[2].Id.ToString(), said[0].Id.ToString()]);
        (all["looked_at"]!.GetValue<int>(), all["next"]).ShouldBe((5, null));
        all["items"]![2]!["excerpt"]!.GetValue<string>().ShouldBe("a burst PIPE");
        Ids((await api.GetAsync("/api/calls/contents?text=pipe&route=even")).Json).ShouldBe([said[2].Id.ToString(), said[0].Id.ToString()]);
        var from = Uri.EscapeDataString(Start.AddMinutes(1).ToString("O"));
        Ids((await api.GetAsync($"/api/calls/contents?text=burst&from={from}")).Json).ShouldBeEmpty();
        // As it was said, not as its JSON is written.
        Ids((await api.GetAsync("/api/calls/contents?text=break%20%C3%A9t%C3%A9")).Json).ShouldBe([said[4].Id.ToString()]);
        Ids((await api.GetAsync("/api/calls/contents?text=messages")).Json).ShouldBeEmpty("names of members were not said");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_search_ends_at_its_bound_and_goes_on_where_it_ended(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var said = await SayAsync(node, api, [.. Enumerable.Range(0, 60).Select(i => i % 20 == 0 ? $"needle {i}" : $"hay {i}")]);

        var found = new List<string>();
        string? cursor = null;
        do
        {
            var part = (await api.GetAsync($"/api/calls/contents?text=needle&limit=1{(cursor is null ? "" : "&cursor=" + cursor)}")).Json;
            found.AddRange(Ids(part));
            cursor = part["next"]?.GetValue<string>();
        } while (cursor is not null);
        found.ShouldBe([said[40].Id.ToString(), said[20].Id.ToString(), said[0].Id.ToString()]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_box_that_does_not_open_is_counted_and_hides_nothing_before_it(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var said = await SayAsync(node, api, "a burst pipe", "another pipe", "the last pipe");
        await node.Database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync(
                    "update observability_contents set sealed = @broken where call_id = @id",
                    new { broken = new byte[] { 1, 2, 3 }, id = said[1].Id.ToString() },
                    w.Transaction
                ),
            Ct
        );

        var found = await api.GetAsync("/api/calls/contents?text=pipe");

        found.Status.ShouldBe(200, found.Text);
        Ids(found.Json).ShouldBe([said[2].Id.ToString(), said[0].Id.ToString()]);
        (found.Json["looked_at"]!.GetValue<int>(), found.Json["unopened"]!.GetValue<int>()).ShouldBe((3, 1));
    }

    [Fact]
    public async Task A_page_of_boxes_is_read_along_the_ids_and_nothing_is_sorted()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var db = await node.Database.OpenReadAsync(Ct);
        foreach (var from in new long?[] { null, Micros.Of(Start) })
        foreach (var to in new long?[] { null, Micros.Of(Start.AddDays(1)) })
        foreach (var after in new[] { null, "call_9" })
        {
            var range = new CallFilter(Reach.Everywhere) { FromUs = from, ToUs = to };
            var plan = await db.QueryAsync<(long, long, long, string Detail)>(
                "explain query plan " + ContentStore.ReadSql(range, after),
                CallSql.Parameters(range, after, 25)
            );
            var told = string.Join('\n', plan.Select(p => p.Detail));
            told.ShouldNotContain("TEMP B-TREE");
            told.ShouldContain("sqlite_autoindex_observability_contents_1");
        }
    }

    [Fact]
    public async Task Who_may_not_read_what_was_said_may_not_search_in_it_and_a_text_that_is_too_short_is_refused()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var made = await api.PostAsync("/api/admin-tokens", """{"name":"a","roles":["auditor"]}""");
        using var auditor = api.ClientWith(made["secret"]);
        (await ApiHost.SendAsync(auditor, HttpMethod.Get, "/api/calls/contents?text=pipe"))["code"].ShouldBe("permission_denied");
        (await api.GetAsync("/api/calls/contents?text=pipe"))["code"].ShouldBe("reveal_required");
        var refused = await api.GetAsync("/api/calls/contents?text=%20ab%20");
        (refused.Status, refused["param"]).ShouldBe((400, "text"));
    }

    [Theory]
    [InlineData("""{"a":"one two"}""", "TWO", "one two")]
    [InlineData("""{"two":1}""", "two", null)]
    [InlineData("""{"a":"cut off at tw""", "off at", """{"a":"cut off at tw""")]
    [InlineData("", "two", null)]
    public void A_text_is_found_in_values_and_in_what_was_cut(string said, string text, string? excerpt) =>
        ContentSearch.ExcerptIn(said, text).ShouldBe(excerpt);

    [Fact]
    public void An_excerpt_is_short_and_halves_no_character()
    {
        var said = $"{{\"a\":\"{string.Concat(Enumerable.Repeat("🚲", 100))}needle{string.Concat(Enumerable.Repeat("🚲", 100))}\"}}";
        var excerpt = ContentSearch.ExcerptIn(said, "needle")!;
        excerpt.Length.ShouldBeLessThan(140);
        excerpt.ShouldBe(string.Concat(excerpt.EnumerateRunes()));
        excerpt.ShouldNotContain("\uFFFD");
    }
}
