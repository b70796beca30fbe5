using System.Text.Json;

namespace Portico.Models;

sealed class ConnectionTable
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Family { get; set; } = "";
    public string? Preset { get; set; }
    public string BaseUrl { get; set; } = "";
    public string? Credential { get; set; }
    public string Headers { get; set; } = "{}";
    public long AllowSpecialAddresses { get; set; }
    public long ConnectMs { get; set; }
    public long FirstByteMs { get; set; }
    public long IdleMs { get; set; }
    public long Disabled { get; set; }
    public string Origin { get; set; } = "";
    public string? Region { get; set; }
    public long? TrainsOnData { get; set; }
    public long? RetentionDays { get; set; }
    public long Responses { get; set; }
    public long ProviderBatches { get; set; }
    public long Version { get; set; }

    public ConnectionRow ToRow() =>
        new(
            new Connection
            {
                Id = ConnectionId.Parse(Id),
                Name = Name,
                Family = Family,
                Preset = Preset,
                BaseUrl = new Uri(BaseUrl),
                HasCredential = Credential is not null,
                Headers = JsonSerializer.Deserialize(Headers, ModelsJson.Default.IReadOnlyDictionaryStringString)!,
                AllowSpecialAddresses = AllowSpecialAddresses != 0,
                ConnectMs = (int)ConnectMs,
                FirstByteMs = (int)FirstByteMs,
                IdleMs = (int)IdleMs,
                Disabled = Disabled != 0,
                Origin = Origin,
                Region = Region,
                TrainsOnData = TrainsOnData is { } trains ? trains != 0 : null,
                RetentionDays = (int?)RetentionDays,
                Responses = Responses != 0,
                ProviderBatches = ProviderBatches != 0,
                Version = Version,
            },
            Credential
        );
}

sealed class ModelTable
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public long? ContextTokens { get; set; }
    public long? MaxOutputTokens { get; set; }
    public string TokenFamily { get; set; } = "";
    public long Embeddings { get; set; }
    public long Disabled { get; set; }
    public long Version { get; set; }

    public Model ToNoun() =>
        new()
        {
            Id = ModelId.Parse(Id),
            Name = Name,
            ContextTokens = (int?)ContextTokens,
            MaxOutputTokens = (int?)MaxOutputTokens,
            TokenFamily = TokenFamily,
            Embeddings = Embeddings != 0,
            Disabled = Disabled != 0,
            Version = Version,
        };
}

sealed class DeploymentTable
{
    public string Id { get; set; } = "";
    public string ModelId { get; set; } = "";
    public string ConnectionId { get; set; } = "";
    public string UpstreamModel { get; set; } = "";
    public long Weight { get; set; }
    public long Disabled { get; set; }
    public long Version { get; set; }

    public Deployment ToNoun() =>
        new(
            DeploymentId.Parse(Id),
            Id<IdKinds.Model>.Parse(ModelId),
            Id<IdKinds.Connection>.Parse(ConnectionId),
            UpstreamModel,
            (int)Weight,
            Disabled != 0,
            Version
        );
}

sealed class PriceTable
{
    public string Id { get; set; } = "";
    public string ModelId { get; set; } = "";
    public long Version { get; set; }
    public string Rates { get; set; } = "{}";
    public long? TierAboveInputTokens { get; set; }
    public string? TierRates { get; set; }
    public string? Units { get; set; }
    public string? Classes { get; set; }
    public long PerRequestNanoUsd { get; set; }
    public string? Source { get; set; }
    public long ValidFromUs { get; set; }
    public long? ValidUntilUs { get; set; }

    public PriceRow ToRow() =>
        new(
            Id<IdKinds.Model>.Parse(ModelId),
            new Price
            {
                Id = PriceId.Parse(Id),
                Version = Version,
                Rates = JsonSerializer.Deserialize(Rates, ModelsJson.Default.TokenRates)!,
                TierAboveInputTokens = TierAboveInputTokens,
                TierRates = TierRates is null ? null : JsonSerializer.Deserialize(TierRates, ModelsJson.Default.TokenRates),
                Units = Units is null ? null : JsonSerializer.Deserialize(Units, ModelsJson.Default.UnitRates),
                Classes = Classes is null ? null : JsonSerializer.Deserialize(Classes, ModelsJson.Default.PriceClasses),
                PerRequestNanoUsd = PerRequestNanoUsd,
                Source = Source,
            },
            Micros.ToTime(ValidFromUs),
            Micros.ToTime(ValidUntilUs)
        );
}
