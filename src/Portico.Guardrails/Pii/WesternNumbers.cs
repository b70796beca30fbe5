using static Portico.Guardrails.Pii.Strength;

namespace Portico.Guardrails.Pii;

/// <summary>Personal numbers of western and southern Europe.</summary>
static class WesternNumbers
{
    const string Id = "|identity|national id|id number|id card|id code|personal number|personal id|id no";
    const string Tax = "|tax|tin|taxpayer|fiscal";

    public static readonly NumberRule[] All =
    [
        new(
            "pii.national_id.uk_nino",
            "National Insurance number",
            "GB",
            "AA999999A|AA 99 99 99 A|AA-99-99-99-A|AA 999999 A",
            WesternEurope.BritishInsurance,
            new(0.6f, 0.85f, 0.95f),
            "national insurance|nino|ni number|insurance number" + Tax
        ),
        new(
            "pii.national_id.uk_nino",
            "National Insurance number",
            "GB",
            "AA999999|AA999999 ",
            WesternEurope.BritishInsurance,
            Shape,
            "national insurance|nino|ni number|insurance number"
        ),
        new(
            "pii.national_id.uk_nhs",
            "NHS number",
            "GB",
            "999~999~9999",
            WesternEurope.BritishHealth,
            new(0.3f, 0.55f, 0.95f),
            "nhs|health|patient"
        ),
        new(
            "pii.tax_id.uk_utr",
            "Unique taxpayer reference",
            "GB",
            "9999999999|99999 99999",
            WesternEurope.BritishTaxpayer,
            Checked,
            "utr|taxpayer reference|self assessment" + Tax
        ),
        new(
            "pii.driver_licence.uk",
            "Driving licence",
            "GB",
            "*****999999**9AA|*****999999***AA|***** 999999 ***AA|*****~999999~***~AA",
            WesternEurope.BritishDriver,
            new(0.75f, 0.8f, 0.95f),
            "driving|licence|license|dvla"
        ),
        new(
            "pii.national_id.de_steuerid",
            "Steuer-Identifikationsnummer",
            "DE",
            "99999999999|99 999 999 999|999/999/999/99|99/999/999/999|999/999/9999/9",
            WesternEurope.GermanTax,
            new(0.45f, 0.75f, 0.95f),
            "steuer|idnr|tax|tin" + Id
        ),
        new(
            "pii.national_id.de_rentenversicherung",
            "Rentenversicherungsnummer",
            "DE",
            "99999999A999|99~999999~A~999",
            WesternEurope.GermanPension,
            new(0.85f, 0.9f, 0.97f),
            "rente|rvnr|sozialversicherung|social security|pension|versicherung"
        ),
        new(
            "pii.health.de_krankenversicherung",
            "Krankenversichertennummer",
            "DE",
            "A999999999",
            WesternEurope.GermanHealth,
            new(0.4f, 0.4f, 0.95f),
            "kranken|kvnr|versichert|health insurance|krankenkasse"
        ),
        new(
            "pii.health.de_lanr",
            "Lebenslange Arztnummer",
            "DE",
            "999999999",
            WesternEurope.GermanDoctor,
            new(0.1f, 0.1f, 0.9f),
            "lanr|arztnummer|arzt"
        ),
        new(
            "pii.passport.de",
            "Passport or identity card",
            "DE",
            "A********",
            WesternEurope.GermanDocument,
            new(0.4f, 0.4f, 0.95f),
            "passport|pass|reisepass|ausweis|personalausweis"
        ),
        new(
            "pii.national_id.fr_nir",
            "Numéro de sécurité sociale",
            "FR",
            "99999*999999999|9~99~99~9*~999~999~99|9 99 99 9* 999 999/99",
            WesternEurope.FrenchInsurance,
            new(0.9f, 0.95f, 0.98f),
            "sécurité sociale|securite sociale|nir|insee|social security"
        ),
        new(
            "pii.national_id.fr_nif",
            "Numéro fiscal",
            "FR",
            "9999999999999|99 99 999 999 999",
            WesternEurope.FrenchTax,
            new(0.6f, 0.75f, 0.95f),
            "fiscal|impôt|spi" + Tax
        ),
        new(
            "pii.national_id.es_dni",
            "DNI / NIF",
            "ES",
            "99999999A|99999999~A|99.999.999-A|99.999.999A",
            WesternEurope.SpanishPerson,
            new(0.7f, 0.8f, 0.97f),
            "dni|nif|documento" + Id + Tax
        ),
        new(
            "pii.national_id.es_nie",
            "NIE",
            "ES",
            "A9999999A|A-9999999-A|A9999999-A|A 9999999 A|A-9999999A",
            WesternEurope.SpanishForeigner,
            new(0.8f, 0.85f, 0.97f),
            "nie|extranjero" + Id + Tax
        ),
        new(
            "pii.tax_id.es_cif",
            "CIF",
            "ES",
            "A9999999*|A-9999999*|A-9999999-*|A9999999-*",
            WesternEurope.SpanishCompany,
            new(0.4f, 0.5f, 0.9f),
            "cif|nif|vat|iva" + Tax
        ),
        new(
            "pii.national_id.it_codice_fiscale",
            "Codice fiscale",
            "IT",
            "AAAAAA**A**A***A|AAA~AAA~**A**~A***A",
            WesternEurope.ItalianPerson,
            Strong,
            "codice fiscale|c.f|fiscal"
        ),
        new(
            "pii.tax_id.it_partita_iva",
            "Partita IVA",
            "IT",
            "99999999999|IT99999999999|IT 99999999999",
            WesternEurope.ItalianVat,
            Checked,
            "partita|p.iva|p. iva|piva|iva|vat" + Tax
        ),
        new(
            "pii.national_id.nl_bsn",
            "Burgerservicenummer",
            "NL",
            "999999999|9999.99.999|999~999~999|9999 99 999",
            WesternEurope.DutchPerson,
            new(0.2f, 0.45f, 0.92f),
            "bsn|burgerservice|sofi|citizen service" + Id
        ),
        new(
            "pii.national_id.be_rrn",
            "Rijksregisternummer",
            "BE",
            "99999999999|99.99.99-999.99|99 99 99 999 99|999999-999-99|99.99.99.999.99|99/9999-99999",
            WesternEurope.BelgianPerson,
            new(0.7f, 0.92f, 0.97f),
            "rijksregister|registre national|nrn|national number|niss|insz" + Id
        ),
        new(
            "pii.national_id.be_eid",
            "Identity card",
            "BE",
            "999-9999999-99|999999999999|999 9999999 99",
            WesternEurope.BelgianCard,
            new(0.2f, 0.8f, 0.95f),
            "identiteitskaart|carte d'identité|eid" + Id
        ),
        new(
            "pii.national_id.lu_matricule",
            "Matricule",
            "LU",
            "9999999999999",
            WesternEurope.LuxembourgPerson,
            new(0.85f, 0.85f, 0.97f),
            "matricule|cns" + Id
        ),
        new(
            "pii.national_id.ie_pps",
            "PPS number",
            "IE",
            "9999999A|9999999AA|9999999 A|9999999 AA",
            WesternEurope.IrishPerson,
            new(0.55f, 0.6f, 0.95f),
            "pps|ppsn|personal public service" + Tax
        ),
        new(
            "pii.national_id.pt_nif",
            "NIF",
            "PT",
            "999999999|999~999~999|PT999999999",
            WesternEurope.Portuguese,
            new(0.2f, 0.3f, 0.92f),
            "nif|contribuinte|nipc|finanças" + Tax
        ),
        new(
            "pii.national_id.gr_amka",
            "AMKA",
            "GR",
            "99999999999|999999~99999",
            WesternEurope.GreekInsurance,
            new(0.55f, 0.6f, 0.95f),
            "amka|αμκα|α.μ.κ.α"
        ),
        new(
            "pii.tax_id.gr_afm",
            "AFM",
            "GR",
            "999999999|EL999999999|EL 999999999|999 999 999",
            WesternEurope.GreekTax,
            new(0.2f, 0.3f, 0.92f),
            "afm|αφμ|α.φ.μ" + Tax
        ),
        new(
            "pii.national_id.at_svnr",
            "Sozialversicherungsnummer",
            "AT",
            "9999999999|9999 999999|9999-999999|9999 99 99 99",
            WesternEurope.AustrianInsurance,
            new(0.45f, 0.65f, 0.95f),
            "sozialversicherung|svnr|sv-nummer|versicherungsnummer|social security|social insurance"
        ),
        new(
            "pii.tax_id.at_steuernummer",
            "Abgabenkontonummer",
            "AT",
            "999999999|99-999/9999|99 999/9999",
            CheckDigits.Luhn,
            Checked,
            "steuernummer|abgabenkonto|finanzamt" + Tax
        ),
        new(
            "pii.national_id.ch_ahv",
            "AHV-Nummer",
            "CH",
            "7569999999999|756.9999.9999.99|756 9999 9999 99|756-9999-9999-99",
            WesternEurope.SwissInsurance,
            new(0.8f, 0.97f, 0.98f),
            "ahv|avs|avs13|sozialversicherung|social security"
        ),
    ];
}
