using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Portico.Governance.Audit;
using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>What is signed of a certificate.</summary>
sealed record CertificateText(
    string Certificate,
    string Person,
    string Name,
    string Organisation,
    string Course,
    int CourseVersion,
    string Title,
    int Score,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt
);

/// <summary>Certificates: issued where a quiz is passed, signed with the audit key, and checked with its public half.</summary>
public sealed class Certificates(Database database, AuditKeys keys, TimeProvider time)
{
    /// <summary>How long one is good.</summary>
    public const int Months = 12;
    const string Purpose = "portico certificate v1";

    internal const string Columns =
        "id, person_id, organisation_id, course_id, course_version, title, score, issued_us, expires_us, text, signature, key_id";

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string PersonId { get; set; } = "";
        public string OrganisationId { get; set; } = "";
        public string CourseId { get; set; } = "";
        public long CourseVersion { get; set; }
        public string Title { get; set; } = "";
        public long Score { get; set; }
        public long IssuedUs { get; set; }
        public long ExpiresUs { get; set; }
        public string Text { get; set; } = "";
        public string Signature { get; set; } = "";
        public string KeyId { get; set; } = "";

        public Certificate ToNoun() =>
            new(
                CertificateId.Parse(Id),
                Id<IdKinds.Person>.Parse(PersonId),
                Id<IdKinds.Organisation>.Parse(OrganisationId),
                CourseId,
                (int)CourseVersion,
                Title,
                (int)Score,
                Micros.ToTime(IssuedUs),
                Micros.ToTime(ExpiresUs),
                Text,
                Signature,
                KeyId
            );
    }

    /// <summary>A certificate that is signed and stands nowhere yet.</summary>
    internal async Task<Certificate> MakeAsync(Person person, Course course, int score, CancellationToken ct)
    {
        var id = CertificateId.New(time);
        var issued = Micros.ToTime(Micros.Now(time));
        var text = JsonSerializer.Serialize(
            new CertificateText(
                id.ToString(),
                person.Id.ToString(),
                person.Name,
                person.OrganisationId.ToString(),
                course.Id,
                course.Version,
                course.Title,
                score,
                issued,
                issued.AddMonths(Months)
            ),
            GovernanceJson.Default.CertificateText
        );
        using var key = await keys.CurrentAsync(ct);
        return new Certificate(
            id,
            person.Id,
            person.OrganisationId,
            course.Id,
            course.Version,
            course.Title,
            score,
            issued,
            issued.AddMonths(Months),
            text,
            Convert.ToBase64String(key.SignText(Purpose, text)),
            Convert.ToHexStringLower(key.Id)
        );
    }

    internal static Task InsertAsync(DbWork work, Certificate made) =>
        work.Connection.ExecuteAsync(
            $"""
            insert into governance_certificates ({Columns})
            values (@id, @person, @organisation, @CourseId, @CourseVersion, @Title, @Score, @issued, @expires, @Text, @Signature, @KeyId)
            """,
            new
            {
                id = made.Id.ToString(),
                person = made.PersonId.ToString(),
                organisation = made.OrganisationId.ToString(),
                made.CourseId,
                made.CourseVersion,
                made.Title,
                made.Score,
                issued = Micros.Of(made.IssuedAt),
                expires = Micros.Of(made.ExpiresAt),
                made.Text,
                made.Signature,
                made.KeyId,
            },
            work.Transaction
        );

    /// <summary>Of an organisation, or of one person or course of it, by age.</summary>
    public async Task<Page<Certificate>> ListAsync(
        OrganisationId organisation,
        PersonId? person,
        string? course,
        PageRequest page,
        CancellationToken ct
    )
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            $"""
            select {Columns} from governance_certificates
            where organisation_id = @organisation and (@person is null or person_id = @person) and (@course is null or course_id = @course)
              and (@After is null or id > @After)
            order by id limit @take
            """,
            new
            {
                organisation = organisation.ToString(),
                person = person?.ToString(),
                course,
                page.After,
                take = page.Limit + 1,
            }
        );
        return page.Cut(rows.Select(r => r.ToNoun()).ToList(), c => c.Id.ToString());
    }

    /// <exception cref="PorticoException">The organisation, or the person in it, has no such certificate.</exception>
    public async Task<Certificate> FindAsync(OrganisationId organisation, PersonId? person, string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<Row>(
            $"""
            select {Columns} from governance_certificates
            where id = @id and organisation_id = @organisation and (@person is null or person_id = @person)
            """,
            new
            {
                id,
                organisation = organisation.ToString(),
                person = person?.ToString(),
            }
        );
        return row?.ToNoun() ?? throw GovernanceService.Missing("certificate", ShortText.UpTo(id, 80));
    }

    /// <summary>Whether the text is what an audit key of this store signed.</summary>
    public async Task<bool> IsSignedAsync(Certificate certificate, CancellationToken ct)
    {
        if ((await keys.ListAsync(ct)).FirstOrDefault(k => k.Id == certificate.KeyId) is not { } found)
            return false;
        try
        {
            using var key = AuditKey.FromPublic(found.PublicDer);
            return key.SignedText(Purpose, certificate.Text, Convert.FromBase64String(certificate.Signature));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }
}
