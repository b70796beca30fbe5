using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Portico.Governance.Api;
using Portico.Governance.Policy;

namespace Portico.Governance.Risks;

/// <summary>The risk register on the management API: which controls work against which risks, and how they stand at a level.</summary>
static class RiskEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/risks", Get)
            .WithSummary("Frameworks of risks and duties, the controls that support each item, and how they stand at a level");
        api.MapGet("/risks/export", Export).Produces<RiskView>().WithSummary("The same as a file: CSV, JSON or Markdown");
    }

    /// <summary>State: how it stands at the level; null where none was named. Page: of the console. Tests: classes in the repository that show that it works.</summary>
    public sealed record ControlView(
        string Id,
        string Title,
        string Says,
        ControlState? State,
        string? Finding,
        string? Page,
        string Endpoint,
        string Guide,
        IReadOnlyList<string> Tests
    );

    /// <summary>Controls: ids; none = not covered. Left: what Portico does not do about it, or why it is not covered.</summary>
    public sealed record RiskItem(string Id, string Title, IReadOnlyList<string> Controls, string Left);

    /// <summary>Short: for a tab.</summary>
    public sealed record FrameworkView(
        string Id,
        string Short,
        string Name,
        string Edition,
        string Url,
        string Says,
        IReadOnlyList<RiskItem> Items
    );

    /// <summary>Version: of the document, from 1.</summary>
    public sealed record PolicyAt(string Level, string Scope, string Name, long Version);

    /// <summary>Level, Scope, Name: null where no level was named, and then nothing was checked. Policies: the versions in force there.</summary>
    public sealed record RiskView(
        DateTimeOffset AsOf,
        string ProductVersion,
        string Says,
        string? Level,
        string? Scope,
        string? Name,
        IReadOnlyList<PolicyAt> Policies,
        IReadOnlyList<ControlView> Controls,
        IReadOnlyList<FrameworkView> Frameworks
    );

    static async Task<Ok<RiskView>> Get(HttpContext http, RiskRegister register, string? level, string? framework, CancellationToken ct) =>
        TypedResults.Ok(View(await register.ReadAsync(level, framework, AdminAccess.ReachOf(http), ct)));

    static async Task<FileContentHttpResult> Export(
        HttpContext http,
        RiskRegister register,
        IOptions<JsonOptions> json,
        string? level,
        string? framework,
        string? format,
        CancellationToken ct
    )
    {
        if (format is not (null or "csv" or "json" or "md"))
            throw new PorticoException(ErrorTable.InvalidRequest, "format must be csv, json or md.", "format");
        var reading = await register.ReadAsync(level, framework, AdminAccess.ReachOf(http), ct);
        var (text, type) = format switch
        {
            "json" => (JsonSerializer.Serialize(View(reading), json.Value.SerializerOptions), "application/json"),
            "md" => (RiskFile.Markdown(reading), "text/markdown; charset=utf-8"),
            _ => (RiskFile.Csv(reading), "text/csv; charset=utf-8"),
        };
        var day = reading.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return TypedResults.File(Encoding.UTF8.GetBytes(text), type, $"risks-{day}.{format ?? "csv"}");
    }

    static RiskView View(RiskReading reading) =>
        new(
            reading.At,
            reading.ProductVersion,
            RiskFile.Says,
            reading.Level?.Id,
            reading.Level is { } place ? PolicyEndpoints.ScopeOf(place.Scope) : null,
            reading.Level?.Name,
            reading.Policies.Select(p => new PolicyAt(p.Id, PolicyEndpoints.ScopeOf(p.Scope), p.Name, p.Version)).ToList(),
            reading.Controls.Select(c => View(c, reading.Findings.GetValueOrDefault(c.Id))).ToList(),
            reading
                .Frameworks.Select(f => new FrameworkView(
                    f.Id,
                    f.Short,
                    f.Name,
                    f.Edition,
                    f.Url,
                    f.Says,
                    f.Items.Select(i => new RiskItem(i.Id, i.Title, i.Controls, i.Left)).ToList()
                ))
                .ToList()
        );

    static ControlView View(Control c, ControlFinding? found) =>
        new(c.Id, c.Title, c.Says, found?.State, found?.Says, c.Page, c.Endpoint, c.Guide, c.Tests);
}
