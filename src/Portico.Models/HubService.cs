using Portico.Governance.Keys;
using Portico.Models.Approval;
using Portico.Models.Cards;
using Portico.Models.Connecting;
using Portico.Providers;
using Portico.Storage;

namespace Portico.Models;

/// <summary>Changes the hub: connections, models, deployments, prices. Each change signals every node.</summary>
public sealed class HubService(Database database, ModelsCatalog catalog, ProviderRegistry families, PlatformBoxes boxes, TimeProvider time)
{
    public async Task<Connection> CreateConnectionAsync(Connection draft, Secret? credential, CancellationToken ct)
    {
        ConnectionBounds.Check(draft);
        CheckForm(draft, credential ?? new Secret(""));
        var connection = draft with { Id = ConnectionId.New(time), HasCredential = credential is { IsEmpty: false } };
        await WriteAsync(
            w => ModelsStore.InsertConnectionAsync(w, connection, Seal(connection.Id, credential), Now),
            Taken("connection", draft.Name),
            ct
        );
        return catalog.Current.Connections[connection.Id];
    }

    public async Task<Connection> ChangeConnectionAsync(Connection changed, Secret? credential, CancellationToken ct)
    {
        ConnectionBounds.Check(changed);
        CheckForm(changed, credential ?? catalog.Current.ProviderOf(changed.Id).Credential);
        await WriteAsync(w => ModelsStore.UpdateConnectionAsync(w, changed, Seal(changed.Id, credential), Now), Moved, ct);
        return catalog.Current.Connections[changed.Id];
    }

    /// <summary>Adds a model with all that comes with it, or nothing of it. What refers to the model is given its id here.</summary>
    internal async Task<Model> CreateModelAsync(
        Model draft,
        Deployment? deployment,
        Func<ModelId, IReadOnlyList<PriceRow>> prices,
        ModelDecision? decision,
        CancellationToken ct
    )
    {
        CheckName(draft.Name, "name");
        if (deployment is not null)
            Check(deployment);
        var model = draft with { Id = ModelId.New(time) };
        await WriteAsync(
            async w =>
            {
                if (await ModelsStore.InsertModelAsync(w, model, Now) == 0)
                    return 0;
                if (deployment is not null)
                    await ModelsStore.InsertDeploymentAsync(w, deployment with { Id = DeploymentId.New(time), ModelId = model.Id }, Now);
                foreach (var price in prices(model.Id))
                    await ModelsStore.InsertPriceAsync(w, price, Now);
                return decision is null ? 1 : await DecisionStore.InsertAsync(w, decision with { ModelId = model.Id });
            },
            Taken("model", draft.Name),
            ct
        );
        return catalog.Current.FindModel(model.Name)!;
    }

    /// <summary>Writes who may call a model from now on.</summary>
    internal Task DecideAsync(ModelDecision decision, CancellationToken ct) =>
        WriteAsync(w => DecisionStore.InsertAsync(w, decision), Moved, ct, decision.ModelId.ToString());

    public async Task<Model> ChangeModelAsync(Model changed, CancellationToken ct)
    {
        await WriteAsync(w => ModelsStore.UpdateModelAsync(w, changed, Now), Moved, ct);
        return catalog.Current.FindModel(changed.Name)!;
    }

    public async Task<Deployment> CreateDeploymentAsync(Deployment draft, CancellationToken ct)
    {
        Check(draft);
        if (catalog.Current.Models.All(m => m.Id != draft.ModelId))
            throw new PorticoException(ErrorTable.InvalidRequest, "model_id must name a model.", "model_id");
        var deployment = draft with { Id = DeploymentId.New(time) };
        await WriteAsync(
            w => ModelsStore.InsertDeploymentAsync(w, deployment, Now),
            new PorticoException(ErrorTable.Conflict, "The model has this deployment already."),
            ct
        );
        return catalog.Current.FindDeployment(deployment.Id)!.Deployment;
    }

