using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Pii;

/// <summary>What <see cref="PiiDetector"/> finds.</summary>
public static class PiiKinds
{
    /// <summary>Every kind once: first those of no country, then as the tables have them.</summary>
    public static IReadOnlyList<DetectorKind> All { get; } =
    [
        new("pii.email", "E-mail address"),
        new("pii.phone", "Telephone number"),
        new("pii.iban", "International bank account number"),
        new("pii.ip_address", "IP address"),
        new("pii.mac_address", "MAC address"),
        new("pii.date_of_birth", "Date of birth"),
        new("pii.crypto_wallet", "Crypto-currency address"),
        .. NumberRules.All.Select(r => new DetectorKind(r.Kind, r.Title, r.Country.Length == 0 ? null : r.Country)).DistinctBy(k => k.Id),
    ];
}
