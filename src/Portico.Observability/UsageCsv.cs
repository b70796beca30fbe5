using System.Globalization;
using System.Text;

namespace Portico.Observability;

/// <summary>A report as CSV (RFC 4180): a header, then a line a group, each ended by CR LF.</summary>
static class UsageCsv
{
    static readonly (string Name, Func<UsageLine, string> Of)[] Sums =
    [
        ("calls", l => Text(l.Calls)),
        ("cache_hits", l => Text(l.CacheHits)),
        ("unpriced_calls", l => Text(l.UnpricedCalls)),
        ("input_tokens", l => Text(l.InputTokens)),
        ("cache_read_tokens", l => Text(l.CacheReadTokens)),
        ("cache_write_tokens", l => Text(l.CacheWriteTokens)),
        ("output_tokens", l => Text(l.OutputTokens)),
        ("reasoning_tokens", l => Text(l.ReasoningTokens)),
        ("cost_usd", l => l.CostUsd),
        ("saved_usd", l => l.SavedUsd),
        ("searches", l => Text(l.Searches)),
        ("characters", l => Text(l.Characters)),
        ("audio_ms", l => Text(l.AudioMs)),
        ("images", l => Text(l.Images)),
        ("billed_usd", l => l.BilledUsd),
        ("adjusted_usd", l => l.AdjustedUsd),
    ];

    static readonly (string Name, Func<UsageLine, string> Of)[] Times =
    [
        ("duration_p50_us", l => Text(l.Duration!.P50Us)),
        ("duration_p95_us", l => Text(l.Duration!.P95Us)),
        ("duration_p99_us", l => Text(l.Duration!.P99Us)),
        ("first_output_p50_us", l => Text(l.FirstOutput!.P50Us)),
        ("first_output_p95_us", l => Text(l.FirstOutput!.P95Us)),
        ("first_output_p99_us", l => Text(l.FirstOutput!.P99Us)),
    ];

    /// <param name="lines">The lines of the report.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="names">Names by id, for a column of names beside every column of ids; null = none.</param>
    public static string Print(IReadOnlyList<UsageLine> lines, UsageQuery query, IReadOnlyDictionary<string, string>? names)
    {
        var columns = query.Quantiles ? [.. Sums, .. Times] : Sums;
        var csv = new StringBuilder();
        csv.AppendJoin(',', query.GroupBy.SelectMany(g => HasName(g) ? [g, g + "_name"] : new[] { g }).Concat(columns.Select(c => c.Name)))
            .Append("\r\n");
        foreach (var line in lines)
            csv.AppendJoin(',', query.GroupBy.SelectMany(g => Cells(line, g)).Concat(columns.Select(c => c.Of(line)))).Append("\r\n");
        return csv.ToString();

        bool HasName(string dimension) => names is not null && UsageNames.Knows(dimension);

        IEnumerable<string> Cells(UsageLine line, string dimension)
        {
            var id = line.Group.GetValueOrDefault(dimension, "");
            yield return Cell(id);
            if (HasName(dimension))
                yield return Cell(names!.GetValueOrDefault(id, ""));
        }
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Names of routes and models are foreign text: one that a spreadsheet would take for a formula gets an apostrophe before it.</summary>
    public static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠')
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
