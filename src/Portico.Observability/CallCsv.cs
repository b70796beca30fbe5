using System.Globalization;
using System.Text;

namespace Portico.Observability;

/// <summary>Calls as CSV (RFC 4180): a header, then a line a call, each ended by CR LF.</summary>
static class CallCsv
{
    static readonly (string Name, Func<CallRecord, string?> Of)[] Columns =
    [
        ("id", c => c.Id.ToString()),
        (
            "started_at",
            c => Micros.ToTime(c.StartedAtUs).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
        ),
        ("outcome", c => Outcomes.Name(c.Outcome)),
        ("status", c => Text(c.Status)),
        ("error_code", c => c.ErrorCode),
        ("organisation_id", c => c.OrganisationId),
        ("workspace_id", c => c.WorkspaceId),
        ("use_case_id", c => c.UseCaseId),
        ("key_id", c => c.KeyId),
        ("person_id", c => c.PersonId),
        ("end_user", c => c.EndUser),
        ("operation", c => c.Operation),
        ("wire", c => c.Wire),
        ("requested_model", c => c.RequestedModel),
        ("route", c => c.Route),
        ("model", c => c.Model),
        ("provider", c => c.Provider),
        ("connection_id", c => c.ConnectionId),
        ("deployment_id", c => c.DeploymentId),
        ("served_model", c => c.ServedModel),
        ("attempts", c => Text(c.Attempts.Count)),
        ("cache", c => c.Cache),
        ("input_tokens", c => Text(c.Usage.TotalInput)),
        ("cache_read_tokens", c => Text(c.Usage.CacheRead)),
        ("cache_write_tokens", c => Text(c.Usage.CacheWrite + c.Usage.CacheWriteLong)),
        ("output_tokens", c => Text(c.Usage.TotalOutput)),
        ("reasoning_tokens", c => Text(c.Usage.Reasoning)),
        ("cost_usd", c => NanoUsd.Format(c.CostNanoUsd)),
        ("unpriced", c => c.Unpriced ? "true" : "false"),
        ("held_usd", c => NanoUsd.Format(c.HeldNanoUsd)),
        ("saved_usd", c => NanoUsd.Format(c.SavedNanoUsd)),
        ("price_id", c => c.PriceId),
        ("price_version", c => c.PriceId is null ? null : Text(c.PriceVersion)),
        ("duration_us", c => Text(c.DurationUs)),
        ("first_output_us", c => c.FirstOutputUs == 0 ? null : Text(c.FirstOutputUs)),
        ("overhead_us", c => Text(c.OverheadUs)),
        ("trace_id", c => c.TraceId),
    ];

    public static readonly string Head = string.Join(',', Columns.Select(c => c.Name)) + "\r\n";

    public static void Print(CallRecord call, StringBuilder csv)
    {
        for (var i = 0; i < Columns.Length; i++)
            csv.Append(i == 0 ? "" : ",").Append(UsageCsv.Cell(Columns[i].Of(call) ?? ""));
        csv.Append("\r\n");
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
