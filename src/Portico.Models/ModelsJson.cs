using System.Text.Json.Serialization;
using Portico.Models.Catalogue;

namespace Portico.Models;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(TokenRates))]
[JsonSerializable(typeof(UnitRates))]
[JsonSerializable(typeof(PriceClasses))]
[JsonSerializable(typeof(ShippedModels))]
sealed partial class ModelsJson : JsonSerializerContext;
