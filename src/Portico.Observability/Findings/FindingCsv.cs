using System.Globalization;
using System.Text;

namespace Portico.Observability.Findings;

/// <summary>Findings as CSV (RFC 4180): a header, then a line a finding, each ended by CR LF.</summary>
static class FindingCsv
{
    static readonly (string Name, Func<FoundThing, string?> Of)[] Columns =
    [
        ("started_at", f => f.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
        ("call_id", f => f.CallId),
        ("number", f => Text(f.Number)),
        ("organisation_id", f => f.OrganisationId),
        ("workspace_id", f => f.WorkspaceId),
        ("use_case_id", f => f.UseCaseId),
        ("rule", f => f.Rule),
        ("kind", f => f.Kind),
        ("channel", f => f.Channel),
        ("where", f => f.Where),
        ("start", f => Text(f.Start)),
        ("length", f => Text(f.Length)),
        ("score_percent", f => Text(f.ScorePercent)),
        ("action", f => f.Action),
        ("digest", f => f.Digest),
        ("review", f => f.Review is { } state ? Reviews.FindingReviewRow.NameOf(state) : null),
    ];

    public static readonly string Head = string.Join(',', Columns.Select(c => c.Name)) + "\r\n";

    public static void Print(FoundThing finding, StringBuilder csv)
    {
        for (var i = 0; i < Columns.Length; i++)
            csv.Append(i == 0 ? "" : ",").Append(UsageCsv.Cell(Columns[i].Of(finding) ?? ""));
        csv.Append("\r\n");
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
