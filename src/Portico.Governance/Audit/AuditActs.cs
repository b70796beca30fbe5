using System.Text.Json;
using Dapper;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>What a line says of an act; null where it does not say it.</summary>
sealed record ActLine(
    string Id,
    long Entry,
    long AtUs,
    bool IsOutcome,
    string? Actor,
    string? Action,
    string? Resource,
    int? Status,
    string? Code,
    string? Made,
    string? Workload
)
{
    static readonly byte[] Prefix = "\"kind\":\"act."u8.ToArray();

    /// <summary>Null when the line is of something else.</summary>
    public static ActLine? Read(ReadOnlySpan<byte> line, long entry, long atUs)
    {
        // Calls are most of the lines and are not parsed.
        if (line.IndexOf(Prefix) is < 0 or > 32)
            return null;
        var reader = new Utf8JsonReader(line);
        var of = JsonElement.ParseValue(ref reader);
        return new ActLine(
            of.GetProperty("act").GetString()!,
            entry,
            atUs,
            of.GetProperty("kind").ValueEquals("act.outcome"),
            Text("actor"),
            Text("action"),
            Text("resource"),
            of.TryGetProperty("status", out var status) ? status.GetInt32() : null,
            Text("code"),
            Text("made"),
            Text("workload")
        );

        string? Text(string name) => of.TryGetProperty(name, out var found) ? found.GetString() : null;
    }
}

/// <summary>An act, found again.</summary>
/// <param name="Id">Of the act.</param>
/// <param name="At">When it was begun.</param>
/// <param name="Actor">Id of the person or token; null for a stranger.</param>
/// <param name="Action">Method and address pattern.</param>
/// <param name="Resource">The address; of what was made, the address that it has.</param>
/// <param name="Status">HTTP status; null while it is under way, or for good when its process died.</param>
/// <param name="Code">The error, if it was one.</param>
/// <param name="Log">Where its entries stand.</param>
/// <param name="Entry">Index of the intent, or of the refusal.</param>
/// <param name="OutcomeEntry">Index of the outcome.</param>
/// <param name="Workload">The service whose token opened the admin token that is the actor.</param>
public sealed record AuditAct(
    string Id,
    DateTimeOffset At,
    string? Actor,
    string Action,
    string Resource,
    int? Status,
    string? Code,
    string Log,
    long Entry,
    long? OutcomeEntry,
    string? Workload
);

/// <summary>Which acts are looked for.</summary>
sealed record ActFilter(
    string? Actor = null,
    string? Action = null,
    string? Resource = null,
    int? Status = null,
    long? FromUs = null,
    long? ToUs = null,
    string? Id = null
);

/// <summary>The index of acts.</summary>
sealed class AuditActs(Database database)
{
    sealed class Row
    {
        public string Id { get; set; } = "";
        public string LogId { get; set; } = "";
        public long Entry { get; set; }
        public long? OutcomeEntry { get; set; }
        public long AtUs { get; set; }
        public string? Actor { get; set; }
        public string Action { get; set; } = "";
        public string Resource { get; set; } = "";
        public long? Status { get; set; }
        public string? Code { get; set; }
        public string? Workload { get; set; }

        public AuditAct ToAct() =>
            new(Id, Micros.ToTime(AtUs), Actor, Action, Resource, (int?)Status, Code, LogId, Entry, OutcomeEntry, Workload);
    }

    public static async Task IndexAsync(DbWork work, string log, IReadOnlyList<ActLine> acts)
    {
        await work.Connection.ExecuteAsync(
            """
            insert into governance_audit_acts (id, log_id, entry, at_us, actor, action, resource, status, code, workload)
            values (@Id, @log, @Entry, @AtUs, @Actor, @Action, @Resource, @Status, @Code, @Workload)
            """,
            acts.Where(a => !a.IsOutcome)
                .Select(a => new
                {
                    a.Id,
                    log,
                    a.Entry,
                    a.AtUs,
                    a.Actor,
                    Action = a.Action ?? "",
                    Resource = a.Resource ?? "",
                    a.Workload,
                    a.Status,
                    a.Code,
                }),
            work.Transaction
        );
        await work.Connection.ExecuteAsync(
            """
            update governance_audit_acts
            set status = @Status, code = @Code, outcome_entry = @Entry, actor = coalesce(actor, @Actor), resource = coalesce(@Made, resource)
            where id = @Id
            """,
            acts.Where(a => a.IsOutcome)
                .Select(a => new
                {
                    a.Id,
                    a.Entry,
                    a.Actor,
                    a.Status,
                    a.Code,
                    a.Made,
                }),
            work.Transaction
        );
    }

    /// <summary>The newest first.</summary>
    public async Task<Page<AuditAct>> ListAsync(ActFilter filter, PageRequest page, CancellationToken ct)
    {
        var terms = new List<string>();
        Term(filter.Id, "id = @Id");
        Term(filter.Actor, "actor = @Actor");
        Term(filter.Action, "action like @action escape '!'");
        Term(filter.Resource, "resource like @resource escape '!'");
        Term(filter.Status, "status = @Status");
        Term(filter.FromUs, "at_us >= @FromUs");
        Term(filter.ToUs, "at_us < @ToUs");
        var (afterUs, afterId) = AfterOf(page);
        Term(page.After, "(at_us < @afterUs or (at_us = @afterUs and id < @afterId))");
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            new CommandDefinition(
                $"""
                select id, log_id, entry, outcome_entry, at_us, actor, action, resource, status, code, workload from governance_audit_acts
                {(terms.Count == 0 ? "" : "where " + string.Join(" and ", terms))}
                order by at_us desc, id desc limit @take
                """,
                new
                {
                    filter.Id,
                    filter.Actor,
                    action = Like(filter.Action),
                    resource = Like(filter.Resource),
                    filter.Status,
                    filter.FromUs,
                    filter.ToUs,
                    afterUs,
                    afterId,
                    take = page.Limit + 1,
                },
                cancellationToken: ct
            )
        );
        return page.Cut(rows.Select(r => r.ToAct()).ToList(), a => $"{Micros.Of(a.At)}-{a.Id}");

        void Term(object? given, string sql)
        {
            if (given is not null)
                terms.Add(sql);
        }
    }

    static string? Like(string? text) => text is null ? null : "%" + text.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_") + "%";

    static (long AtUs, string Id) AfterOf(PageRequest page)
    {
        if (page.After is not { } after)
            return (0, "");
        var cut = after.IndexOf('-');
        return cut > 0 && long.TryParse(after[..cut], System.Globalization.CultureInfo.InvariantCulture, out var us)
            ? (us, after[(cut + 1)..])
            : throw new PorticoException(ErrorTable.InvalidRequest, "This cursor is none of this list.", "after");
    }
}
