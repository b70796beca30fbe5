using System.Text.Json;
using Dapper;
using Portico.Models.Approval;
using Portico.Models.Cards;
using Portico.Models.Rules;
using Portico.Storage;

namespace Portico.Models;

sealed record ConnectionRow(Connection Connection, string? Credential);

sealed record ModelRows(
    IReadOnlyList<ConnectionRow> Connections,
    IReadOnlyList<Model> Models,
    IReadOnlyList<Deployment> Deployments,
    IReadOnlyList<PriceRow> Prices,
    IReadOnlyDictionary<ModelId, StoredCard> Cards,
    ILookup<ModelId, ModelDecision> Decisions,
    RuleBook Rules
);

/// <summary>Reads and writes the hub's tables.</summary>
sealed class ModelsStore(Database database)
{
    public const string Signal = "models";

    public async Task<ModelRows> ReadAllAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        await using var t = await db.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, ct);
        return new ModelRows(
            (await db.QueryAsync<ConnectionTable>("select * from models_connections", transaction: t)).Select(r => r.ToRow()).ToList(),
            (await db.QueryAsync<ModelTable>("select * from models_models order by name", transaction: t)).Select(r => r.ToNoun()).ToList(),
            (await db.QueryAsync<DeploymentTable>("select * from models_deployments order by id", transaction: t))
                .Select(r => r.ToNoun())
                .ToList(),
            (await db.QueryAsync<PriceTable>("select * from models_prices", transaction: t)).Select(r => r.ToRow()).ToList(),
            await CardStore.ReadAllAsync(db, t),
            await DecisionStore.ReadInForceAsync(db, t),
            await RuleStore.ReadAllAsync(db, t)
        );
    }

    public static Task<int> InsertConnectionAsync(DbWork work, Connection c, string? credential, long now) =>
        work.Connection.ExecuteAsync(
            """
            insert into models_connections (id, name, family, preset, base_url, credential, headers, allow_special_addresses, connect_ms, first_byte_ms, idle_ms,
              disabled, origin, region, trains_on_data, retention_days, responses, provider_batches, version, created_us, updated_us)
            values (@id, @Name, @Family, @Preset, @url, @credential, @headers, @special, @ConnectMs, @FirstByteMs, @IdleMs, @disabled, @Origin,
              @Region, @trains, @RetentionDays, @responses, @batches, 1, @now, @now)
            on conflict do nothing
            """,
            Parameters(c, credential, now),
            work.Transaction
        );

    /// <summary>Changes a connection; a null credential leaves the stored one.</summary>
    public static Task<int> UpdateConnectionAsync(DbWork work, Connection c, string? credential, long now) =>
        work.Connection.ExecuteAsync(
            """
            update models_connections set name = @Name, preset = @Preset, base_url = @url, credential = coalesce(@credential, credential), headers = @headers,
              allow_special_addresses = @special, connect_ms = @ConnectMs, first_byte_ms = @FirstByteMs, idle_ms = @IdleMs, disabled = @disabled,
              origin = @Origin, region = @Region, trains_on_data = @trains, retention_days = @RetentionDays, responses = @responses, provider_batches = @batches,
              version = version + 1, updated_us = @now
            where id = @id and version = @Version
            """,
            Parameters(c, credential, now),
            work.Transaction
        );

    static object Parameters(Connection c, string? credential, long now) =>
        new
        {
            id = c.Id.ToString(),
            c.Name,
            c.Family,
            c.Preset,
            url = c.BaseUrl.ToString(),
            credential,
            headers = JsonSerializer.Serialize(c.Headers, ModelsJson.Default.IReadOnlyDictionaryStringString),
            special = c.AllowSpecialAddresses ? 1 : 0,
            c.ConnectMs,
            c.FirstByteMs,
            c.IdleMs,
            disabled = c.Disabled ? 1 : 0,
            c.Origin,
            c.Region,
            trains = c.TrainsOnData is { } trains ? (trains ? 1L : 0L) : (long?)null,
            c.RetentionDays,
            responses = c.Responses ? 1 : 0,
            batches = c.ProviderBatches ? 1 : 0,
            c.Version,
            now,
        };

    public static Task<int> InsertModelAsync(DbWork work, Model m, long now) =>
        work.Connection.ExecuteAsync(
            """
            insert into models_models (id, name, context_tokens, max_output_tokens, token_family, embeddings, disabled, version, created_us, updated_us)
            values (@id, @Name, @ContextTokens, @MaxOutputTokens, @TokenFamily, @embeddings, @disabled, 1, @now, @now)
            on conflict do nothing
            """,
            ModelParameters(m, now),
            work.Transaction
        );

    public static Task<int> UpdateModelAsync(DbWork work, Model m, long now) =>
        work.Connection.ExecuteAsync(
            """
            update models_models set context_tokens = @ContextTokens, max_output_tokens = @MaxOutputTokens, token_family = @TokenFamily,
              embeddings = @embeddings, disabled = @disabled, version = version + 1, updated_us = @now
            where id = @id and version = @Version
            """,
            ModelParameters(m, now),
            work.Transaction
        );

    static object ModelParameters(Model m, long now) =>
        new
        {
            id = m.Id.ToString(),
            m.Name,
            m.ContextTokens,
            m.MaxOutputTokens,
            m.TokenFamily,
            embeddings = m.Embeddings ? 1 : 0,
            disabled = m.Disabled ? 1 : 0,
            m.Version,
            now,
        };

    public static Task<int> InsertDeploymentAsync(DbWork work, Deployment d, long now) =>
        work.Connection.ExecuteAsync(
            """
            insert into models_deployments (id, model_id, connection_id, upstream_model, weight, disabled, version, created_us, updated_us)
            values (@id, @model, @connection, @UpstreamModel, @Weight, @disabled, 1, @now, @now)
            on conflict do nothing
            """,
            new
            {
                id = d.Id.ToString(),
                model = d.ModelId.ToString(),
                connection = d.ConnectionId.ToString(),
                d.UpstreamModel,
                d.Weight,
                disabled = d.Disabled ? 1 : 0,
                now,
            },
            work.Transaction
        );

    public static Task<int> UpdateDeploymentAsync(DbWork work, Deployment d, long now) =>
        work.Connection.ExecuteAsync(
            "update models_deployments set weight = @Weight, disabled = @disabled, version = version + 1, updated_us = @now where id = @id and version = @Version",
            new
            {
                id = d.Id.ToString(),
                d.Weight,
                disabled = d.Disabled ? 1 : 0,
                d.Version,
                now,
            },
            work.Transaction
        );

    /// <summary>Removes a row of one of the hub's tables; fails where another row refers to it.</summary>
    public static Task<int> DeleteAsync(DbWork work, string table, string id, long version) =>
        work.Connection.ExecuteAsync($"delete from {table} where id = @id and version = @version", new { id, version }, work.Transaction);

    /// <summary>Removes a connection with its deployments; nothing where the connection has another version.</summary>
    public static async Task<int> DeleteConnectionAsync(DbWork work, string id, long version)
    {
        await work.Connection.ExecuteAsync(
            """
            delete from models_deployments
            where connection_id = @id and exists (select 1 from models_connections c where c.id = @id and c.version = @version)
            """,
            new { id, version },
            work.Transaction
        );
        return await DeleteAsync(work, "models_connections", id, version);
    }

    /// <summary>Adds the next version of a model's price and returns its number.</summary>
    public static async Task<long> InsertPriceAsync(DbWork work, PriceRow row, long now)
    {
        var p = row.Price;
        return await work.Connection.ExecuteScalarAsync<long>(
            """
            insert into models_prices (id, model_id, version, rates, tier_above_input_tokens, tier_rates, units, classes, per_request_nano_usd, source, valid_from_us, valid_until_us, created_us)
            select @id, @model, coalesce(max(version), 0) + 1, @rates, @TierAboveInputTokens, @tier, @units, @classes, @PerRequestNanoUsd, @Source, @since, @until, @now
            from models_prices where model_id = @model
            returning version
            """,
            new
            {
                id = p.Id.ToString(),
                model = row.ModelId.ToString(),
                rates = JsonSerializer.Serialize(p.Rates, ModelsJson.Default.TokenRates),
                p.TierAboveInputTokens,
                tier = p.TierRates is null ? null : JsonSerializer.Serialize(p.TierRates, ModelsJson.Default.TokenRates),
                units = p.Units is null ? null : JsonSerializer.Serialize(p.Units, ModelsJson.Default.UnitRates),
                classes = p.Classes is null ? null : JsonSerializer.Serialize(p.Classes, ModelsJson.Default.PriceClasses),
                p.PerRequestNanoUsd,
                p.Source,
                since = Micros.Of(row.ValidFrom),
                until = Micros.Of(row.ValidUntil),
                now,
            },
            work.Transaction
        );
    }
}
