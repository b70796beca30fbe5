namespace Portico.Guardrails.Detection;

/// <summary>What a detector can find.</summary>
/// <param name="Id">With a dot behind its family, as rules name it: <c>pii.email</c>.</param>
/// <param name="Title">As people read it: "E-mail address".</param>
/// <param name="Country">ISO 3166 alpha-2 code where it is of one country.</param>
/// <param name="Description">What is meant, and what is not.</param>
public sealed record DetectorKind(string Id, string Title, string? Country = null, string? Description = null);
