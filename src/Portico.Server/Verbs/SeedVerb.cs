using System.CommandLine;
using System.Globalization;
using Portico.Server.Seeds;

namespace Portico.Server.Verbs;

/// <summary>portico seed: makes a named scenario and reads back what it wrote.</summary>
static class SeedVerb
{
    static readonly Argument<string> Scenario = new("scenario")
    {
        Description = "demo, calls-50k, calls-5m",
        DefaultValueFactory = _ => "demo",
    };

    static readonly Option<bool> Again = new("--again") { Description = "Make another one although the store is not empty." };

    static readonly Option<DateTimeOffset?> Until = new("--until")
    {
        Description = "When the last call of a scenario with calls was made; now by default.",
    };

    public static Command Command() =>
        new Command("seed", "Make a demo organisation with a key and budgets, or one with recorded calls of 30 days.")
        {
            Scenario,
            Again,
            Until,
        }
            .WithLocalOptions()
            .Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var scenario = parsed.GetValue(Scenario)!;
        if (scenario != "demo" && !CallsSeed.Scenarios.ContainsKey(scenario))
            throw Verb.Mistake($"There is no scenario '{scenario}'. Scenarios: demo, {string.Join(", ", CallsSeed.Scenarios.Keys)}.");
        await using var local = LocalNode.Open(LocalOptions.ReadGood(parsed));
        await local.ReadyAsync(ct);
        if (scenario != "demo")
            return await MakeCallsAsync(local, scenario, parsed.GetValue(Until), ct);
        var seed = local.Get<DemoSeed>();
        var made = parsed.GetValue(Again) ? await seed.MakeAsync(ct) : await seed.RunIfEmptyAsync(ct);
        if (made is null)
        {
            Console.WriteLine("The store holds an organisation already; nothing was made. --again makes another.");
            return 0;
        }
        var caller = local.Get<Governance.GovernanceCatalog>().Current.Callers[made.Key.Key.Id];
        await local
            .Get<Governance.Audit.MachineActs>()
            .NoteAsync("seed", $"organisation {caller.OrganisationId}, key {caller.KeyId} and an admin token", ct);
        Console.WriteLine($"organisation   {caller.Organisation.Name}  ({caller.OrganisationId})");
        Console.WriteLine($"workspace      {caller.Workspace.Name}  ({caller.WorkspaceId})");
        Console.WriteLine($"use case       {caller.UseCase.Name}  ({caller.UseCaseId})");
        Console.WriteLine($"key            {caller.Key!.Name}  ({caller.KeyId})");
        Console.WriteLine($"service key    {made.Key.Secret.Reveal()}  (shown once)");
        Console.WriteLine($"admin sign-in  {made.AdminToken.Reveal()}  (also in {made.TokenPath})");
        return 0;
    }

    static async Task<int> MakeCallsAsync(LocalNode local, string scenario, DateTimeOffset? until, CancellationToken ct)
    {
        // Sign-in, key and budgets of the demo too: the scenario itself shows no secret.
        await local.Get<DemoSeed>().RunIfEmptyAsync(ct);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var told = 0L;
        var progress = new Told(count =>
        {
            if (count / 250_000 == told)
                return;
            told = count / 250_000;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count, 12:N0} calls after {clock.Elapsed.TotalSeconds:N0} s"));
        });
        await local.Get<CallsSeed>().MakeAsync(scenario, until ?? local.Get<TimeProvider>().GetUtcNow(), progress, ct);
        await local.Get<Governance.Audit.MachineActs>().NoteAsync("seed", $"scenario {scenario}", ct);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{CallsSeed.Scenarios[scenario]:N0} calls in {clock.Elapsed.TotalSeconds:N0} s")
        );
        return 0;
    }

    /// <summary>Told at once and in order; <see cref="Progress{T}"/> would tell on other threads.</summary>
    sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
