using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portico.Governance;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<int>))]
[JsonSerializable(typeof(Learning.CertificateText))]
sealed partial class GovernanceJson : JsonSerializerContext;
