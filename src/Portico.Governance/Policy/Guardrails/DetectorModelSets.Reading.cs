using System.Text.Json;
using Dapper;
using Portico.Governance.Access;
using Portico.Guardrails.Models;

namespace Portico.Governance.Policy.Guardrails;

/// <summary>Sets of models as they are listed, with where each is in force; bundles stay in the store.</summary>
public sealed partial class DetectorModelSets
{
    const string Columns = "id, digest, version, workspace_id, reviews, bytes, files, probes, uploaded_by_name, uploaded_us";

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string Digest { get; set; } = "";
        public string Version { get; set; } = "";
        public string? WorkspaceId { get; set; }
        public long Reviews { get; set; }
        public long Bytes { get; set; }
        public string Files { get; set; } = "";
        public string Probes { get; set; } = "";
        public string UploadedByName { get; set; } = "";
        public long UploadedUs { get; set; }
    }

    /// <summary>The one that comes with the product, then the others, newest first.</summary>
    internal async Task<IReadOnlyList<DetectorModelSet>> ListAsync(Reach within, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var uses = (await db.QueryAsync<DetectorModelUseRow>(DetectorModelCatalog.InForce)).AsList();
        var rows = await db.QueryAsync<Row>($"select {Columns} from governance_detector_models order by id desc");
        return
        [
            Shipped(uses, within),
            .. rows.Where(r => r.WorkspaceId is null || IsWithin(within, r.WorkspaceId)).Select(r => SetOf(r, uses, within)),
        ];
    }

    /// <exception cref="PorticoException">There is none within reach.</exception>
    internal async Task<DetectorModelSet> FindAsync(Reach within, string id, CancellationToken ct) =>
        (await ListAsync(within, ct)).FirstOrDefault(s => s.Id == id)
        ?? throw new PorticoException(ErrorTable.NotFound, $"There is no set of models '{ShortText.UpTo(id, 64)}'.");

    DetectorModelSet Shipped(IReadOnlyList<DetectorModelUseRow> uses, Reach within) =>
        new()
        {
            Id = DetectorModelUseRow.Shipped,
            Version = DetectorModels.Shipped.Version,
            Digest = DetectorModels.Shipped.Digest,
            Bytes = DetectorModels.Shipped.Files.Sum(f => (long)f.Bytes),
            Reviews = 0,
            Files = DetectorModels.Shipped.Files,
            Probes = ModelProbes.OfShipped,
            InForce =
            [
                // Before anybody chose it is in force.
                .. uses.Any(u => u.Level == DetectorModelUseRow.Platform)
                    ? Enumerable.Empty<DetectorModelUse>()
                    : [new DetectorModelUse(DetectorModelUseRow.Platform, null, null, null)],
                .. UsesOf(DetectorModelUseRow.Shipped, uses, within),
            ],
        };

    DetectorModelSet SetOf(Row row, IReadOnlyList<DetectorModelUseRow> uses, Reach within) =>
        new()
        {
            Id = row.Id,
            Version = row.Version,
            Digest = row.Digest,
            Bytes = row.Bytes,
            WorkspaceId = row.WorkspaceId,
            Reviews = (int)row.Reviews,
            Files = JsonSerializer.Deserialize(row.Files, GovernanceJson.Default.IReadOnlyListModelFile) ?? [],
            Probes = JsonSerializer.Deserialize(row.Probes, GovernanceJson.Default.IReadOnlyListProbeShare) ?? [],
            UploadedByName = row.UploadedByName,
            UploadedAt = Micros.ToTime(row.UploadedUs),
            InForce = [.. UsesOf(row.Id, uses, within)],
            Problem = catalog.Current.Unreadable.GetValueOrDefault(row.Id),
        };

    IEnumerable<DetectorModelUse> UsesOf(string id, IReadOnlyList<DetectorModelUseRow> uses, Reach within) =>
        uses.Where(u => u.ModelId == id && (u.Level == DetectorModelUseRow.Platform || IsWithin(within, u.Level)))
            .Select(u => new DetectorModelUse(u.Level, Micros.ToTime(u.UsedUs), u.UsedByName, BackTo(u)));

    static string? BackTo(DetectorModelUseRow use) =>
        use.BeforeNumber is null ? null
        : (use.BeforeId ?? DetectorModelUseRow.RootOf(use.Level)) is var id && id != DetectorModelUseRow.None ? id
        : DetectorModelUseRow.Platform;

    bool IsWithin(Reach within, string workspace) =>
        WorkspaceId.TryParse(workspace, out var id)
        && governance.Current.Workspaces.TryGetValue(id, out var known)
        && within.Touches(known, governance.Current);
}
