using Dapper;
using Microsoft.Extensions.Configuration;
using Portico.Gateway;
using Portico.Gateway.Responses;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Policy;
using Portico.Storage;
using Portico.Tests.Governance;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Responses;

/// <summary>Responses and conversations by what policies say: what was kept before the line included, by workspace and use case, with a report each.</summary>
public sealed class ResponseRetentionTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Now = new(2026, 7, 20, 0, 0, 0, TimeSpan.Zero);

    static Task KeepAsync(TestNode node, string id, string workspace, string key, int daysAgo) =>
        node.Database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    insert into gateway_responses (id, workspace_id, key_id, status, lease_us, created_us, expires_us, sealed)
                    values (@id, @workspace, @key, 'completed', 0, @at, @end, @none);
                    insert into gateway_conversations (id, workspace_id, key_id, next_seq, created_us, expires_us, sealed)
                    values (@id, @workspace, @key, 2, @at, @end, @none);
                    insert into gateway_conversation_items (conversation_id, seq, item_id, size, sealed) values (@id, 1, 'item', 1, @none)
                    """,
                    new
                    {
                        id,
                        workspace,
                        key,
                        at = Micros.Of(Now.AddDays(-daysAgo)),
                        end = Micros.Of(Now.AddDays(30)),
                        none = Array.Empty<byte>(),
                    },
                    work.Transaction
                ),
            Ct
        );

    static async Task<string> LeftAsync(TestNode node, string column, string table)
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        return string.Join(' ', await db.QueryAsync<string>($"select {column} from {table} order by 1"));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task They_go_by_the_line_of_their_workspace_or_use_case(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync("one", new ManualTime(Now), s => s.AddGateway(new ConfigurationBuilder().Build()));
        var (mine, other) = (await Estate.MakeAsync(node), await Estate.MakeAsync(node, "Another bank"));
        var pilot = await node.Get<GovernanceService>().CreateUseCaseAsync(mine.Workspace.Id, "Pilot", "tries", "Ms Ray", Ct);
        var desk = (await Estate.IssueAsync(node, mine.UseCase)).Key.Id.ToString();
        var tries = (await Estate.IssueAsync(node, pilot)).Key.Id.ToString();
        var elsewhere = (await Estate.IssueAsync(node, other.UseCase)).Key.Id.ToString();
        var workspace = mine.Workspace.Id.ToString();
        await KeepAsync(node, "a-young", workspace, desk, daysAgo: 6);
        await KeepAsync(node, "b-old", workspace, desk, daysAgo: 8);
        await KeepAsync(node, "c-of-a-key-that-is-gone", workspace, "key_gone", daysAgo: 8);
        await KeepAsync(node, "d-of-the-pilot", workspace, tries, daysAgo: 3);
        await KeepAsync(node, "e-young-of-the-pilot", workspace, tries, daysAgo: 1);
        await KeepAsync(node, "f-elsewhere", other.Workspace.Id.ToString(), elsewhere, daysAgo: 20);
        var policies = node.Get<PolicyService>();
        await policies.WriteAsync(
            PlaceOf(node, mine.Organisation.Id.ToString()),
            "retention:\n  responses_days: 7\n",
            null,
            "Ada",
            0,
            false,
            Ct
        );
        await policies.WriteAsync(PlaceOf(node, pilot.Id.ToString()), "retention:\n  responses_days: 2\n", null, "Ada", 0, false, Ct);

        (await node.Get<ResponsePruner>().SweepAsync(Ct)).ShouldBeTrue();

        const string Left = "a-young e-young-of-the-pilot f-elsewhere";
        (await LeftAsync(node, "id", "gateway_responses")).ShouldBe(Left);
        (await LeftAsync(node, "id", "gateway_conversations")).ShouldBe(Left);
        (await LeftAsync(node, "conversation_id", "gateway_conversation_items")).ShouldBe(Left, "items go with their conversation");
        await using var api = await ApiHost.StartAsync(node);
        foreach (var kind in new[] { "responses", "conversations" })
            (await api.GetAsync($"/api/purges?class={kind}")).Json["items"]!
                .AsArray()
                .Select(r => (r!["workspace_id"]?.GetValue<string>(), r["removed"]!.GetValue<long>(), r["left_behind"]!.GetValue<long>()))
                .ShouldBe([(workspace, 1, 0), (workspace, 2, 0)], ignoreOrder: true, kind);
    }

    static PolicyPlace PlaceOf(TestNode node, string id) => PolicyPlace.Of(node.Get<GovernanceCatalog>().Current, id, Reach.Everywhere);
}
