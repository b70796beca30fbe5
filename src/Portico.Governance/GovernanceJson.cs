using System.Text.Json;
using System.Text.Json.Serialization;
using Portico.Governance.Identity.Oidc;
using Portico.Governance.Identity.Workloads;

namespace Portico.Governance;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<int>))]
[JsonSerializable(typeof(Learning.CertificateText))]
[JsonSerializable(typeof(IReadOnlyList<GroupRole>))]
[JsonSerializable(typeof(IReadOnlyList<ClaimRule>))]
[JsonSerializable(typeof(IReadOnlyList<Portico.Guardrails.Models.ModelFile>))]
[JsonSerializable(typeof(IReadOnlyList<Portico.Guardrails.Models.ProbeShare>))]
sealed partial class GovernanceJson : JsonSerializerContext;
