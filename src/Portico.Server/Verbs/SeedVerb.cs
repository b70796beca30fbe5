using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>portico seed: makes a named scenario and reads back what it wrote.</summary>
static class SeedVerb
{
    static readonly Argument<string> Scenario = new("scenario") { Description = "demo", DefaultValueFactory = _ => "demo" };

    static readonly Option<bool> Again = new("--again") { Description = "Make another one although the store is not empty." };

    public static Command Command() =>
        new Command("seed", "Make a demo organisation with a key and budgets.") { Scenario, Again }
            .WithLocalOptions()
            .Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        if (parsed.GetValue(Scenario) is not "demo")
            throw Verb.Mistake($"There is no scenario '{parsed.GetValue(Scenario)}'. Scenarios: demo.");
        await using var local = LocalNode.Open(LocalOptions.ReadGood(parsed));
        await local.ReadyAsync(ct);
        var seed = local.Get<DemoSeed>();
        var made = parsed.GetValue(Again) ? await seed.MakeAsync(ct) : await seed.RunIfEmptyAsync(ct);
        if (made is null)
        {
            Console.WriteLine("The store holds an organisation already; nothing was made. --again makes another.");
            return 0;
        }
        var caller = local.Get<Governance.GovernanceCatalog>().Current.Callers[made.Key.Key.Id];
        Console.WriteLine($"organisation   {caller.Organisation.Name}  ({caller.OrganisationId})");
        Console.WriteLine($"workspace      {caller.Workspace.Name}  ({caller.WorkspaceId})");
        Console.WriteLine($"use case       {caller.UseCase.Name}  ({caller.UseCaseId})");
        Console.WriteLine($"key            {caller.Key!.Name}  ({caller.KeyId})");
        Console.WriteLine($"service key    {made.Key.Secret.Reveal()}  (shown once)");
        Console.WriteLine($"admin sign-in  {made.AdminToken.Reveal()}  (also in {made.TokenPath})");
        return 0;
    }
}
