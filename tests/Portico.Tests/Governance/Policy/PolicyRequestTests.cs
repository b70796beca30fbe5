using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Requests;
using Portico.Guardrails;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Policy;

/// <summary>Calls that wait for a person, in both stores: asked once, decided once, seen by who may see the use case.</summary>
public sealed class PolicyRequestTests(PostgresServer server)
{
    static readonly ApiActor Officer = new("person_officer", "Ola", ["officer"]);
    static readonly ContentRule Rule = new()
    {
        Name = "codenames",
        Words = ["Falcon"],
        Action = ContentAction.Ask,
    };

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static PolicyAsk Ask(TestNode node, Estate estate, string digest)
    {
        var caller = node.Get<GovernanceCatalog>().Current.AnyoneOf(estate.UseCase.Id)!;
        var origin = new LineOrigin(
            estate.Organisation.Id.ToString(),
            PolicyScope.Organisation,
            "Bank",
            3,
            7,
            "codenames:",
            true,
            new Guardrail(Rule),
            null
        );
        return new PolicyAsk(caller, CallId.New(node.Get<TimeProvider>()), "chat", "sim/echo", "codenames", origin, "user", 6, digest);
    }

    static async Task<ErrorKind> KindAsync(Func<Task> act) => (await Should.ThrowAsync<PorticoException>(act)).Kind;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_same_call_asks_once_however_many_ask_at_a_time(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        var requests = node.Get<PolicyRequests>();
        var asked = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => requests.AskAsync(Ask(node, estate, $"d{i % 2}"), Ct)));
        var ids = asked.Select(a => a.Id.ToString()).Distinct().ToList();
        ids.Count.ShouldBe(2);
        requests.Raised.ShouldBe(2);
        foreach (var id in ids)
        {
            var found = await requests.FindAsync(Reach.Everywhere, id, Ct);
            (found.State, found.Asks, found.Line, found.LineNumber, found.FoundLength).ShouldBe(
                (PolicyRequestState.Open, 6, "guardrails.codenames", 7, 6)
            );
        }
        (await KindAsync(() => requests.FindAsync(Reach.Nowhere, ids[0], Ct))).ShouldBe(ErrorTable.NotFound);
        var here = Reach.Of([Place.FromStored(estate.UseCase.Id.ToString())]);
        (await requests.ListAsync(here, null, PolicyRequestState.Open, new PageRequest(1, null), Ct)).Next.ShouldNotBeNull();
        (await requests.ListAsync(Reach.Nowhere, null, null, new PageRequest(10, null), Ct)).Items.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task It_is_decided_once_and_what_passes_is_known_on_the_other_node(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        var requests = node.Get<PolicyRequests>();
        var id = (await requests.AskAsync(Ask(node, estate, "d"), Ct)).Id.ToString();
        foreach (var minutes in new[] { 0, 1_441 })
            (await KindAsync(() => requests.ApproveAsync(Officer, Reach.Everywhere, id, minutes, null, Ct))).ShouldBe(
                ErrorTable.InvalidRequest
            );
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(async _ =>
                {
                    try
                    {
                        return (await requests.ApproveAsync(Officer, Reach.Everywhere, id, 5, " fine ", Ct)).Note;
                    }
                    catch (PorticoException e) when (e.Kind == ErrorTable.Conflict)
                    {
                        return null;
                    }
                })
        );
        outcomes.Count(o => o == "fine").ShouldBe(1);
        var grants = node.Get<PolicyGrants>();
        var now = node.Get<TimeProvider>().GetUtcNow();
        (grants.Current.Has("d", now), grants.Current.Has("other", now), grants.Current.Has("d", now.AddMinutes(6))).ShouldBe(
            (true, false, false)
        );
        grants.Current.UseCases.ShouldBe([estate.UseCase.Id.ToString()]);
        // Asked again while it passes, as a call that met the end of it: a request of its own.
        (await requests.AskAsync(Ask(node, estate, "d"), Ct))
            .Id.ToString()
            .ShouldNotBe(id);
        (await requests.DeclineAsync(Officer, Reach.Everywhere, id, "a mistake", Ct)).State.ShouldBe(PolicyRequestState.Declined);
        grants.Current.Has("d", now).ShouldBeFalse();
        (await KindAsync(() => requests.DeclineAsync(Officer, Reach.Everywhere, id, "again", Ct))).ShouldBe(ErrorTable.Conflict);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_key_of_the_digests_is_made_once_and_lies_sealed(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var grants = node.Get<PolicyGrants>();
        grants.Current.Key.ShouldBeNull();
        var keys = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ => Convert.ToHexString(await grants.KeyAsync(Ct))));
        var key = keys.Distinct().ShouldHaveSingleItem();
        await grants.RefreshAsync(Ct);
        Convert.ToHexString(grants.Current.Key!).ShouldBe(key);
        await using var db = await node.Get<Database>().OpenReadAsync(Ct);
        var lies = await Dapper.SqlMapper.ExecuteScalarAsync<string>(db, "select sealed from governance_policy_digest_keys");
        Convert.ToHexString(Convert.FromBase64String(lies!)).ShouldNotContain(key);
    }

    [Fact]
    public async Task A_digest_is_of_one_caller_one_call_and_one_rule()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        var (estate, other) = (await Estate.MakeAsync(node), await Estate.MakeAsync(node, "Other"));
        string Of(Estate at, string[] parts, ContentRule rule, byte key = 1)
        {
            using var digest = new CallDigest([key], node.Get<GovernanceCatalog>().Current.AnyoneOf(at.UseCase.Id)!);
            foreach (var part in parts)
                digest.Add(part);
            var of = digest.Under(rule);
            digest.Under(rule).ShouldBe(of);
            return of;
        }
        var one = Of(estate, ["a", "b"], Rule);
        Of(estate, ["a", "b"], Rule).ShouldBe(one);
        string[] others =
        [
            Of(other, ["a", "b"], Rule),
            Of(estate, ["ab"], Rule),
            Of(estate, ["a", "b", ""], Rule),
            Of(estate, ["b", "a"], Rule),
            Of(estate, ["a", "b"], Rule with { Words = ["Falcon", "Kestrel"] }),
            Of(estate, ["a", "b"], Rule with { Words = [], Patterns = ["Falcon"] }),
            Of(estate, ["a", "b"], Rule with { Threshold = 2 }),
            Of(estate, ["a", "b"], Rule with { Protects = ["a text"] }),
            Of(estate, ["a", "b"], Rule with { Topics = [new RuleTopic { Examples = ["x", "y"] }] }),
            Of(estate, ["a", "b"], Rule with { Topics = [new RuleTopic { Examples = ["x"], CounterExamples = ["y"] }] }),
            Of(estate, ["a", "b"], Rule with { Topics = [new RuleTopic { Examples = ["x", "y"], IsAllowed = true }] }),
            Of(estate, ["a", "b"], Rule, key: 2),
        ];
        others.Append(one).Distinct().Count().ShouldBe(others.Length + 1);
    }
}
