using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;
using Portico.Providers;

namespace Portico.Models.Connecting;

/// <summary>What can be connected, and what each needs, on the management API.</summary>
static class FamilyEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/provider-families", List)
            .WithSummary("What can be connected: families with their services, presets, addresses and the forms of their credentials");

    /// <summary>
    /// ListsModels: it can be asked what it offers. Responses and ProviderBatches: the switch of that name of a connection is for it. The credential of a
    /// connection is one text; Credentials says how it is made.
    /// </summary>
    public sealed record FamilyView(
        string Family,
        string Label,
        bool ListsModels,
        bool Responses,
        bool ProviderBatches,
        IReadOnlyList<ServiceForm> Services,
        IReadOnlyList<CredentialView> Credentials
    );

    /// <summary>
    /// Shape: none (there is no credential), text (the one field as it is) or object (a JSON object of the fields that have a value, and of Members). Preset:
    /// what the connection's preset must be with it.
    /// </summary>
    public sealed record CredentialView(
        string Name,
        string Label,
        string? Help,
        string Shape,
        IReadOnlyList<CredentialField> Fields,
        IReadOnlyDictionary<string, string> Members,
        string? Preset
    );

    static Ok<Page<FamilyView>> List(ProviderRegistry families, int? limit, string? cursor) =>
        TypedResults.Ok(ModelEndpoints.PageOf(families.All.Where(f => f.Form is not null).Select(View), f => f.Family, limit, cursor));

    static FamilyView View(ProviderFamily family) =>
        new(
            family.Name,
            family.Form!.Label,
            family.Models is not null,
            family.Responses is not null,
            family.Batches is not null,
            family.Form.Services,
            family.Form.Credentials.Select(View).ToList()
        );

    static CredentialView View(CredentialForm form) =>
        new(form.Name, form.Label, form.Help, form.Shape.ToString().ToLowerInvariant(), form.Fields, form.Members, form.Preset);
}
