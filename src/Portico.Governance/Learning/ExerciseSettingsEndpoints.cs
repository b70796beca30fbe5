using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Learning;

/// <summary>What pays for exercises, and which models answer them.</summary>
static class ExerciseSettingsEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/exercise-settings", GetSettings).WithSummary("What pays for exercises, and which models answer them");
        api.MapPut("/exercise-settings", ChangeSettings).WithSummary("Say what pays for exercises, and which models answer them");
    }

    public sealed record ExerciseSettingsBody(UseCaseId UseCaseId, IReadOnlyList<string>? Models = null);

    static async Task<Ok<ExerciseSettings>> GetSettings(
        HttpContext http,
        GovernanceCatalog catalog,
        AccessRules rules,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var found = await rules.SettingsAsync(LearningPlace.Organisation(http, catalog, organisation_id), ct);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<Ok<ExerciseSettings>> ChangeSettings(
        HttpContext http,
        ExerciseSettingsBody body,
        GovernanceCatalog catalog,
        AccessRules rules,
        string? organisation_id,
        CancellationToken ct
    )
    {
        var old = await rules.SettingsAsync(LearningPlace.Organisation(http, catalog, organisation_id), ct);
        Preconditions.Require(http, old.Version);
        var changed = await rules.ChangeSettingsAsync(old, body.UseCaseId, body.Models, ct);
        Preconditions.SetTag(http, changed.Version);
        return TypedResults.Ok(changed);
    }
}
