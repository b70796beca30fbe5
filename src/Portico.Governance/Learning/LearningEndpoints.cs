using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Api;

namespace Portico.Governance.Learning;

/// <summary>One's own learning: courses, exercises, quizzes, certificates, the acceptable-use policy. They need a person and no permission.</summary>
static class LearningEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/learning", Mine).WithSummary("What one is asked to learn and acknowledge, and whether one's access is open");
        api.MapGet("/learning/courses/{id}", Read).WithSummary("A course to read, with one's progress; right answers are not in it");
        api.MapPost("/learning/courses/{id}/lessons/{number}", ReadLesson).WithSummary("One has read a lesson");
        api.MapPost("/learning/courses/{id}/quiz", Answer).WithSummary("Answer the quiz of a course; who passes gets a certificate");
        api.MapPost("/learning/exercise-runs", OpenRun).WithSummary("Begin an exercise, or go on with it");
        api.MapGet("/learning/exercise-runs/{id}", GetRun).WithSummary("How far one is with an exercise");
        api.MapGet("/certificates", ListCertificates)
            .WithSummary("One's own certificates, or with learning.read those of the organisation");
        api.MapGet("/certificates/{id}", GetCertificate).WithSummary("One certificate, and whether its signature holds");
        api.MapGet("/acceptable-use", GetPolicy).WithSummary("The acceptable-use policy that holds");
        api.MapPost("/acceptable-use/acknowledge", Acknowledge).WithSummary("Accept the acceptable-use policy that holds, as oneself");
    }

    public sealed record QuizAnswers(IReadOnlyList<IReadOnlyList<int>>? Answers = null);

    public sealed record ExerciseRunBody(string? CourseId = null, string? Exercise = null);

    public sealed record AcknowledgeBody(int? Version = null);

    /// <summary>Signed: an audit key of this store signed the text of the certificate. Name: as it was then.</summary>
    public sealed record CertificateView(Certificate Certificate, string Name, bool Signed, bool Expired);

    static async Task<Ok<LearningView>> Mine(HttpContext http, GovernanceCatalog catalog, MyLearning learning, CancellationToken ct) =>
        TypedResults.Ok(await learning.OfAsync(LearningPlace.Person(http, catalog), ct));

    static async Task<Ok<CourseReading>> Read(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        MyLearning learning,
        CancellationToken ct
    ) => TypedResults.Ok(await learning.ReadAsync(LearningPlace.Person(http, catalog), id, ct));

    static async Task<NoContent> ReadLesson(
        HttpContext http,
        string id,
        int number,
        GovernanceCatalog catalog,
        Learners learners,
        CancellationToken ct
    )
    {
        await learners.ReadAsync(LearningPlace.Person(http, catalog), id, number, ct);
        return TypedResults.NoContent();
    }

    static async Task<Results<Ok<QuizVerdict>, Created<QuizVerdict>>> Answer(
        HttpContext http,
        string id,
        QuizAnswers body,
        GovernanceCatalog catalog,
        Learners learners,
        CancellationToken ct
    )
    {
        var verdict = await learners.AnswerAsync(LearningPlace.Person(http, catalog), id, body.Answers, ct);
        return verdict.CertificateId is { } made ? TypedResults.Created($"/api/certificates/{made}", verdict) : TypedResults.Ok(verdict);
    }

    static async Task<Ok<ExerciseRun>> OpenRun(
        HttpContext http,
        ExerciseRunBody body,
        GovernanceCatalog catalog,
        ExerciseRuns runs,
        CancellationToken ct
    ) => TypedResults.Ok(await runs.OpenAsync(LearningPlace.Person(http, catalog), body.CourseId, body.Exercise, ct));

    static async Task<Ok<ExerciseRun>> GetRun(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        ExerciseRuns runs,
        CancellationToken ct
    ) => TypedResults.Ok(await runs.FindAsync(LearningPlace.Person(http, catalog), id, ct));

    static async Task<Ok<Page<Certificate>>> ListCertificates(
        HttpContext http,
        GovernanceCatalog catalog,
        Certificates certificates,
        string? organisation_id,
        string? person_id,
        string? course_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var page = PageRequest.From(limit, cursor);
        var own = OnlyOwn(http);
        var person = own ?? (person_id is null ? null : LearningPlace.PersonId(person_id));
        return TypedResults.Ok(
            await certificates.ListAsync(LearningPlace.Organisation(http, catalog, organisation_id), person, course_id, page, ct)
        );
    }

    static async Task<Ok<CertificateView>> GetCertificate(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        Certificates certificates,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var found = await certificates.FindAsync(LearningPlace.Organisation(http, catalog, null), OnlyOwn(http), id, ct);
        using var text = System.Text.Json.JsonDocument.Parse(found.Text);
        return TypedResults.Ok(
            new CertificateView(
                found,
                text.RootElement.GetProperty("name").GetString()!,
                await certificates.IsSignedAsync(found, ct),
                found.ExpiresAt <= time.GetUtcNow()
            )
        );
    }

    /// <summary>The person that one is, for those who see no others; null for those who do.</summary>
    static PersonId? OnlyOwn(HttpContext http)
    {
        var actor = AdminAccess.Actor(http);
        if (actor.MayEverywhere(Permissions.LearningRead))
            return null;
        return actor.Session?.PersonId ?? throw new PorticoException(ErrorTable.InvalidRequest, LearningPlace.NobodyLearns);
    }

    static async Task<Ok<AcceptableUse>> GetPolicy(
        HttpContext http,
        GovernanceCatalog catalog,
        AcceptableUses policies,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var found = await policies.CurrentAsync(LearningPlace.Organisation(http, catalog, organisation_id), ct);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<NoContent> Acknowledge(
        HttpContext http,
        AcknowledgeBody body,
        GovernanceCatalog catalog,
        AcceptableUses policies,
        CancellationToken ct
    )
    {
        await policies.AcknowledgeAsync(LearningPlace.Person(http, catalog), body.Version, ct);
        return TypedResults.NoContent();
    }
}

