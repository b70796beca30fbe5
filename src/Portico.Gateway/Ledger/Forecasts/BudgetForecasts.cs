using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Observability;

namespace Portico.Gateway.Ledger.Forecasts;

/// <summary>
/// Forecasts of budgets. The hours that they are made from are read once from the rollups and kept; what came since is added at most once a minute, so that a
/// list of budgets costs the same however many calls there were.
/// </summary>
sealed partial class BudgetForecasts(SpendHistory history, MeterCatalog catalog, TimeProvider time, ILogger<BudgetForecasts> logger)
    : BackgroundService
{
    /// <summary>Things with a history in memory, 5 KiB each; further ones have no forecast.</summary>
    public const int MaxSeries = 5_000;

    static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);

    /// <summary>Re-ratings change hours that are over: all of them are read again now and then.</summary>
    static readonly TimeSpan WholeFor = TimeSpan.FromHours(6);

    /// <summary>The journal of a node that was away brings its calls late.</summary>
    static readonly TimeSpan Late = TimeSpan.FromHours(2);
    static readonly TimeSpan Between = TimeSpan.FromMinutes(10);

    readonly SemaphoreSlim turn = new(1, 1);
    readonly Dictionary<(MeterScope Scope, string Value), SpendSeries> known = [];
    DateTimeOffset wholeAt = DateTimeOffset.MinValue;
    DateTimeOffset freshAt = DateTimeOffset.MinValue;

    /// <summary>Windows that are long enough for hours to say something about.</summary>
    public static bool Covers(Meter meter) =>
        meter is { IsBudget: true, Disabled: false, Window: MeterWindow.Day or MeterWindow.Month or MeterWindow.Total };

    /// <summary>A model for each of these, null where there is too little to say; things that no budget is on are not asked for.</summary>
    public async Task<IReadOnlyDictionary<(MeterScope Scope, string Value), SpendModel?>> ModelsAsync(
        IReadOnlyCollection<(MeterScope Scope, string Value)> of,
        CancellationToken ct
    )
    {
        await turn.WaitAsync(ct);
        try
        {
            await ReadAsync(of, ct);
            return of.Distinct().ToDictionary(k => k, k => known.GetValueOrDefault(k) is { } series ? SpendModel.From(series) : null);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>How a budget stands for one thing: its way so far and from now on. Between is by hour of a day's window, else by day.</summary>
    public async Task<ForecastView> ViewAsync(MeterStatus status, DateTimeOffset? startsAt, CancellationToken ct)
    {
        var (meter, now) = (status.Meter, time.GetUtcNow());
        SpendModel? model = null;
        List<SpentPoint> past = [];
        var every = meter.Window == MeterWindow.Day ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);
        if (Covers(meter))
        {
            await turn.WaitAsync(ct);
            try
            {
                var key = (meter.Scope, status.Value);
                await ReadAsync([key], ct);
                if (known.GetValueOrDefault(key) is { } series)
                {
                    model = SpendModel.From(series);
                    past = PastOf(series, startsAt, now, status.Spent, every);
                }
            }
            finally
            {
                turn.Release();
            }
        }
        var end = status.ResetsAt ?? now.AddDays(28);
        return new ForecastView(
            status.Value,
            now,
            startsAt,
            status.ResetsAt,
            meter.Limit,
            status.Spent,
            status.Held,
            Forecaster.Of(model, now, status.ResetsAt, status.Spent, meter.Limit),
            past,
            model is null ? [] : Forecaster.Future(model, now, end, status.Spent, every)
        );
    }

    /// <summary>
    /// The line leads back from what the ledger has spent, which alone counts: a budget that was made within its window begins at nothing on that day, though
    /// more was spent before.
    /// </summary>
    static List<SpentPoint> PastOf(SpendSeries series, DateTimeOffset? startsAt, DateTimeOffset now, long spent, TimeSpan every)
    {
        var step = (long)every.TotalMicroseconds;
        var start = Math.Max(startsAt is { } s ? Micros.Of(s) : 0, (series.FirstHourUs + step - 1) / step * step);
        var points = new List<SpentPoint>();
        for (var at = start; at < Micros.Of(now); at += step)
            points.Add(new SpentPoint(Micros.ToTime(at), Math.Max(0, spent - series.SumFrom(at))));
        points.Add(new SpentPoint(now, spent));
        return points;
    }

    async Task ReadAsync(IReadOnlyCollection<(MeterScope Scope, string Value)> of, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var hour = Micros.Of(now) / SpendHistory.HourUs * SpendHistory.HourUs;
        if (now - wholeAt > WholeFor || now < wholeAt)
        {
            known.Clear();
            (wholeAt, freshAt) = (now, now);
        }
        if (now - freshAt > FreshFor)
        {
            var from = Math.Min(hour, Micros.Of(freshAt) / SpendHistory.HourUs * SpendHistory.HourUs) - (long)Late.TotalMicroseconds;
            foreach (var series in known.Values)
                series.MoveTo(hour);
            await FillAsync(known.Keys, from, ct);
            freshAt = now;
        }
        var missing = of.Where(k => !known.ContainsKey(k)).Distinct().Take(Math.Max(0, MaxSeries - known.Count)).ToList();
        foreach (var key in missing)
            known[key] = new SpendSeries(hour);
        await FillAsync(missing, hour - SpendSeries.Kept * SpendHistory.HourUs, ct);
    }

    async Task FillAsync(IReadOnlyCollection<(MeterScope Scope, string Value)> keys, long fromUs, CancellationToken ct)
    {
        try
        {
            foreach (var scope in keys.ToLookup(k => k.Scope, k => k.Value))
            foreach (var values in scope.Chunk(500))
            {
                var rows = await history.ReadAsync(DimensionOf(scope.Key), values, fromUs, long.MaxValue, ct);
                foreach (var value in values)
                    known[(scope.Key, value)].ClearFrom(fromUs);
                foreach (var row in rows)
                    known[(scope.Key, row.Value)][row.HourUs] = row.NanoUsd;
            }
        }
        catch
        {
            // What was read in part is no history: the next one who asks reads all of it.
            known.Clear();
            wholeAt = DateTimeOffset.MinValue;
            throw;
        }
    }

    static string DimensionOf(MeterScope scope) => scope == MeterScope.UseCase ? "use_case" : scope.ToString().ToLowerInvariant();

    /// <summary>Reads ahead, so that the first who opens the page does not wait for four weeks of rollups.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var of = catalog.Current.Meters.Where(m => Covers(m) && m.ScopeId != "*").Select(m => (m.Scope, m.ScopeId)).ToList();
                await ModelsAsync(of, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException)
            {
                Log.NotRead(logger, e.Message);
            }
            await Task.Delay(Between, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "What forecasts of budgets are made from could not be read ahead: {Reason}")]
        public static partial void NotRead(ILogger logger, string reason);
    }
}
