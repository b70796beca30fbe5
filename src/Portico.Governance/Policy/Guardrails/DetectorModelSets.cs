using System.Text.Json;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Guardrails.Models;
using Portico.Storage;

namespace Portico.Governance.Policy.Guardrails;

/// <summary>Sets of models in the store: uploaded, used, rolled back, removed.</summary>
public sealed partial class DetectorModelSets(
    Database database,
    DetectorModelCatalog catalog,
    GovernanceCatalog governance,
    TimeProvider time
)
{
    /// <summary>Uploaded sets that are kept.</summary>
    public const int MaxSets = 32;

    /// <summary>Reads, checks and probes a set, and keeps it; nothing is in force by that.</summary>
    /// <exception cref="PorticoException">It is none, is not whole, does badly on the probes, or is there already.</exception>
    internal async Task<DetectorModelSet> AddAsync(ApiActor actor, byte[] bundle, CancellationToken ct)
    {
        DetectorModels models;
        try
        {
            models = ModelBundle.Read(bundle);
        }
        catch (InvalidDataException e)
        {
            throw Bad(e.Message, "bundle", e);
        }
        if (models.Digest == DetectorModels.Shipped.Digest)
            throw new PorticoException(ErrorTable.Conflict, "These are the models that come with the product: use 'shipped'.");
        if (models.Workspace is { } own)
            WorkspaceOf(own, "bundle");
        var probes = ModelProbes.Of(models);
        if (ModelProbes.Problems(probes) is { Count: > 0 } problems)
            throw Bad(
                $"The set is not kept, because it does worse than the shipped one on simple texts. {string.Join(' ', problems)}",
                "bundle"
            );
        var id = DetectorModelSetId.New(time).ToString();
        try
        {
            await database.WriteAsync(
                async work =>
                {
                    var kept = await work.Connection.ExecuteScalarAsync<long>(
                        "select count(*) from governance_detector_models",
                        null,
                        work.Transaction
                    );
                    if (kept >= MaxSets)
                        throw new PorticoException(
                            ErrorTable.Conflict,
                            $"There are {MaxSets} sets of models, which is the bound. Remove one that is not in force."
                        );
                    await work.Connection.ExecuteAsync(
                        """
                        insert into governance_detector_models (id, digest, version, workspace_id, reviews, bytes, files, probes, bundle, uploaded_by, uploaded_by_name, uploaded_us)
                        values (@id, @Digest, @Version, @Workspace, @Reviews, @bytes, @files, @probes, @bundle, @by, @name, @now)
                        """,
                        new
                        {
                            id,
                            models.Digest,
                            models.Version,
                            models.Workspace,
                            models.Reviews,
                            bytes = models.Files.Sum(f => (long)f.Bytes),
                            files = JsonSerializer.Serialize(models.Files, GovernanceJson.Default.IReadOnlyListModelFile),
                            probes = JsonSerializer.Serialize(probes, GovernanceJson.Default.IReadOnlyListProbeShare),
                            bundle,
                            by = actor.Id,
                            name = actor.Name,
                            now = Micros.Now(time),
                        },
                        work.Transaction
                    );
                },
                ct
            );
        }
        catch (Exception e) when (DbErrors.IsTaken(e))
        {
            throw new PorticoException(ErrorTable.Conflict, $"This set is there already: its digest is {models.Digest}.", inner: e);
        }
        return await FindAsync(Reach.Everywhere, id, ct);
    }

    /// <summary>Brings a set in force, for all that have none of their own or for a workspace.</summary>
    /// <exception cref="PorticoException">There is none, or it is another workspace's.</exception>
    internal async Task<DetectorModelSet> UseAsync(ApiActor actor, string id, string? workspace, CancellationToken ct)
    {
        if (workspace is not null)
            WorkspaceOf(workspace, "workspace_id");
        var set = await FindAsync(Reach.Everywhere, id, ct);
        if (set.WorkspaceId is { } own && own != workspace)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"This set learned from the reviewed findings of {own} and is used there alone: say workspace_id."
            );
        var level = workspace ?? DetectorModelUseRow.Platform;
        await ChangeAsync(
            actor,
            level,
            (_, now) =>
                now?.ModelId == set.Id
                    ? throw new PorticoException(ErrorTable.Conflict, $"{set.Version} is in force there already.")
                    : (set.Id, now?.Number ?? 0),
            ct
        );
        return await FindAsync(Reach.Everywhere, id, ct);
    }

    /// <summary>Goes back to what was in force before: in the end to what comes with the product, of a workspace to the platform's.</summary>
    /// <exception cref="PorticoException">Nothing was.</exception>
    internal async Task<DetectorModelSet> RollBackAsync(ApiActor actor, string? workspace, CancellationToken ct)
    {
        if (workspace is not null)
            WorkspaceOf(workspace, "workspace_id");
        var level = workspace ?? DetectorModelUseRow.Platform;
        var id = await ChangeAsync(
            actor,
            level,
            (rows, now) =>
                now?.BeforeNumber is not { } number ? throw new PorticoException(ErrorTable.Conflict, "Nothing was in force there before.")
                : rows.FirstOrDefault(r => r.Number == number) is { } before ? (before.ModelId, before.BeforeNumber)
                : (DetectorModelUseRow.RootOf(level), null),
            ct
        );
        return await FindAsync(Reach.Everywhere, id == DetectorModelUseRow.None ? PlatformId(await UsesAsync(ct)) : id, ct);
    }

    /// <exception cref="PorticoException">There is none, it comes with the product, or it is in force or would come back by a roll back.</exception>
    internal async Task RemoveAsync(string id, CancellationToken ct)
    {
        var set = await FindAsync(Reach.Everywhere, id, ct);
        if (set.Id == DetectorModelUseRow.Shipped)
            throw new PorticoException(ErrorTable.Conflict, "The set that comes with the product stays.");
        await database.WriteAsync(
            async work =>
            {
                foreach (
                    var level in (await RowsAsync(work.Connection, null, work.Transaction)).GroupBy(r => r.Level, StringComparer.Ordinal)
                )
                    for (var row = level.Last(); row is not null; row = level.FirstOrDefault(r => r.Number == row.BeforeNumber))
                        if (row.ModelId == id)
                            throw new PorticoException(
                                ErrorTable.Conflict,
                                $"{set.Version} is in force, or a roll back would return to it. Use another set first, and roll back past it."
                            );
                return await work.Connection.ExecuteAsync(
                    "delete from governance_detector_models where id = @id",
                    new { id },
                    work.Transaction
                );
            },
            ct
        );
    }

    /// <summary>Writes the next use of a level, and lets every node know.</summary>
    async Task<string> ChangeAsync(
        ApiActor actor,
        string level,
        Func<IReadOnlyList<DetectorModelUseRow>, DetectorModelUseRow?, (string Id, long? Before)> next,
        CancellationToken ct
    )
    {
        var id = "";
        try
        {
            await database.WriteAsync(
                async work =>
                {
                    var rows = await RowsAsync(work.Connection, level, work.Transaction);
                    (id, var before) = next(rows, rows.LastOrDefault());
                    var number = (rows.LastOrDefault()?.Number ?? 0) + 1;
                    work.Signal(DetectorModelCatalog.Signal, level, number);
                    return await work.Connection.ExecuteAsync(
                        """
                        insert into governance_detector_model_uses (level, number, model_id, before_number, used_by, used_by_name, used_us)
                        values (@level, @number, @id, @before, @by, @name, @now)
                        """,
                        new
                        {
                            level,
                            number,
                            id,
                            before,
                            by = actor.Id,
                            name = actor.Name,
                            now = Micros.Now(time),
                        },
                        work.Transaction
                    );
                },
                ct
            );
        }
        catch (Exception e) when (DbErrors.IsTaken(e))
        {
            throw new PorticoException(
                ErrorTable.Conflict,
                "Somebody else changed what is in force just now. Look, and try again.",
                inner: e
            );
        }
        await catalog.RefreshAsync(ct);
        return id;
    }

    async Task<IReadOnlyList<DetectorModelUseRow>> UsesAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (await db.QueryAsync<DetectorModelUseRow>(DetectorModelCatalog.InForce)).AsList();
    }

    static async Task<List<DetectorModelUseRow>> RowsAsync(
        System.Data.Common.DbConnection db,
        string? level,
        System.Data.Common.DbTransaction transaction
    ) =>
        (
            await db.QueryAsync<DetectorModelUseRow>(
                $"select {DetectorModelUseRow.Columns} from governance_detector_model_uses where @level = '' or level = @level order by level, number",
                new { level = level ?? "" },
                transaction
            )
        ).AsList();

    static string PlatformId(IReadOnlyList<DetectorModelUseRow> uses) =>
        uses.FirstOrDefault(u => u.Level == DetectorModelUseRow.Platform)?.ModelId ?? DetectorModelUseRow.Shipped;

    /// <exception cref="PorticoException">There is no such workspace.</exception>
    void WorkspaceOf(string workspace, string param)
    {
        if (!WorkspaceId.TryParse(workspace, out var id) || !governance.Current.Workspaces.ContainsKey(id))
            throw Bad($"There is no workspace '{ShortText.UpTo(workspace, 64)}'.", param);
    }

    static PorticoException Bad(string message, string param, Exception? inner = null) =>
        new(ErrorTable.InvalidRequest, message, param, inner: inner);
}
