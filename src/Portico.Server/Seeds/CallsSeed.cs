using System.Threading.Channels;
using Portico.Gateway;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Models;
using Portico.Observability;

namespace Portico.Server.Seeds;

/// <summary>
/// The scenarios with recorded calls: the organisation of <see cref="CallsSheet"/> with its use cases, keys, models, routes and budgets, and the calls of the
/// days before an instant, as the door would have recorded them.
/// </summary>
sealed class CallsSeed(
    GovernanceService governance,
    GovernanceCatalog catalog,
    KeyService keys,
    ModelsAdministration hub,
    ModelsCatalog models,
    GatewayAdministration gateway,
    RecordImport import,
    TimeProvider time
)
{
    /// <summary>Each in one transaction; while one is written the next is made.</summary>
    const int Batch = 2_000;
    const int Days = 30;
    const int Seed = 20_261;

    /// <summary>Names of the scenarios and how many calls they have.</summary>
    public static readonly IReadOnlyDictionary<string, long> Scenarios = new Dictionary<string, long>(StringComparer.Ordinal)
    {
        ["calls-50k"] = 50_000,
        ["calls-5m"] = 5_000_000,
    };

    /// <param name="scenario">A name of <see cref="Scenarios"/>.</param>
    /// <param name="until">When the last call was made; cut to the minute.</param>
    /// <param name="progress">Told how many are in the store.</param>
    /// <param name="ct">Ends the work.</param>
    /// <exception cref="PorticoException">The store has this organisation already.</exception>
    public async Task MakeAsync(string scenario, DateTimeOffset until, IProgress<long> progress, CancellationToken ct)
    {
        if (catalog.Current.Organisations.Values.Any(o => o.Name == CallsSheet.Organisation))
            throw new PorticoException(
                ErrorTable.Conflict,
                $"The store has {CallsSheet.Organisation} already. Make this scenario in another store."
            );
        var calls = Scenarios[scenario];
        var end = Micros.ToTime(Micros.Of(until) / 60_000_000 * 60_000_000);
        var uses = await MakeNounsAsync(end, calls, ct);
        var made = Channel.CreateBounded<List<CallRecord>>(new BoundedChannelOptions(2) { SingleReader = true });
        var making = Task.Run(() => MakeCallsAsync(new CallHistory(uses, end, Days, calls, Seed), made.Writer, ct), ct);
        var count = 0L;
        await foreach (var batch in made.Reader.ReadAllAsync(ct))
        {
            await import.ApplyAsync(batch, ct);
            progress.Report(count += batch.Count);
        }
        await making;
    }

    static async Task MakeCallsAsync(CallHistory history, ChannelWriter<List<CallRecord>> writer, CancellationToken ct)
    {
        try
        {
            foreach (var batch in history.All().Chunk(Batch))
                await writer.WriteAsync([.. batch], ct);
            writer.Complete();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            writer.Complete(e);
        }
    }

    async Task<IReadOnlyList<HistoryUse>> MakeNounsAsync(DateTimeOffset end, long calls, CancellationToken ct)
    {
        await MakeModelsAsync(ct);
        var organisation = await governance.CreateOrganisationAsync(CallsSheet.Organisation, ct);
        var all = new HistoryMeter(
            await BudgetAsync("organisation", organisation.Id.ToString(), "month", Expected(end, calls) * 1.4, ct),
            false
        );
        var workspaces = new Dictionary<string, Workspace>(StringComparer.Ordinal);
        foreach (var name in CallsSheet.UseCases.Select(u => u.Workspace).Distinct(StringComparer.Ordinal))
            workspaces[name] = await governance.CreateWorkspaceAsync(organisation.Id, name, ct);
        var uses = new List<HistoryUse>();
        foreach (var (sheet, place) in CallsSheet.UseCases.Select((u, i) => (u, i)))
        {
            await gateway.AddRouteAsync(sheet.Route, sheet.Models, ct);
            var workspace = workspaces[sheet.Workspace];
            var useCase = await governance.CreateUseCaseAsync(workspace.Id, sheet.Name, sheet.Purpose, sheet.Owner, ct);
            await governance.ChangeUseCaseAsync(useCase, null, null, null, sheet.Stage, ct);
            // From nearly spent to hardly begun, so that some are at risk.
            var tightness = Tightness[place % Tightness.Length];
            var meters = new List<HistoryMeter>
            {
                all,
                new(await BudgetAsync("use_case", useCase.Id.ToString(), "month", Expected(end, calls, sheet) * tightness, ct), false),
            };
            if (place % 4 == 0)
                meters.Add(new(await BudgetAsync("use_case", useCase.Id.ToString(), "day", OfDay(calls, sheet) * 1.3, ct), true));
            var ids = new List<string>();
            for (var k = 1; k <= sheet.Keys; k++)
                ids.Add(await KeyAsync(useCase, $"{sheet.Route}-{k}", k == sheet.Keys && place % 3 == 0, ct));
            uses.Add(
                new HistoryUse(
                    sheet,
                    organisation.Id.ToString(),
                    workspace.Id.ToString(),
                    useCase.Id.ToString(),
                    ids,
                    sheet.Models.Select(Model).ToList(),
                    meters
                )
            );
        }
        return uses;
    }

    static readonly double[] Tightness = [1.18, 2.4, 1.32, 3, 1.05, 1.7];

    async Task<string> KeyAsync(UseCase useCase, string name, bool expires, CancellationToken ct)
    {
        var draft = new KeyDraft
        {
            Name = name,
            UseCaseId = useCase.Id,
            ExpiresAt = expires ? time.GetUtcNow().AddDays(5) : null,
        };
        return (await keys.CreateAsync(draft, Reach.Everywhere, ct)).Key.Id.ToString();
    }

    Task<string> BudgetAsync(string scope, string id, string window, double usd, CancellationToken ct) =>
        gateway.AddBudgetAsync(scope, id, window, Math.Max(1, RoundUsd(usd)), ct);

    /// <summary>Two digits that count, as people set budgets.</summary>
    static long RoundUsd(double usd)
    {
        var step = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, usd))) - 1));
        return (long)(Math.Ceiling(usd / step) * step);
    }

    /// <summary>About what a use case spends a day, USD.</summary>
    static double OfDay(long calls, CallsSheet.SeedUseCase u)
    {
        var model = CallsSheet.Models.Single(m => m.Name == u.Models[0]);
        // Sizes lie around their middle with a long end: the mean is above it.
        var perCall = (u.Input * 1.16 * 0.8 * (double)model.InUsd + u.Output * 1.28 * 1.3 * (double)model.OutUsd) / 1_000_000;
        return calls / (double)Days * u.Share / CallsSheet.UseCases.Sum(x => x.Share) * (1 - u.Cached) * perCall;
    }

    /// <summary>About what it has spent in the month so far.</summary>
    static double Expected(DateTimeOffset end, long calls, CallsSheet.SeedUseCase u) =>
        OfDay(calls, u) * Math.Min(Days, end.Day - 1 + end.TimeOfDay.TotalDays);

    static double Expected(DateTimeOffset end, long calls) => CallsSheet.UseCases.Sum(u => Expected(end, calls, u));

    async Task MakeModelsAsync(CancellationToken ct)
    {
        foreach (var connection in CallsSheet.Models.GroupBy(m => m.Connection))
            await hub.AddSimulatedAsync(connection.Key, connection.Select(Draft).ToList(), ct);
    }

    static (Model, Price) Draft(CallsSheet.SeedModel m) =>
        (
            new Model
            {
                Id = default,
                Name = m.Name,
                ContextTokens = 200_000,
                MaxOutputTokens = 16_000,
                TokenFamily = "sim",
                Embeddings = m.Embeddings,
            },
            new Price
            {
                Id = default,
                Version = 1,
                Rates = new TokenRates
                {
                    Input = (long)(m.InUsd * NanoUsd.PerUsd),
                    CacheRead = (long)(m.InUsd * NanoUsd.PerUsd / 10),
                    Output = (long)(m.OutUsd * NanoUsd.PerUsd),
                },
                Source = "scenario",
            }
        );

    HistoryModel Model(string name)
    {
        var sheet = CallsSheet.Models.Single(m => m.Name == name);
        var deployment = models.Current.Deployments.Single(d => d.Model.Name == name && d.Connection.Name == sheet.Connection);
        return new HistoryModel(sheet, deployment.DeploymentText, deployment.ConnectionText, deployment.PriceAt(time.GetUtcNow())!);
    }
}