/// <summary>Whose learning a request is about.</summary>
static class LearningPlace
{
    public const string NobodyLearns = "An admin token is nobody who learns. Sign in as a person.";

    /// <exception cref="PorticoException">A token asks.</exception>
    public static Person Person(HttpContext http, GovernanceCatalog catalog) =>
        AdminAccess.Actor(http).Session is not { } session
            ? throw new PorticoException(ErrorTable.InvalidRequest, NobodyLearns)
            : catalog.Current.People.GetValueOrDefault(session.PersonId)
                ?? throw GovernanceService.Missing("person", session.PersonId.ToString());

    /// <summary>The organisation of the person who asks, and no other; for a token the one that is named, else the first.</summary>
    /// <exception cref="PorticoException">There is no such organisation for who asks.</exception>
    public static OrganisationId Organisation(HttpContext http, GovernanceCatalog catalog, string? asked)
    {
        var own = AdminAccess.Actor(http).Session is null ? (OrganisationId?)null : Person(http, catalog).OrganisationId;
        if (asked is not null)
            return OrganisationId.TryParse(asked, out var id) && catalog.Current.Organisations.ContainsKey(id) && (own ?? id) == id
                ? id
                : throw GovernanceService.Missing("organisation", ShortText.UpTo(asked, 80), "organisation_id");
        return own
            ?? catalog.Current.Organisations.Values.MinBy(o => o.Id.ToString(), StringComparer.Ordinal)?.Id
            ?? throw new PorticoException(ErrorTable.NotFound, "There is no organisation yet.", "organisation_id");
    }

    /// <exception cref="PorticoException">It is no id of a person.</exception>
    public static PersonId PersonId(string text) =>
        Id<IdKinds.Person>.TryParse(text, out var id)
            ? id
            : throw GovernanceService.Missing("person", ShortText.UpTo(text, 80), "person_id");
}
