namespace Portico.Guardrails.Secrets;

/// <summary>A kind of credential that <see cref="SecretsDetector"/> finds.</summary>
/// <param name="Id">As findings name it: <c>secrets.github_token</c>.</param>
/// <param name="Title">For people: "GitHub token".</param>
public sealed record SecretKind(string Id, string Title);
