using System.Text;
using Dapper;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Observability.Contents;
using Portico.Storage;
using Portico.Tests.Governance;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

public sealed class ContentTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal static CallContents Sample(string words, DateTimeOffset? at = null, int maxBytes = 1_000, string workspace = "")
    {
        var id = CallId.New(at is { } time ? new ManualTime(time) : TimeProvider.System);
        return new CallContents
        {
            Id = id,
            StartedAtUs = Micros.Of(id.CreatedAt),
            WorkspaceId = workspace,
            Prompt = KeptText.Of(Encoding.UTF8.GetBytes($"{{\"messages\":[{{\"role\":\"user\",\"content\":\"{words}\"}}]}}"), maxBytes),
            Answer = KeptText.Of(Encoding.UTF8.GetBytes($"{{\"choices\":[\"{words}\"]}}"), maxBytes),
        };
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Contents_are_readable_through_the_api_and_nowhere_in_the_store(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        var contents = Sample("the canary sings", workspace: workspace);
        node.Get<ContentKeeper>().Offer(contents).ShouldBeTrue();

        var hidden = await api.GetAsync($"/api/calls/{contents.Id}/contents");
        (hidden.Status, hidden["code"]).ShouldBe((403, "reveal_required"));
        var reveal = await api.RevealAsync(workspace);
        var shown = await api.GetAsync($"/api/calls/{contents.Id}/contents");

        shown.Status.ShouldBe(200, shown.Text);
        shown.Json["prompt"]!["text"]!["messages"]![0]!["content"]!.GetValue<string>().ShouldBe("the canary sings");
        shown.Json["answer"]!["text"]!["choices"]![0]!.GetValue<string>().ShouldBe("the canary sings");
        shown["reveal"].ShouldBe(reveal);
        shown.Json["prompt"]!["truncated"]!.GetValue<bool>().ShouldBeFalse();
        await using var db = await node.Database.OpenReadAsync(Ct);
        var box = (await db.QuerySingleAsync<byte[]>("select sealed from observability_contents"));
        Encoding.Latin1.GetString(box).ShouldNotContain("canary");
        using var anonymous = api.ClientWith(null);
        (await ApiHost.SendAsync(anonymous, HttpMethod.Get, $"/api/calls/{contents.Id}/contents")).Status.ShouldBe(401);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_box_moved_to_another_calls_row_does_not_open(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var mine = Sample("mine");
        var other = Sample("other");
        await node.Get<ContentStore>().InsertAsync([mine, other], Ct);
        await node.Database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync(
                    "update observability_contents set sealed = (select o.sealed from observability_contents o where o.call_id = @other) where call_id = @mine",
                    new { other = other.Id.ToString(), mine = mine.Id.ToString() },
                    w.Transaction
                ),
            Ct
        );

        (await Should.ThrowAsync<PorticoException>(node.Get<ContentStore>().FindAsync(mine.Id, Reach.Everywhere, Ct))).Kind.ShouldBe(
            ErrorTable.StorageUnavailable
        );
        (await node.Get<ContentStore>().FindAsync(other.Id, Reach.Everywhere, Ct)).ShouldNotBeNull();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Deleted_contents_stay_deleted_even_when_a_copy_comes_late(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var kept = Sample("kept");
        var onItsWay = Sample("on its way");
        await node.Get<ContentStore>().InsertAsync([kept], Ct);
        node.Get<ContentKeeper>().Offer(onItsWay);

        foreach (var each in new[] { kept, onItsWay, kept })
            (await api.SendAsync(HttpMethod.Delete, $"/api/calls/{each.Id}/contents")).Status.ShouldBe(204);
        await node.Get<ContentKeeper>().FlushAsync(Ct);
        await node.Get<ContentStore>().InsertAsync([kept], Ct);

        foreach (var each in new[] { kept, onItsWay })
            (await api.GetAsync($"/api/calls/{each.Id}/contents")).Status.ShouldBe(404);
        await using var db = await node.Database.OpenReadAsync(Ct);
        (await db.ExecuteScalarAsync<long>("select count(*) from observability_contents where sealed is not null")).ShouldBe(0);
        (await api.SendAsync(HttpMethod.Delete, "/api/calls/nonsense/contents")).Status.ShouldBe(404);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_is_longer_than_the_bound_is_cut_between_characters_and_says_so(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var workspace = (await Estate.MakeAsync(node)).Workspace.Id.ToString();
        await api.RevealAsync(workspace);
        var contents = Sample(new string('ä', 400), maxBytes: 100, workspace: workspace);
        node.Get<ContentKeeper>().Offer(contents);

        var prompt = (await api.GetAsync($"/api/calls/{contents.Id}/contents")).Json["prompt"]!;

        prompt["truncated"]!.GetValue<bool>().ShouldBeTrue();
        prompt["bytes"]!.GetValue<long>().ShouldBe(contents.Prompt.FullBytes);
        var text = prompt["text"]!.GetValue<string>();
        text.ShouldStartWith("{\"messages\"");
        text.ShouldEndWith("ä");
        Encoding.UTF8.GetByteCount(text).ShouldBeInRange(97, 100);
    }

    [Fact]
    public async Task What_does_not_fit_into_the_queue_is_dropped_and_counted_and_nobody_waits()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(
            settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["Records:ContentQueueMegabytes"] = "1" }
        );
        var keeper = node.Get<ContentKeeper>();
        var big = Sample(new string('x', 300_000), maxBytes: 400_000);

        keeper.Offer(big).ShouldBeTrue();
        keeper.Offer(big with { Id = CallId.New(TimeProvider.System) }).ShouldBeFalse();
        keeper.Lost.ShouldBe(1);
        node.Get<Metrics>().Print().ShouldContain("portico_contents_dropped_total 1\n");

        await keeper.FlushAsync(Ct);
        keeper.Offer(Sample(new string('y', 300_000), maxBytes: 400_000)).ShouldBeTrue();
    }

    [Fact]
    public async Task Contents_wait_for_a_store_that_is_away()
    {
        await using var own = new PostgresServer();
        await using var store = await TestStore.CreateAsync(Engine.Postgres, own);
        var node = await store.OpenAsync();
        var contents = Sample("patience");
        await own.StopAsync();
        node.Get<ContentKeeper>().Offer(contents).ShouldBeTrue();
        await Should.ThrowAsync<Exception>(node.Get<ContentKeeper>().FlushAsync(Ct));

        await own.StartAsync();
        await node.Get<ContentKeeper>().FlushAsync(Ct);

        (await node.Get<ContentStore>().FindAsync(contents.Id, Reach.Everywhere, Ct)).ShouldNotBeNull();
    }
}
