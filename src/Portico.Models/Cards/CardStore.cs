using System.Text.Json;
using Dapper;
using Portico.Storage;

namespace Portico.Models.Cards;

/// <summary>A card that somebody entered, with its version.</summary>
sealed record StoredCard(ModelCard Card, long Version, string UpdatedBy, DateTimeOffset UpdatedAt);

/// <summary>Reads and writes the cards that were entered. A model without a row has the card of the catalogue.</summary>
static class CardStore
{
    sealed class Row
    {
        public string ModelId { get; set; } = "";
        public string Body { get; set; } = "";
        public long Version { get; set; }
        public string UpdatedBy { get; set; } = "";
        public long UpdatedUs { get; set; }
    }

    public static async Task<Dictionary<ModelId, StoredCard>> ReadAllAsync(
        System.Data.Common.DbConnection db,
        System.Data.Common.DbTransaction transaction
    ) =>
        (
            await db.QueryAsync<Row>("select model_id, body, version, updated_by, updated_us from models_cards", transaction: transaction)
        ).ToDictionary(
            r => ModelId.Parse(r.ModelId),
            r => new StoredCard(
                JsonSerializer.Deserialize(r.Body, CardJson.Default.ModelCard)!,
                r.Version,
                r.UpdatedBy,
                Micros.ToTime(r.UpdatedUs)
            )
        );

    /// <summary>Puts a card over the version that was read, 0 = none yet; gives the rows changed.</summary>
    public static Task<int> PutAsync(DbWork work, ModelId model, ModelCard card, long version, string by, long now) =>
        work.Connection.ExecuteAsync(
            version == 0
                ? """
                insert into models_cards (model_id, body, version, updated_by, updated_us) values (@model, @body, 1, @by, @now)
                on conflict do nothing
                """
                : """
                update models_cards set body = @body, version = version + 1, updated_by = @by, updated_us = @now
                where model_id = @model and version = @version
                """,
            new
            {
                model = model.ToString(),
                body = CardJson.Text(card),
                version,
                by,
                now,
            },
            work.Transaction
        );
}
