using System.Text.Json.Nodes;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance;
using Portico.Governance.SignIn;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.SignIn;

/// <summary>What somebody learns who tries passwords, and how fast.</summary>
public sealed class GuessingTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static JsonObject WithoutId(Answer answer)
    {
        var json = answer.Json.AsObject();
        json.Remove("request_id");
        return json;
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Whatever_is_wrong_the_answer_is_the_same(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "owner");
        var disabled = await Browser.AccountAsync(node, "gone@example.com", "analyst");
        (
            await api.SendAsync(HttpMethod.Patch, $"/api/people/{disabled.PersonId}", """{"disabled":true}""", ("If-Match", "*"))
        ).Status.ShouldBe(200);
        var bank = node.Get<GovernanceCatalog>().Current.Organisations.Values.Single();
        var invited = await node.Get<GovernanceService>().CreatePersonAsync(bank.Id, "new@example.com", "New", Ct);
        await node.Get<Accounts>().CreateAsync(invited.Id, [new Grant("analyst", Place.Everywhere)], Reach.Everywhere, Ct);

        using var browser = new Browser(api);
        var wrong = await browser.SignInAsync("ada@example.com", "not the password");
        wrong.Status.ShouldBe(401);
        foreach (
            var (email, password) in new[]
            {
                ("nobody@example.com", Browser.Password),
                ("gone@example.com", Browser.Password),
                ("new@example.com", Browser.Password),
                ("", ""),
                (new string('a', 10_000), Browser.Password),
                ("ada@example.com", new string('p', 100_000)),
                ("ada@example.com' or '1'='1", "x"),
            }
        )
            JsonNode.DeepEquals(WithoutId(await browser.SignInAsync(email, password)), WithoutId(wrong)).ShouldBeTrue(email);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task After_five_failures_even_the_right_password_waits_and_longer_each_time(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(Start);
        var node = await store.OpenAsync(time: time);
        await Browser.AccountAsync(node, "ada@example.com", "owner");
        var sessions = node.Get<Sessions>();
        for (var i = 0; i < 5; i++)
            (await WaitAsync(sessions, "ada@example.com", "wrong wrong wrong")).ShouldBeNull();
        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            var wait = (await WaitAsync(sessions, "ada@example.com", Browser.Password)).ShouldNotBeNull();
            waits.Add(Math.Round(wait.TotalSeconds));
            time.Advance(wait);
            (await WaitAsync(sessions, "ada@example.com", "wrong wrong wrong")).ShouldBeNull();
        }
        waits.ShouldBe([30, 60, 120, 240, 480, 900, 900]);
        // From elsewhere its owner comes in.
        await sessions.SignInAsync("ada@example.com", Browser.Password, "10.0.0.7", null, Ct);
        time.Advance(TimeSpan.FromMinutes(16));
        await sessions.SignInAsync("ada@example.com", Browser.Password, "127.0.0.1", null, Ct);
        for (var i = 0; i < 4; i++)
            (await WaitAsync(sessions, "ada@example.com", "wrong wrong wrong")).ShouldBeNull();
        await sessions.SignInAsync("ada@example.com", Browser.Password, "127.0.0.1", null, Ct);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Guesses_sent_at_once_are_no_more_than_those_sent_in_turn(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Start));
        await Browser.AccountAsync(node, "ada@example.com", "owner");
        var sessions = node.Get<Sessions>();
        var waits = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => Task.Run(() => WaitAsync(sessions, "ada@example.com", $"wrong wrong wrong {i}")))
        );
        // Two are looked at at once: one more than the bound may have begun when it was reached.
        waits.Count(w => w is null).ShouldBeInRange(5, 6);
    }

    /// <summary>How long one is told to wait; null = the password was looked at and is wrong.</summary>
    static async Task<TimeSpan?> WaitAsync(Sessions sessions, string email, string password, string address = "127.0.0.1")
    {
        var refused = await Should.ThrowAsync<PorticoException>(() => sessions.SignInAsync(email, password, address, null, Ct));
        if (refused.Kind == ErrorTable.RateLimited)
            return refused.RetryAfter;
        refused.Kind.ShouldBe(ErrorTable.SignInRequired);
        return null;
    }

    [Fact]
    public async Task One_address_that_tries_many_accounts_is_closed_and_others_are_not()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(time: new ManualTime(Start));
        await Browser.AccountAsync(node, "ada@example.com", "owner");
        var sessions = node.Get<Sessions>();
        for (var i = 0; i < 30; i++)
            (await WaitAsync(sessions, $"person{i}@example.com", "wrong wrong wrong", "10.1.1.1")).ShouldBeNull();
        (await WaitAsync(sessions, "ada@example.com", Browser.Password, "10.1.1.1")).ShouldNotBeNull();
        await sessions.SignInAsync("ada@example.com", Browser.Password, "10.1.1.2", null, Ct);
    }

    [Fact]
    public async Task A_kept_password_is_a_salted_hash_of_enough_rounds_and_one_of_fewer_is_renewed()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        var account = await Browser.AccountAsync(node, "ada@example.com", "owner");
        await Browser.AccountAsync(node, "bob@example.com", "owner");
        var kept = await KeptAsync(node);
        kept.Select(k => k.Split('$')[2]).ShouldBeUnique();
        kept.ShouldAllBe(k => k.StartsWith("pbkdf2-sha512$210000$", StringComparison.Ordinal) && !k.Contains(Browser.Password));

        await node.Database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync(
                    "update governance_accounts set password = @old where person_id = @id",
                    new { old = Passwords.Hash(Browser.Password, 1_000), id = account.PersonId.ToString() },
                    w.Transaction
                ),
            Ct
        );
        await node.Get<Sessions>().SignInAsync("ada@example.com", Browser.Password, "127.0.0.1", null, Ct);
        (await KeptAsync(node)).ShouldAllBe(k => k.StartsWith("pbkdf2-sha512$210000$", StringComparison.Ordinal));
        await node.Get<Sessions>().SignInAsync("ada@example.com", Browser.Password, "127.0.0.1", null, Ct);
    }

    static async Task<IReadOnlyList<string>> KeptAsync(TestNode node)
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        return (await db.QueryAsync<string>("select password from governance_accounts")).ToList();
    }

    [Fact]
    public async Task What_is_over_is_removed_and_what_lives_stays()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var time = new ManualTime(Start);
        var node = await store.OpenAsync(time: time);
        var account = await Browser.AccountAsync(node, "ada@example.com", "owner");
        await node.Get<Accounts>().InviteAsync(account, Ct);
        await WaitAsync(node.Get<Sessions>(), "ada@example.com", "wrong wrong wrong");
        await node.Get<Sessions>().SignInAsync("ada@example.com", Browser.Password, "10.0.0.1", null, Ct);
        await node.Get<SignInPruner>().SweepAsync(Ct);
        (await CountsAsync(node)).ShouldBe("1 1 3");
        time.Advance(TimeSpan.FromDays(4));
        await node.Get<SignInPruner>().SweepAsync(Ct);
        (await CountsAsync(node)).ShouldBe("0 0 0");
        (await KeptAsync(node)).Count.ShouldBe(1);
    }

    static async Task<string> CountsAsync(TestNode node)
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        var counts = new List<long>();
        foreach (var table in new[] { "sessions", "invitations", "sign_in_failures" })
            counts.Add(await db.ExecuteScalarAsync<long>($"select count(*) from governance_{table}"));
        return string.Join(' ', counts);
    }
}
