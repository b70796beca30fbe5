using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portico.Observability;

/// <summary>The persisted shape of a record: journal and store hold it as JSON, so that older builds' records are still read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(CallRecord))]
public sealed partial class RecordJson : JsonSerializerContext;
