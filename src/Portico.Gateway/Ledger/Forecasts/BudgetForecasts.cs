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
    readonly CancellationTokenSource stopping = new();
    readonly Dictionary<(MeterScope Scope, string Value), SpendSeries> known = [];
    DateTimeOffset wholeAt = DateTimeOffset.MinValue;
    DateTimeOffset freshAt = DateTimeOffset.MinValue;

    /// <summary>The newest hours are in part read again: they are read once more before anybody sees them.</summary>
    bool torn;

    /// <summary>The log knows that the store does not answer.</summary>
    bool told;

    /// <summary>Windows that are long enough for hours to say something about.</summary>
    public static bool Covers(Meter meter) =>
        meter is { IsBudget: true, Disabled: false, Window: MeterWindow.Day or MeterWindow.Month or MeterWindow.Total };

    /// <summary>A model for each of these, null where there is too little to say; things that no budget is on are not asked for.</summary>
    public Task<IReadOnlyDictionary<(MeterScope Scope, string Value), SpendModel?>> ModelsAsync(
        IReadOnlyCollection<(MeterScope Scope, string Value)> of,
        CancellationToken ct
    ) =>
        TakeAsync(
            of,
            _ =>
                Task.FromResult<IReadOnlyDictionary<(MeterScope Scope, string Value), SpendModel?>>(
                    of.Distinct().ToDictionary(k => k, k => known.GetValueOrDefault(k) is { } series ? SpendModel.From(series) : null)
                ),
            ct
        );

    /// <summary>The same, and null when the store does not answer: how a budget stands is known without it.</summary>
    public async Task<IReadOnlyDictionary<(MeterScope Scope, string Value), SpendModel?>?> ModelsOrNoneAsync(
        IReadOnlyCollection<(MeterScope Scope, string Value)> of,
        CancellationToken ct
    )
    {
        try
        {
            return await ModelsAsync(of, ct);
        }
        catch (Exception e) when (IsOfStore(e))
        {
            return null;
        }
    }

    /// <summary>What these cost together in every hour of the last four weeks, a minute old at most.</summary>
    public Task<SpendSeries> SumAsync(MeterScope scope, IReadOnlyCollection<string> values, CancellationToken ct)
    {
        var of = values.Distinct(StringComparer.Ordinal).Select(v => (Scope: scope, Value: v)).ToList();
        return TakeAsync(of, SumKnownAsync, ct);

        async Task<SpendSeries> SumKnownAsync(CancellationToken reading)
        {
            var sum = new SpendSeries(HourOf(time.GetUtcNow()));
            foreach (var key in of)
                if (known.GetValueOrDefault(key) is { } series)
                    sum.Add(series);
            // Those past the bound are nowhere in memory and belong to the sum all the same.
            var others = of.Where(k => !known.ContainsKey(k)).Select(k => k.Value).ToList();
            await foreach (var row in history.ReadAsync(DimensionOf(scope), others, sum.FirstHourUs, long.MaxValue, reading))
                sum[row.HourUs] += row.NanoUsd;
            return sum;
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
            var key = (meter.Scope, status.Value);
            (model, past) = await TakeAsync(
                [key],
                _ =>
                    Task.FromResult<(SpendModel?, List<SpentPoint>)>(
                        known.GetValueOrDefault(key) is { } series
                            ? (SpendModel.From(series), PastOf(series, startsAt, now, status.Spent, every))
                            : (null, [])
                    ),
                ct
            );
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

    /// <summary>
    /// Reads what is missing and takes something from the series, one caller at a time. A caller who leaves does not end the read: the next ones wait for the
    /// same.
    /// </summary>
    async Task<T> TakeAsync<T>(
        IReadOnlyCollection<(MeterScope Scope, string Value)> of,
        Func<CancellationToken, Task<T>> take,
        CancellationToken ct
    )
    {
        await turn.WaitAsync(ct);
        var reading = stopping.Token;
        return await Task.Run(() => ReadAndTakeAsync(of, take, reading), CancellationToken.None).WaitAsync(ct);
    }

    async Task<T> ReadAndTakeAsync<T>(
        IReadOnlyCollection<(MeterScope Scope, string Value)> of,
        Func<CancellationToken, Task<T>> take,
        CancellationToken reading
    )
    {
        try
        {
            await ReadAsync(of, reading);
            return await take(reading);
        }
        catch (Exception e) when (IsOfStore(e))
        {
            if (!told)
                Log.NotRead(logger, e.Message);
            told = true;
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    static bool IsOfStore(Exception e) => e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException;

    static long HourOf(DateTimeOffset at) => Micros.Of(at) / SpendHistory.HourUs * SpendHistory.HourUs;

    async Task ReadAsync(IReadOnlyCollection<(MeterScope Scope, string Value)> of, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var hour = HourOf(now);
        if (now - wholeAt > WholeFor || now < wholeAt)
        {
            known.Clear();
            (wholeAt, freshAt, torn) = (now, now, false);
        }
        if (torn || now - freshAt > FreshFor)
        {
            var from = Math.Min(hour, HourOf(freshAt)) - (long)Late.TotalMicroseconds;
            torn = true;
            foreach (var series in known.Values)
            {
                series.MoveTo(hour);
                series.ClearFrom(from);
            }
            await FillAsync(known, from, ct);
            (freshAt, torn) = (now, false);
        }
        var missing = of.Where(k => !known.ContainsKey(k))
            .Distinct()
            .Take(Math.Max(0, MaxSeries - known.Count))
            .ToDictionary(k => k, _ => new SpendSeries(hour));
        await FillAsync(missing, hour - SpendSeries.Kept * SpendHistory.HourUs, ct);
        // What was read in part is no history: it is known when all of it is read.
        foreach (var (key, series) in missing)
            known[key] = series;
    }

    /// <summary>One look at the hours for each scope.</summary>
    async Task FillAsync(Dictionary<(MeterScope Scope, string Value), SpendSeries> empty, long fromUs, CancellationToken ct)
    {
        foreach (var scope in empty.Keys.ToLookup(k => k.Scope, k => k.Value))
        await foreach (var row in history.ReadAsync(DimensionOf(scope.Key), scope.ToList(), fromUs, long.MaxValue, ct))
            empty[(scope.Key, row.Value)][row.HourUs] = row.NanoUsd;
        told &= empty.Count == 0;
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
                await ModelsOrNoneAsync(of, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(Between, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await stopping.CancelAsync();
    }

    public override void Dispose()
    {
        base.Dispose();
        // The container knows it under two names and disposes of it twice.
        if (!stopping.IsCancellationRequested)
            stopping.Cancel();
        stopping.Dispose();
        turn.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "What forecasts of budgets are made from cannot be read; until it can, budgets are listed without: {Reason}"
        )]
        public static partial void NotRead(ILogger logger, string reason);
    }
}