    public async Task<Deployment> ChangeDeploymentAsync(Deployment changed, CancellationToken ct)
    {
        if (changed.Weight is < 1 or > 1_000)
            throw new PorticoException(ErrorTable.InvalidRequest, "weight must be from 1 to 1000.", "weight");
        await WriteAsync(w => ModelsStore.UpdateDeploymentAsync(w, changed, Now), Moved, ct);
        return catalog.Current.FindDeployment(changed.Id)!.Deployment;
    }

    /// <summary>A connection as calls would use it, kept nowhere; refused where saving it would be.</summary>
    internal ProviderConnection Prepare(Connection draft, Secret credential)
    {
        ConnectionBounds.Check(draft);
        CheckForm(draft, credential);
        return ModelsSnapshot.ProviderOf(draft, credential);
    }

    /// <summary>Asks the family whether it could use the credential, before a call finds out.</summary>
    void CheckForm(Connection draft, Secret credential)
    {
        var provider = new ProviderConnection(draft.Id, draft.Family, draft.Preset, draft.BaseUrl, credential);
        if (families.Get(draft.Family).CheckConnection?.Invoke(provider) is { } problem)
            throw new PorticoException(ErrorTable.InvalidRequest, $"The connection cannot be used: {problem}.", "credential");
        if (draft.ProviderBatches && LackOfBatches(provider) is { } lack)
            throw new PorticoException(ErrorTable.InvalidRequest, $"provider_batches cannot be switched on: {lack}.", "provider_batches");
        if (!draft.Responses)
            return;
        var responses = families.Get(draft.Family).Responses;
        if ((responses is null ? $"the protocol of the family {draft.Family} has none" : responses.Lacking(provider)) is { } missing)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"'responses' passes calls to the provider's own Responses API, and {missing}.",
                "responses"
            );
    }

    string? LackOfBatches(ProviderConnection provider) =>
        families.Get(provider.Family) is { Batches: { } batches }
            ? batches.Lacks(provider)
            : families.Get(provider.Family).LackOfBatches ?? $"Portico does not know batches of the family '{provider.Family}'";

    void Check(Deployment draft)
    {
        if (draft.Weight is < 1 or > 1_000)
            throw new PorticoException(ErrorTable.InvalidRequest, "weight must be from 1 to 1000.", "weight");
        if (!catalog.Current.Connections.ContainsKey(draft.ConnectionId))
            throw new PorticoException(ErrorTable.InvalidRequest, "connection_id must name a connection.", "connection_id");
        CheckName(draft.UpstreamModel, "upstream_model");
    }

    /// <summary>
    /// With its deployments only what is switched off already, as with one of them: then no route changes where it leads by the removal.
    /// </summary>
    public async Task DeleteConnectionAsync(Connection old, bool withDeployments, CancellationToken ct)
    {
        if (!withDeployments)
        {
            await DeleteAsync(
                "models_connections",
                old.Id.ToString(),
                old.Version,
                "The connection has deployments. Remove them first.",
                ct
            );
            return;
        }
        if (!old.Disabled)
            throw new PorticoException(
                ErrorTable.Conflict,
                "The connection serves calls. Switch it off first: PATCH it with \"disabled\": true."
            );
        await WriteAsync(w => ModelsStore.DeleteConnectionAsync(w, old.Id.ToString(), old.Version), Moved, ct);
    }

    /// <summary>A name that was billed stays: its prices explain what calls cost.</summary>
    public Task DeleteModelAsync(Model old, CancellationToken ct) =>
        DeleteAsync(
            "models_models",
            old.Id.ToString(),
            old.Version,
            "The model has deployments or prices, and prices explain what calls cost. Switch it off instead.",
            ct
        );

    /// <summary>Only what is switched off already: then no route changes where it leads by the removal.</summary>
    public Task DeleteDeploymentAsync(Deployment old, CancellationToken ct) =>
        old.Disabled
            ? DeleteAsync("models_deployments", old.Id.ToString(), old.Version, "The deployment is in use.", ct)
            : throw new PorticoException(
                ErrorTable.Conflict,
                "The deployment serves calls. Switch it off first: PATCH it with \"disabled\": true."
            );

    async Task DeleteAsync(string table, string id, long version, string inUse, CancellationToken ct)
    {
        try
        {
            await WriteAsync(w => ModelsStore.DeleteAsync(w, table, id, version), Moved, ct);
        }
        catch (Exception e) when (DbErrors.IsReferred(e))
        {
            throw new PorticoException(ErrorTable.Conflict, inUse, inner: e);
        }
    }

    /// <summary>Adds a version of the model's price; what was billed before keeps its version.</summary>
    public async Task<PriceRow> AddPriceAsync(PriceRow draft, CancellationToken ct)
    {
        if (draft.ValidUntil <= draft.ValidFrom)
            throw new PorticoException(ErrorTable.InvalidRequest, "valid_until must lie after valid_from.", "valid_until");
        var row = draft with { Price = draft.Price with { Id = PriceId.New(time) } };
        var version = await database.WriteAsync(
            async work =>
            {
                var number = await ModelsStore.InsertPriceAsync(work, row, Now);
                work.Signal(ModelsStore.Signal, row.ModelId.ToString(), number);
                return number;
            },
            ct
        );
        await catalog.RefreshAsync(ct);
        return catalog.Current.Prices.Single(p => p.ModelId == row.ModelId && p.Price.Version == version);
    }

    /// <summary>Enters a model's card over the version that was read, 0 = the catalogue's.</summary>
    internal Task PutCardAsync(Model model, ModelCard card, long version, string by, CancellationToken ct) =>
        WriteAsync(w => CardStore.PutAsync(w, model.Id, card, version, by, Now), Moved, ct);

    /// <summary>Several changes in one transaction, for on-boarding: rows that exist are left alone.</summary>
    internal async Task<int> AddAsync(
        IReadOnlyList<(Connection Connection, Secret? Credential)> connections,
        IReadOnlyList<Model> models,
        IReadOnlyList<Deployment> deployments,
        IReadOnlyList<PriceRow> prices,
        IReadOnlyList<ModelDecision> decisions,
        CancellationToken ct
    )
    {
        var made = await database.WriteAsync(
            async work =>
            {
                var count = 0;
                foreach (var (connection, credential) in connections)
                    count += await ModelsStore.InsertConnectionAsync(work, connection, Seal(connection.Id, credential), Now);
                foreach (var model in models)
                    count += await ModelsStore.InsertModelAsync(work, model, Now);
                foreach (var deployment in deployments)
                    count += await ModelsStore.InsertDeploymentAsync(work, deployment, Now);
                foreach (var price in prices)
                    await ModelsStore.InsertPriceAsync(work, price, Now);
                foreach (var decision in decisions)
                    await DecisionStore.InsertAsync(work, decision with { DecidedAt = time.GetUtcNow() });
                if (count + prices.Count > 0)
                    work.Signal(ModelsStore.Signal, "", 0);
                return count + prices.Count;
            },
            ct
        );
        if (made > 0)
            await catalog.RefreshAsync(ct);
        return made;
    }

    long Now => Micros.Now(time);

    string? Seal(ConnectionId id, Secret? credential) =>
        credential is null or { IsEmpty: true }
            ? null
            : boxes.Current[PlatformPurposes.Credentials].SealText(credential.Reveal(), id.ToString());

    async Task WriteAsync(Func<DbWork, Task<int>> change, PorticoException whenNone, CancellationToken ct, string about = "")
    {
        try
        {
            var changed = await database.WriteAsync(
                async work =>
                {
                    work.Signal(ModelsStore.Signal, about, 0);
                    return await change(work);
                },
                ct
            );
            if (changed == 0)
                throw whenNone;
        }
        catch (Exception e) when (DbErrors.IsTaken(e))
        {
            throw new PorticoException(ErrorTable.Conflict, "Another one has this name already.", "name", e);
        }
        await catalog.RefreshAsync(ct);
    }

    static PorticoException Moved => new(ErrorTable.PreconditionFailed, "It changed while your change was made.");

    static PorticoException Taken(string noun, string name) => new(ErrorTable.Conflict, $"There is a {noun} '{name}' already.", "name");

    internal static void CheckName(string? name, string param)
    {
        if (name is null || name.Length is 0 or > 256 || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            throw new PorticoException(ErrorTable.InvalidRequest, $"{param} must have 1 to 256 characters without spaces.", param);
    }
}
