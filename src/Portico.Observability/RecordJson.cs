using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portico.Observability;

/// <summary>A record as JSON: PostgreSQL's rows hold it so, and so did the journals of earlier builds.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(CallRecord))]
public sealed partial class RecordJson : JsonSerializerContext;
