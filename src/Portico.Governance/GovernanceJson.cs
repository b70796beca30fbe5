using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portico.Governance;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
sealed partial class GovernanceJson : JsonSerializerContext;
