using Portico.Governance;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance;

public sealed class GovernanceServiceTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_was_made_is_there_after_a_restart(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        Estate made;
        Person person;
        await using (var first = await store.OpenAsync())
        {
            made = await Estate.MakeAsync(first);
            person = await first.Get<GovernanceService>().CreatePersonAsync(made.Organisation.Id, " Ada@Bank.Example ", "Ada", Ct);
            made.UseCase.Stage.ShouldBe("draft");
            person.Email.ShouldBe("ada@bank.example");
        }
        var now = (await store.OpenAsync()).Get<GovernanceCatalog>().Current;
        now.Organisations[made.Organisation.Id].ShouldBe(made.Organisation);
        now.Workspaces[made.Workspace.Id].ShouldBe(made.Workspace);
        now.UseCases[made.UseCase.Id].ShouldBe(made.UseCase);
        now.People[person.Id].ShouldBe(person);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_name_that_is_taken_is_a_conflict_when_made_and_when_renamed(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var service = node.Get<GovernanceService>();
        var made = await Estate.MakeAsync(node);
        var other = await service.CreateOrganisationAsync("Insurer", Ct);

        await RefusedAsync(ErrorTable.Conflict, () => service.CreateOrganisationAsync("Bank", Ct));
        await RefusedAsync(ErrorTable.Conflict, () => service.CreateWorkspaceAsync(made.Organisation.Id, "Retail", Ct));
        await RefusedAsync(ErrorTable.Conflict, () => service.CreateUseCaseAsync(made.Workspace.Id, "Assistant", null, null, Ct));
        await RefusedAsync(ErrorTable.Conflict, () => service.ChangeOrganisationAsync(other, "Bank", null, Ct));
        (await service.CreateWorkspaceAsync(other.Id, "Retail", Ct)).Name.ShouldBe("Retail");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_others_belong_to_stays_and_what_nothing_belongs_to_can_go(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var service = node.Get<GovernanceService>();
        var made = await Estate.MakeAsync(node);
        var person = await service.CreatePersonAsync(made.Organisation.Id, "ada@bank.example", "Ada", Ct);
        await RefusedAsync(ErrorTable.Conflict, () => service.DeleteOrganisationAsync(made.Organisation, Ct));
        await RefusedAsync(ErrorTable.Conflict, () => service.DeleteWorkspaceAsync(made.Workspace, Ct));
        await RefusedAsync(ErrorTable.PreconditionFailed, () => service.DeleteUseCaseAsync(made.UseCase with { Version = 9 }, Ct));

        await service.DeleteUseCaseAsync(made.UseCase, Ct);
        await service.DeleteWorkspaceAsync(made.Workspace, Ct);
        await RefusedAsync(ErrorTable.Conflict, () => service.DeleteOrganisationAsync(made.Organisation, Ct));
        await service.DeletePersonAsync(person, Ct);
        await service.DeleteOrganisationAsync(made.Organisation, Ct);
        var now = node.Get<GovernanceCatalog>().Current;
        (now.Organisations.Count, now.Workspaces.Count, now.UseCases.Count, now.People.Count).ShouldBe((0, 0, 0, 0));

        // A key is history, be it revoked.
        var other = await Estate.MakeAsync(node, "Insurer");
        var key = await Estate.IssueAsync(node, other.UseCase);
        await node.Get<KeyService>().ChangeStateAsync(key.Key, KeyState.Revoked, Ct);
        await RefusedAsync(ErrorTable.Conflict, () => service.DeleteUseCaseAsync(other.UseCase, Ct));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_change_raises_the_version_and_one_made_on_an_older_version_is_refused(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var service = node.Get<GovernanceService>();
        var old = (await Estate.MakeAsync(node)).UseCase;

        await service.ChangeUseCaseAsync(old, null, "answers mail", null, "staging", Ct);
        var now = node.Get<GovernanceCatalog>().Current.UseCases[old.Id];
        now.ShouldBe(old with { Purpose = "answers mail", PurposeVersion = 2, Stage = "staging", Version = 2 });

        await RefusedAsync(ErrorTable.PreconditionFailed, () => service.ChangeUseCaseAsync(old, "Other", null, null, null, Ct));
        await RefusedAsync(ErrorTable.InvalidRequest, () => service.ChangeUseCaseAsync(now, null, null, null, "live", Ct));
        node.Get<GovernanceCatalog>().Current.UseCases[old.Id].ShouldBe(now);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Of_many_changes_made_on_one_version_exactly_one_wins(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var old = (await Estate.MakeAsync(node)).Organisation;
        var tries = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i =>
                    Task.Run(async () =>
                    {
                        try
                        {
                            await node.Get<GovernanceService>().ChangeOrganisationAsync(old, $"Name {i}", null, Ct);
                            return $"Name {i}";
                        }
                        catch (PorticoException e) when (e.Kind == ErrorTable.PreconditionFailed)
                        {
                            return null;
                        }
                    })
                )
        );
        var winner = tries.Where(t => t is not null).ShouldHaveSingleItem();
        node.Get<GovernanceCatalog>().Current.Organisations[old.Id].ShouldBe(old with { Name = winner!, Version = 2 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\nb")]
    [InlineData(null)]
    public async Task Refuses_a_name_that_nobody_could_read(string? name)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        var refusal = await RefusedAsync(ErrorTable.InvalidRequest, () => node.Get<GovernanceService>().CreateOrganisationAsync(name!, Ct));
        refusal.Param.ShouldBe("name");
    }

    internal static async Task<PorticoException> RefusedAsync(ErrorKind kind, Func<Task> work)
    {
        var refusal = await Should.ThrowAsync<PorticoException>(work);
        refusal.Kind.ShouldBe(kind, refusal.Message);
        return refusal;
    }
}
