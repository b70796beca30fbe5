namespace Portico.Guardrails.Pii;

/// <summary>A kind of personal data.</summary>
/// <param name="Id">As findings name it: <c>pii.national_id.us_ssn</c>.</param>
/// <param name="Title">In English, or as its country calls it.</param>
/// <param name="Country">ISO 3166-1 alpha-2; EU for what its members share; empty where it is of no country.</param>
public sealed record PiiKind(string Id, string Title, string Country);

/// <summary>What <see cref="PiiDetector"/> finds.</summary>
public static class PiiKinds
{
    /// <summary>Every kind once: first those of no country, then as the tables have them.</summary>
    public static IReadOnlyList<PiiKind> All { get; } =
    [
        new("pii.email", "E-mail address", ""),
        new("pii.phone", "Telephone number", ""),
        new("pii.iban", "International bank account number", ""),
        new("pii.ip_address", "IP address", ""),
        new("pii.mac_address", "MAC address", ""),
        new("pii.date_of_birth", "Date of birth", ""),
        new("pii.crypto_wallet", "Crypto-currency address", ""),
        .. NumberRules.All.Select(r => new PiiKind(r.Kind, r.Title, r.Country)).DistinctBy(k => k.Id),
    ];
}
