using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Portico.Observability.Contents;

namespace Portico.Observability;

/// <summary>A counter that another module keeps and a scrape shows.</summary>
public sealed record MetricCounter(string Name, string Help, Func<long> Value);

/// <summary>One line of a family: its labels, whose values are bounded by what administrators made, and its value.</summary>
public readonly record struct MetricSample(IReadOnlyList<(string Name, string Value)> Labels, double Value);

/// <summary>What a module says about itself on this node: whether it is well, in a sentence, and what to do when it is not.</summary>
public sealed record NodeCheck(string What, Func<(bool Good, string Detail, string Fix)> Look);

/// <summary>A metric with labels that another module keeps and a scrape shows; the kind is counter or gauge.</summary>
public sealed record MetricFamily(string Name, string Kind, string Help, Func<IEnumerable<MetricSample>> Samples);

/// <summary>Counts calls as they end and prints them in Prometheus' text format. Label values are bounded: past the bound they are "other".</summary>
public sealed class Metrics
{
    const int MaxModels = 200;
    static readonly double[] DurationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    sealed class Series
    {
        public long Calls,
            Input,
            Output,
            CostNanoUsd,
            DurationUs;
        public readonly long[] Buckets = new long[DurationBounds.Length];
    }

    readonly ConcurrentDictionary<(string Model, string Provider, string Outcome), Series> series = new();
    readonly CallRecorder recorder;
    readonly ContentKeeper contents;
    long live;

    readonly IReadOnlyList<MetricCounter> more;
    readonly IReadOnlyList<MetricFamily> families;

    public Metrics(CallRecorder recorder, ContentKeeper contents, IEnumerable<MetricCounter> more, IEnumerable<MetricFamily> families)
    {
        this.more = more.ToList();
        this.families = families.ToList();
        this.recorder = recorder;
        this.contents = contents;
        recorder.Listen(Count);
    }

    public void Began() => Interlocked.Increment(ref live);

    public void Ended() => Interlocked.Decrement(ref live);

    public long Live => Interlocked.Read(ref live);

    void Count(CallRecord r)
    {
        var key = (r.Model ?? "", r.Provider ?? "", Outcomes.Name(r.Outcome));
        if (!series.TryGetValue(key, out var s))
            s = series.GetOrAdd(series.Count < MaxModels ? key : ("other", "other", key.Item3), _ => new Series());
        Interlocked.Increment(ref s.Calls);
        Interlocked.Add(ref s.Input, r.Usage.TotalInput);
        Interlocked.Add(ref s.Output, r.Usage.TotalOutput);
        Interlocked.Add(ref s.CostNanoUsd, r.CostNanoUsd);
        Interlocked.Add(ref s.DurationUs, r.DurationUs);
        var seconds = r.DurationUs / 1e6;
        for (var i = 0; i < DurationBounds.Length; i++)
            if (seconds <= DurationBounds[i])
            {
                Interlocked.Increment(ref s.Buckets[i]);
                break;
            }
    }

    /// <summary>The exposition: https://prometheus.io/docs/instrumenting/exposition_formats/.</summary>
    public string Print()
    {
        var text = new StringBuilder();
        var rows = series.OrderBy(p => p.Key.ToString(), StringComparer.Ordinal).ToList();
        Counter(text, "portico_calls_total", "Calls that ended", rows, s => s.Calls);
        Counter(text, "portico_input_tokens_total", "Input tokens of ended calls", rows, s => s.Input);
        Counter(text, "portico_output_tokens_total", "Output tokens of ended calls, reasoning included", rows, s => s.Output);
        Counter(text, "portico_cost_nano_usd_total", "Cost of ended calls in billionths of a US dollar", rows, s => s.CostNanoUsd);
        Histogram(text, rows);
        text.Append(
            CultureInfo.InvariantCulture,
            $"# HELP portico_contents_dropped_total Contents not kept because too many waited for the store\n# TYPE portico_contents_dropped_total counter\nportico_contents_dropped_total {contents.Lost}\n"
        );
        foreach (var counter in more)
            Total(text, counter.Name, counter.Help, counter.Value());
        foreach (var family in families)
            Family(text, family);
        Gauge(text, "portico_live_calls", "Calls under way", Live);
        Gauge(text, "portico_journal_backlog_bytes", "Journal bytes that the store does not have yet", recorder.Backlog);
        Gauge(text, "portico_records_healthy", "1 while records can be kept", recorder.Healthy ? 1 : 0);
        Gauge(text, "process_resident_memory_bytes", "Resident memory", Environment.WorkingSet);
        Gauge(text, "dotnet_gc_heap_bytes", "Managed heap", GC.GetTotalMemory(false));
        Total(text, "dotnet_gc_allocated_bytes_total", "Bytes allocated on the managed heap", GC.GetTotalAllocatedBytes());
        Total(
            text,
            "dotnet_gc_pause_milliseconds_total",
            "Time for which collections held all threads",
            (long)GC.GetTotalPauseDuration().TotalMilliseconds
        );
        return text.ToString();
    }

    static void Counter(
        StringBuilder text,
        string name,
        string help,
        List<KeyValuePair<(string Model, string Provider, string Outcome), Series>> rows,
        Func<Series, long> value
    )
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} counter\n");
        foreach (var (key, s) in rows)
            text.Append(CultureInfo.InvariantCulture, $"{name}{{{Labels(key)}}} {value(s)}\n");
    }

    static void Histogram(StringBuilder text, List<KeyValuePair<(string Model, string Provider, string Outcome), Series>> rows)
    {
        const string Name = "portico_call_duration_seconds";
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} Time from arrival to end\n# TYPE {Name} histogram\n");
        foreach (var (key, s) in rows)
        {
            var labels = Labels(key);
            var sum = 0L;
            for (var i = 0; i < DurationBounds.Length; i++)
            {
                sum += s.Buckets[i];
                text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{labels},le=\"{DurationBounds[i]}\"}} {sum}\n");
            }
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Name}_bucket{{{labels},le=\"+Inf\"}} {s.Calls}\n{Name}_sum{{{labels}}} {s.DurationUs / 1e6}\n{Name}_count{{{labels}}} {s.Calls}\n"
            );
        }
    }

    static void Family(StringBuilder text, MetricFamily family)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {family.Kind}\n");
        foreach (var (labels, value) in family.Samples())
            text.Append(family.Name)
                .Append('{')
                .AppendJoin(',', labels.Select(l => $"{l.Name}=\"{Escape(l.Value)}\""))
                .Append(CultureInfo.InvariantCulture, $"}} {value}\n");
    }

    static void Gauge(StringBuilder text, string name, string help, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");

    static void Total(StringBuilder text, string name, string help, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n");

    static string Labels((string Model, string Provider, string Outcome) key) =>
        $"model=\"{Escape(key.Model)}\",provider=\"{Escape(key.Provider)}\",outcome=\"{key.Outcome}\"";

    static string Escape(string value) =>
        value
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
