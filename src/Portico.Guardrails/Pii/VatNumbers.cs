using static Portico.Guardrails.Pii.Strength;

namespace Portico.Guardrails.Pii;

/// <summary>Numbers of companies for value-added tax and registers.</summary>
static class VatNumbers
{
    const string Vat = "vat|ust|uid|tva|iva|btw|moms|tax|dph|dic|nip";
    static readonly string SwissVat = string.Join(
        '|',
        "MWST TVA IVA TPV"
            .Split(' ')
            .SelectMany(tax =>
                "CHE-999.999.999 #|CHE-999999999 #|CHE999999999#|CHE999999999 #|CHE-999.999.999#|999999999#|999.999.999 #"
                    .Split('|')
                    .Select(m => m.Replace("#", tax, StringComparison.Ordinal))
            )
    );

    public static readonly NumberRule[] All =
    [
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "DE999999999|DE 999999999|DE 999 999 999|DE~999~999~999",
            WesternEurope.GermanVat,
            new(0.8f, 0.85f, 0.95f),
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "ATU99999999|ATU 99999999|AT U99999999",
            WesternEurope.AustrianVat,
            new(0.8f, 0.8f, 0.95f),
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "BE9999999999|BE 9999999999|BE 9999.999.999|BE9999.999.999|BE 9999 999 999|BE 999999999|BE999999999",
            WesternEurope.BelgianVat,
            new(0.9f, 0.9f, 0.95f),
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "FR99999999999|FR 99 999999999|FR 99 999 999 999",
            WesternEurope.FrenchVat,
            Strong,
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "ESA9999999*|ESA99999999|ES A9999999*",
            t => WesternEurope.SpanishCompany(t[2..]) || WesternEurope.SpanishForeigner(t[2..]),
            new(0.8f, 0.8f, 0.95f),
            Vat
        ),
        new("pii.tax_id.eu_vat", "VAT number", "EU", "IT99999999999|IT 99999999999", WesternEurope.ItalianVat, new(0.8f, 0.8f, 0.95f), Vat),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "NL999999999B99|NL 999999999B99|NL999999999.B99|NL 9999.99.999.B99",
            WesternEurope.DutchVat,
            Strong,
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "PT999999999|PT 999999999|PT 999 999 999",
            WesternEurope.Portuguese,
            new(0.7f, 0.7f, 0.95f),
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "DK99999999|DK 99999999|DK 99 99 99 99",
            NorthernEurope.DanishCompany,
            new(0.6f, 0.7f, 0.95f),
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "FI99999999|FI 99999999|FI 9999999-9",
            NorthernEurope.FinnishCompany,
            new(0.6f, 0.7f, 0.95f),
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "SE999999999901|SE 999999999901|SE 999999-9999 01",
            NorthernEurope.SwedishVat,
            Strong,
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "LU99999999|LU 99999999|LU 999 999 99",
            WesternEurope.LuxembourgVat,
            new(0.7f, 0.7f, 0.95f),
            Vat
        ),
        new("pii.tax_id.eu_vat", "VAT number", "EU", "EE999999999|EE 999999999", NorthernEurope.EstonianVat, new(0.7f, 0.7f, 0.95f), Vat),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "LV99999999999|LV 99999999999",
            NorthernEurope.LatvianVat,
            new(0.7f, 0.7f, 0.95f),
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "PL9999999999|PL 9999999999|PL 999-999-99-99|PL 999 999 99 99",
            EasternEurope.PolishTaxpayer,
            new(0.8f, 0.8f, 0.95f),
            Vat
        ),
        new("pii.tax_id.eu_vat", "VAT number", "EU", "CZ99999999|CZ 99999999", EasternEurope.CzechCompany, new(0.7f, 0.7f, 0.95f), Vat),
        new("pii.tax_id.eu_vat", "VAT number", "EU", "SK9999999999|SK 9999999999", EasternEurope.SlovakVat, new(0.8f, 0.8f, 0.95f), Vat),
        new("pii.tax_id.eu_vat", "VAT number", "EU", "HU99999999|HU 99999999", EasternEurope.HungarianVat, new(0.7f, 0.7f, 0.95f), Vat),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "RO999999999|RO99999999|RO9999999|RO 99999999|RO 9999999",
            EasternEurope.RomanianCompany,
            new(0.6f, 0.6f, 0.95f),
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "SI99999999|SI 99999999|SI 9999 9999",
            EasternEurope.SlovenianTax,
            new(0.7f, 0.7f, 0.95f),
            Vat
        ),
        new("pii.tax_id.eu_vat", "VAT number", "EU", "EL999999999|EL 999999999", WesternEurope.GreekTax, new(0.7f, 0.7f, 0.95f), Vat),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "HR99999999999|HR 99999999999",
            EasternEurope.CroatianPerson,
            new(0.7f, 0.7f, 0.95f),
            Vat
        ),
        new(
            "pii.tax_id.eu_vat",
            "VAT number",
            "EU",
            "MT99999999|MT 99999999|MT 9999-9999",
            WesternEurope.MalteseVat,
            new(0.8f, 0.8f, 0.95f),
            Vat
        ),
        new(
            "pii.tax_id.gb_vat",
            "VAT number",
            "GB",
            "GB999999999|GB 999999999|GB 999 9999 99|999 9999 99",
            WesternEurope.BritishVat,
            new(0.8f, 0.6f, 0.95f),
            Vat
        ),
        new("pii.tax_id.ch_uid", "UID", "CH", "CHE-999.999.999|CHE999999999|CHE 999.999.999", WesternEurope.SwissCompany, Strong, Vat),
        new("pii.tax_id.ch_vat", "MWST-Nummer", "CH", SwissVat, WesternEurope.SwissCompany, Strong, Vat),
        new(
            "pii.tax_id.no_mva",
            "MVA-nummer",
            "NO",
            "NO999999999MVA|NO 999 999 999 MVA|999999999MVA|999 999 999 MVA",
            NorthernEurope.NorwegianCompany,
            Strong,
            Vat
        ),
        new(
            "pii.tax_id.pl_nip",
            "NIP",
            "PL",
            "9999999999|999-999-99-99|999-99-99-999|PL9999999999|PL 9999999999",
            EasternEurope.PolishTaxpayer,
            new(0.2f, 0.7f, 0.95f),
            "nip|podatkow"
        ),
        new(
            "pii.tax_id.pl_regon",
            "REGON",
            "PL",
            "999999999|99999999999999",
            EasternEurope.PolishCompany,
            new(0.15f, 0.15f, 0.95f),
            "regon"
        ),
        new("pii.tax_id.fr_siren", "SIREN", "FR", "999999999|999 999 999", CheckDigits.Luhn, new(0.1f, 0.3f, 0.95f), "siren|rcs"),
        new("pii.tax_id.fr_siret", "SIRET", "FR", "99999999999999|999 999 999 99999", CheckDigits.Luhn, new(0.25f, 0.8f, 0.96f), "siret"),
        new(
            "pii.tax_id.se_organisationsnummer",
            "Organisationsnummer",
            "SE",
            "999999-9999|9999999999",
            NorthernEurope.SwedishCompany,
            new(0.2f, 0.6f, 0.96f),
            "organisationsnummer|orgnr|org.nr|company identity|företag"
        ),
        new("pii.tax_id.cz_ico", "IČO", "CZ", "99999999", EasternEurope.CzechCompany, new(0.1f, 0.1f, 0.93f), "ičo|ico|ič"),
        new(
            "pii.tax_id.de_steuernummer",
            "Steuernummer",
            "DE",
            "99/999/99999|999/999/99999|999/9999/9999|999 999 99999|9999999999999|999/999/9999 9",
            t => t.Length < 13 || DocumentChecks.GermanTaxOffice(t),
            new(0.2f, 0.6f, 0.95f),
            "steuernummer|steuer-nr|st.-nr|finanzamt|tax"
        ),
        new(
            "pii.tax_id.de_handelsregister",
            "Handelsregister",
            "DE",
            "HRB 999999|HRB 99999|HRB 9999|HRA 999999|HRA 99999|HRA 9999|HRB999999|HRB99999|HRA99999",
            null,
            new(0.6f, 0.7f, 0.9f),
            "handelsregister|amtsgericht|register"
        ),
        new(
            "pii.tax_id.ch_uid",
            "UID",
            "CH",
            "999999999|999.999.999",
            WesternEurope.SwissCompany,
            new(0.1f, 0.3f, 0.9f),
            "uid|ide|idi|mwst"
        ),
    ];
}
