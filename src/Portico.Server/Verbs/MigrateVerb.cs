using System.CommandLine;
using Portico.Governance.Audit;
using Portico.Storage;

namespace Portico.Server.Verbs;

/// <summary>portico migrate: brings the tables of the store to this build, or shows what is missing.</summary>
static class MigrateVerb
{
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would be done." };

    public static Command Command() =>
        new Command("migrate", "Bring the store's tables to this build.") { DryRun }
            .WithLocalOptions()
            .Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var local = LocalNode.Open(LocalOptions.ReadGood(parsed));
        var migrator = local.Get<Migrator>();
        var missing = (await migrator.StateAsync(ct)).Where(m => !m.Applied).ToList();
        foreach (var m in missing)
            Console.WriteLine($"  {m.Module}/{m.Number:0000}_{m.Name}");
        if (missing.Count == 0)
            Console.WriteLine("The store has all tables of this build.");
        else if (parsed.GetValue(DryRun))
            Console.WriteLine($"{missing.Count} to apply. Nothing was changed.");
        else
        {
            var applied = await migrator.ApplyAsync(ct);
            Console.WriteLine($"{applied} applied.");
            await local.Get<MachineActs>().NoteAsync("migrate", $"{applied} migrations, to build {ProductVersion.Text}", ct);
        }
        return 0;
    }
}
