using Dapper;
using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>The acceptable-use policies of organisations, and who acknowledged which version.</summary>
public sealed class AcceptableUses(Database database, LearningCatalog catalog, TimeProvider time)
{
    /// <summary>The version of the program's own text, which holds until an organisation publishes one.</summary>
    public const int Shipped = 1;
    public const int MaxLength = 50_000;

    sealed class Row
    {
        public long Version { get; set; }
        public string Text { get; set; } = "";
        public long AsksAgain { get; set; }
        public long CreatedUs { get; set; }

        public AcceptableUse ToNoun() => new((int)Version, Text, AsksAgain != 0, Micros.ToTime(CreatedUs));
    }

    static readonly AcceptableUse OfTheProgram = new(Shipped, CourseLibrary.AcceptableUse, true, null);

    /// <summary>All versions, the newest first.</summary>
    public async Task<IReadOnlyList<AcceptableUse>> VersionsAsync(OrganisationId organisation, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            "select version, text, asks_again, created_us from governance_acceptable_use where organisation_id = @organisation order by version desc",
            new { organisation = organisation.ToString() }
        );
        return [.. rows.Select(r => r.ToNoun()), OfTheProgram];
    }

    public async Task<AcceptableUse> CurrentAsync(OrganisationId organisation, CancellationToken ct) =>
        (await VersionsAsync(organisation, ct))[0];

    /// <summary>Publishes the next version.</summary>
    /// <exception cref="PorticoException">The text is empty or too long, or somebody published meanwhile.</exception>
    public async Task<AcceptableUse> PublishAsync(
        AcceptableUse before,
        OrganisationId organisation,
        string? text,
        bool asksAgain,
        CancellationToken ct
    )
    {
        var next = new AcceptableUse(before.Version + 1, Checked(text), asksAgain, Micros.ToTime(Micros.Now(time)));
        var rows = await database.WriteAsync(
            async work =>
            {
                var made = await work.Connection.ExecuteAsync(
                    """
                    insert into governance_acceptable_use (organisation_id, version, text, asks_again, created_us)
                    values (@organisation, @Version, @Text, @again, @now) on conflict do nothing
                    """,
                    new
                    {
                        organisation = organisation.ToString(),
                        next.Version,
                        next.Text,
                        again = asksAgain ? 1 : 0,
                        now = Micros.Of(next.PublishedAt),
                    },
                    work.Transaction
                );
                work.Signal(LearningCatalog.Signal, organisation.ToString(), next.Version);
                return made;
            },
            ct
        );
        if (rows == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "Another version was published while yours was written.");
        await catalog.RefreshAsync(ct);
        return next;
    }

    /// <summary>Keeps that a person accepted the version that holds; to do it again changes nothing.</summary>
    /// <exception cref="PorticoException">Another version holds by now.</exception>
    public async Task AcknowledgeAsync(Person person, int? version, CancellationToken ct)
    {
        var current = await CurrentAsync(person.OrganisationId, ct);
        if (version != current.Version)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"Version {current.Version} of the acceptable-use policy holds now. Read it, and acknowledge that one.",
                "version"
            );
        await database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    "insert into governance_acknowledgements (person_id, version, at_us) values (@person, @version, @now) on conflict do nothing",
                    new
                    {
                        person = person.Id.ToString(),
                        version,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                work.Signal(LearningCatalog.Signal, person.Id.ToString(), 1);
            },
            ct
        );
        await catalog.RefreshAsync(ct);
    }

    /// <summary>The version that a person acknowledged last, and when; null when none.</summary>
    public async Task<(int Version, DateTimeOffset At)?> AcknowledgedAsync(PersonId person, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QueryFirstOrDefaultAsync<(long Version, long AtUs)?>(
            "select version, at_us from governance_acknowledgements where person_id = @person order by version desc limit 1",
            new { person = person.ToString() }
        );
        return row is { } found ? ((int)found.Version, Micros.ToTime(found.AtUs)) : null;
    }

    static string Checked(string? text) =>
        text?.ReplaceLineEndings("\n").Trim() is { Length: > 0 and <= MaxLength } good
            ? good
            : throw new PorticoException(ErrorTable.InvalidRequest, $"text must have 1 to {MaxLength} characters.", "text");
}
