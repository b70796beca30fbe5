using System.Net;
using System.Text;
using Dapper;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Keys;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance;

public sealed class KeyServiceTests(PostgresServer server)
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    readonly ManualTime time = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static KeyLookup Find(TestNode node, Secret secret, TimeProvider time) =>
        node.Get<GovernanceCatalog>().Current.FindBySecret(SecretDigest.Of(secret.Reveal()), time.GetUtcNow());

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_secret_is_kept_as_a_hash_alone_and_recognised_by_its_prefix(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        IssuedKey issued;
        await using (var node = await store.OpenAsync())
        {
            issued = await Estate.IssueAsync(node, (await Estate.MakeAsync(node)).UseCase);
            await using var db = await node.Database.OpenReadAsync(Ct);
            var row = (IDictionary<string, object>)await db.QuerySingleAsync("select * from governance_keys");
            var text = string.Join('\n', row.Values);
            text.ShouldNotContain(issued.Secret.Reveal());
            text.ShouldContain(SecretText.Hash(issued.Secret.Reveal()));
        }
        issued.Secret.Reveal().ShouldStartWith(issued.Key.Prefix);
        issued.Key.Prefix.Length.ShouldBe(SecretText.ShownLength);
        SecretText.IsWellFormed(issued.Secret.Reveal(), SecretText.ServicePrefix).ShouldBeTrue();
        if (engine == Engine.Sqlite)
            foreach (var file in Directory.EnumerateFiles(store.DirectoryOf("one"), "*", SearchOption.AllDirectories))
                (await File.ReadAllBytesAsync(file, Ct))
                    .AsSpan()
                    .IndexOf(Encoding.UTF8.GetBytes(issued.Secret.Reveal()))
                    .ShouldBe(-1, file);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_secret_of_another_gateway_goes_on_working_by_its_digest_and_belongs_to_one_key(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        var estate = await Estate.MakeAsync(node);
        var keys = node.Get<KeyService>();
        var old = new Secret("sk-of-another-gateway");
        KeyDraft Known(string digest) =>
            new()
            {
                Name = "moved",
                UseCaseId = estate.UseCase.Id,
                SecretSha256 = digest,
                SecretHint = "sk-...eway",
            };

        var moved = await keys.CreateAsync(Known(SecretText.Hash(old.Reveal()).ToUpperInvariant()), Reach.Everywhere, Ct);

        moved.Secret.IsEmpty.ShouldBeTrue("its holder has it");
        moved.Key.Prefix.ShouldBe("sk-...eway");
        Find(node, old, time).Caller!.Key!.Id.ShouldBe(moved.Key.Id);
        (
            await Should.ThrowAsync<PorticoException>(() => keys.CreateAsync(Known(SecretText.Hash(old.Reveal())), Reach.Everywhere, Ct))
        ).Kind.ShouldBe(ErrorTable.Conflict);
        foreach (var bad in new[] { "12", new string('g', 64) })
            (await Should.ThrowAsync<PorticoException>(() => keys.CreateAsync(Known(bad), Reach.Everywhere, Ct))).Param.ShouldBe(
                "secret_sha256"
            );
        (
            await Should.ThrowAsync<PorticoException>(() =>
                keys.ChangeAsync(moved.Key, new KeyDraft { SecretSha256 = new string('a', 64) }, Ct)
            )
        ).Param.ShouldBe("secret_sha256");
        var rotated = await keys.RotateAsync(moved.Key, TimeSpan.Zero, Ct);
        Find(node, old, time).Refusal.ShouldBe(KeyRefusal.Expired);
        Find(node, rotated.Secret, time).Caller!.Key!.Id.ShouldBe(moved.Key.Id);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_secret_leads_to_the_key_with_everything_above_it(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        var estate = await Estate.MakeAsync(node);
        var issued = await Estate.IssueAsync(node, estate.UseCase);

        var found = Find(node, issued.Secret, time);

        found.Refusal.ShouldBe(KeyRefusal.None);
        found.Caller!.Key!.Id.ShouldBe(issued.Key.Id);
        found.Caller.UseCase.ShouldBe(estate.UseCase);
        found.Caller.Workspace.ShouldBe(estate.Workspace);
        found.Caller.Organisation.ShouldBe(estate.Organisation);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Rotation_keeps_the_id_and_the_old_secret_until_the_overlap_ends(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        var old = await Estate.IssueAsync(node, (await Estate.MakeAsync(node)).UseCase);

        var rotated = await node.Get<KeyService>().RotateAsync(old.Key, Hour, Ct);

        rotated.Key.Id.ShouldBe(old.Key.Id);
        rotated.Secret.ShouldNotBe(old.Secret);
        rotated.Key.OldSecretUntil.ShouldBe(time.GetUtcNow() + Hour);
        Find(node, rotated.Secret, time).Caller!.Key!.Id.ShouldBe(old.Key.Id);
        Find(node, old.Secret, time).Caller!.Key!.Id.ShouldBe(old.Key.Id);

        time.Advance(Hour);
        Find(node, old.Secret, time).Refusal.ShouldBe(KeyRefusal.Expired);
        Find(node, rotated.Secret, time).Refusal.ShouldBe(KeyRefusal.None);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Rotation_without_overlap_stops_the_old_secret_at_once(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        var old = await Estate.IssueAsync(node, (await Estate.MakeAsync(node)).UseCase);
        await node.Get<KeyService>().RotateAsync(old.Key, TimeSpan.Zero, Ct);
        Find(node, old.Secret, time).Refusal.ShouldBe(KeyRefusal.Expired);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Each_refusal_says_its_reason(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        var keys = node.Get<KeyService>();
        var estate = await Estate.MakeAsync(node);
        var person = await node.Get<GovernanceService>().CreatePersonAsync(estate.Organisation.Id, "ada@bank.example", "Ada", Ct);
        var disabled = await Estate.IssueAsync(node, estate.UseCase);
        var revoked = await Estate.IssueAsync(node, estate.UseCase);
        var expiring = await Estate.IssueAsync(node, estate.UseCase, d => d with { ExpiresAt = time.GetUtcNow() + Hour });
        var personal = await Estate.IssueAsync(node, estate.UseCase, d => d with { PersonId = person.Id });

        await keys.ChangeStateAsync(disabled.Key, KeyState.Disabled, Ct);
        await keys.ChangeStateAsync(revoked.Key, KeyState.Revoked, Ct);
        await node.Get<GovernanceService>().ChangePersonAsync(person, null, true, Ct);
        Find(node, expiring.Secret, time).Refusal.ShouldBe(KeyRefusal.None);
        time.Advance(Hour);

        Find(node, disabled.Secret, time).Refusal.ShouldBe(KeyRefusal.Disabled);
        Find(node, revoked.Secret, time).Refusal.ShouldBe(KeyRefusal.Revoked);
        Find(node, expiring.Secret, time).Refusal.ShouldBe(KeyRefusal.Expired);
        Find(node, personal.Secret, time).Refusal.ShouldBe(KeyRefusal.PersonDisabled);
        Find(node, new Secret(SecretText.New(SecretText.ServicePrefix)), time).Refusal.ShouldBe(KeyRefusal.Unknown);
        Find(node, new Secret(new string('x', 5_000)), time).Refusal.ShouldBe(KeyRefusal.Unknown);
        Find(node, new Secret(""), time).Refusal.ShouldBe(KeyRefusal.Unknown);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_disabled_key_can_be_enabled_and_a_revoked_one_cannot_be_changed_at_all(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        var keys = node.Get<KeyService>();
        var issued = await Estate.IssueAsync(node, (await Estate.MakeAsync(node)).UseCase);
        var disabled = await keys.ChangeStateAsync(issued.Key, KeyState.Disabled, Ct);
        var enabled = await keys.ChangeStateAsync(disabled, KeyState.Active, Ct);
        Find(node, issued.Secret, time).Refusal.ShouldBe(KeyRefusal.None);

        var revoked = await keys.ChangeStateAsync(enabled, KeyState.Revoked, Ct);

        await GovernanceServiceTests.RefusedAsync(ErrorTable.Conflict, () => keys.ChangeStateAsync(revoked, KeyState.Active, Ct));
        await GovernanceServiceTests.RefusedAsync(ErrorTable.Conflict, () => keys.RotateAsync(revoked, Hour, Ct));
        await GovernanceServiceTests.RefusedAsync(ErrorTable.Conflict, () => keys.ChangeAsync(revoked, new KeyDraft { Name = "x" }, Ct));
        // One who still holds the version before cannot bring it back either.
        await GovernanceServiceTests.RefusedAsync(
            ErrorTable.PreconditionFailed,
            () => keys.ChangeStateAsync(disabled, KeyState.Active, Ct)
        );
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_change_of_one_field_leaves_the_others(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        var issued = await Estate.IssueAsync(
            node,
            (await Estate.MakeAsync(node)).UseCase,
            d =>
                d with
                {
                    Networks = ["10.1.0.0/16"],
                    AllowedRoutes = ["chat", "sim/*"],
                    KeepContent = true,
                    ExpiresAt = time.GetUtcNow() + Hour,
                }
        );
        var changed = await node.Get<KeyService>().ChangeAsync(issued.Key, new KeyDraft { Name = "back office" }, Ct);
        changed.Name.ShouldBe("back office");
        changed.Networks.ShouldBe(issued.Key.Networks);
        changed.AllowedRoutes.ShouldBe(issued.Key.AllowedRoutes);
        changed.KeepContent.ShouldBeTrue();
        changed.ExpiresAt.ShouldBe(issued.Key.ExpiresAt);
        changed.Version.ShouldBe(2);
        Find(node, issued.Secret, time).Refusal.ShouldBe(KeyRefusal.None);
    }

    [Fact]
    public async Task Refuses_drafts_that_cannot_work_and_names_the_field()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(time: time);
        var estate = await Estate.MakeAsync(node);
        var person = await node.Get<GovernanceService>().CreatePersonAsync(estate.Organisation.Id, "ada@bank.example", "Ada", Ct);
        var issued = await Estate.IssueAsync(node, estate.UseCase);
        async Task RefusedAsync(string param, Func<KeyDraft, KeyDraft> with, ErrorKind? kind = null) =>
            (
                await GovernanceServiceTests.RefusedAsync(
                    kind ?? ErrorTable.InvalidRequest,
                    () => Estate.IssueAsync(node, estate.UseCase, with)
                )
            ).Param.ShouldBe(param);

        await RefusedAsync("expires_at", d => d with { ExpiresAt = time.GetUtcNow() });
        await RefusedAsync("networks", d => d with { Networks = ["10.1.0.1/16"] });
        await RefusedAsync("allowed_routes", d => d with { AllowedRoutes = ["a*b"] });
        await RefusedAsync("use_case_id", d => d with { UseCaseId = UseCaseId.New(time) }, ErrorTable.NotFound);
        await RefusedAsync("person_id", d => d with { PersonId = PersonId.New(time) }, ErrorTable.NotFound);
        // A change that would be ignored is refused instead.
        (
            await GovernanceServiceTests.RefusedAsync(
                ErrorTable.InvalidRequest,
                () => node.Get<KeyService>().ChangeAsync(issued.Key, new KeyDraft { PersonId = person.Id }, Ct)
            )
        ).Param.ShouldBe("person_id");
    }

    [Fact]
    public async Task Networks_and_routes_bound_where_and_for_what_a_key_works()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(time: time);
        var issued = await Estate.IssueAsync(
            node,
            (await Estate.MakeAsync(node)).UseCase,
            d => d with { Networks = ["10.1.0.0/16", "2001:db8::/32"], AllowedRoutes = ["chat", "sim/*"] }
        );
        var caller = Find(node, issued.Secret, time).Caller!;
        caller.AllowsAddress(IPAddress.Parse("10.1.200.7")).ShouldBeTrue();
        caller.AllowsAddress(IPAddress.Parse("::ffff:10.1.200.7")).ShouldBeTrue();
        caller.AllowsAddress(IPAddress.Parse("2001:db8::1")).ShouldBeTrue();
        caller.AllowsAddress(IPAddress.Parse("10.2.0.1")).ShouldBeFalse();
        caller.AllowsAddress(null).ShouldBeFalse();
        caller.MayUseRoute("chat").ShouldBeTrue();
        caller.MayUseRoute("sim/echo").ShouldBeTrue();
        caller.MayUseRoute("chats").ShouldBeFalse();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Pages_are_complete_and_stable_while_keys_are_made(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        var made = new List<KeyId>();
        for (var i = 0; i < 12; i++)
            made.Add((await Estate.IssueAsync(node, estate.UseCase)).Key.Id);

        var seen = new List<KeyId>();
        string? cursor = null;
        do
        {
            var page = await node.Get<KeyService>().ListAsync(Reach.Everywhere, estate.UseCase.Id, PageRequest.From(5, cursor), Ct);
            page.Items.Count.ShouldBeLessThanOrEqualTo(5);
            seen.AddRange(page.Items.Select(k => k.Id));
            cursor = page.Next;
            if (seen.Count == 5)
                await Estate.IssueAsync(node, estate.UseCase);
        } while (cursor is not null);

        seen.ShouldBeUnique();
        seen.ShouldBe(seen.OrderBy(id => id.ToString(), StringComparer.Ordinal));
        made.ShouldBeSubsetOf(seen);
        seen.Count.ShouldBe(13);
    }
}
