using static Portico.Guardrails.Pii.Strength;

namespace Portico.Guardrails.Pii;

/// <summary>Personal numbers of Europe.</summary>
static class EuropeanNumbers
{
    const string Id = "|identity|national id|id number|id card|id code|personal number|personal id|id no";
    const string Tax = "|tax|tin|taxpayer|fiscal";

    public static readonly NumberRule[] All =
    [
        new(
            "pii.national_id.uk_nino",
            "National Insurance number",
            "GB",
            "AA999999A|AA 99 99 99 A|AA-99-99-99-A|AA 999999 A|AA999999",
            WesternEurope.BritishInsurance,
            new(0.6f, 0.85f, 0.95f),
            "national insurance|nino|ni number|insurance number" + Tax
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
            "Reisepass",
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
        new(
            "pii.national_id.se_personnummer",
            "Personnummer",
            "SE",
            "9999999999|999999-9999|999999+9999|999999999999|99999999-9999|99999999+9999",
            NorthernEurope.SwedishPerson,
            new(0.5f, 0.85f, 0.97f),
            "personnummer|pnr|swedish id|samordningsnummer|persnr" + Id
        ),
        new(
            "pii.national_id.fi_hetu",
            "Henkilötunnus",
            "FI",
            "999999-999*|999999+999*|999999A999*",
            NorthernEurope.FinnishPerson,
            new(0.9f, 0.9f, 0.97f),
            "hetu|henkilötunnus|henkilotunnus|personbeteckning" + Id
        ),
        new(
            "pii.national_id.dk_cpr",
            "CPR-nummer",
            "DK",
            "999999-9999|9999999999|999999 9999",
            NorthernEurope.DanishPerson,
            new(0.4f, 0.8f, 0.95f),
            "cpr|personnummer" + Id
        ),
        new(
            "pii.national_id.no_fodselsnummer",
            "Fødselsnummer",
            "NO",
            "99999999999|999999 99999|999999-99999|99 99 99 99999",
            NorthernEurope.NorwegianPerson,
            new(0.85f, 0.9f, 0.97f),
            "fødselsnummer|fodselsnummer|fnr|personnummer|d-nummer" + Id
        ),
        new(
            "pii.bank.no_kontonummer",
            "Kontonummer",
            "NO",
            "99999999999|9999.99.99999|9999 99 99999",
            NorthernEurope.NorwegianAccount,
            new(0.2f, 0.7f, 0.92f),
            "kontonummer|konto|kontonr|account"
        ),
        new(
            "pii.national_id.is_kennitala",
            "Kennitala",
            "IS",
            "999999-9999|9999999999|999999 9999",
            NorthernEurope.IcelandicPerson,
            new(0.6f, 0.85f, 0.95f),
            "kennitala|kt" + Id
        ),
        new(
            "pii.national_id.ee_isikukood",
            "Isikukood",
            "EE",
            "99999999999",
            NorthernEurope.BalticPerson,
            new(0.6f, 0.6f, 0.96f),
            "isikukood|estonian|ik" + Id
        ),
        new(
            "pii.national_id.lt_asmens_kodas",
            "Asmens kodas",
            "LT",
            "99999999999",
            NorthernEurope.BalticPerson,
            new(0.59f, 0.59f, 0.96f),
            "asmens|lithuanian" + Id
        ),
        new(
            "pii.national_id.lv_personas_kods",
            "Personas kods",
            "LV",
            "999999-99999|99999999999",
            NorthernEurope.LatvianPerson,
            new(0.3f, 0.7f, 0.95f),
            "personas kods|latvian|personas" + Id
        ),
        new("pii.national_id.pl_pesel", "PESEL", "PL", "99999999999", EasternEurope.PolishPerson, new(0.58f, 0.58f, 0.97f), "pesel" + Id),
        new(
            "pii.national_id.pl_dowod",
            "Dowód osobisty",
            "PL",
            "AAA999999|AAA 999999",
            EasternEurope.PolishCard,
            new(0.4f, 0.4f, 0.95f),
            "dowód|dowod|dowodu" + Id
        ),
        new(
            "pii.national_id.cz_rodne_cislo",
            "Rodné číslo",
            "CZ",
            "999999/9999|9999999999|999999/999|999999999",
            EasternEurope.CzechPerson,
            new(0.4f, 0.85f, 0.95f),
            "rodné|rodne|rč|r.č" + Id
        ),
        new(
            "pii.national_id.sk_rodne_cislo",
            "Rodné číslo",
            "SK",
            "999999/9999|9999999999|999999/999|999999999",
            EasternEurope.CzechPerson,
            new(0.39f, 0.84f, 0.94f),
            "rodné číslo|slovak"
        ),
        new(
            "pii.national_id.ro_cnp",
            "CNP",
            "RO",
            "9999999999999|9 999999 999999",
            EasternEurope.RomanianPerson,
            new(0.75f, 0.8f, 0.97f),
            "cnp|cod numeric" + Id
        ),
        new("pii.national_id.bg_egn", "EGN", "BG", "9999999999", EasternEurope.BulgarianPerson, new(0.48f, 0.48f, 0.95f), "egn|егн" + Id),
        new(
            "pii.national_id.hr_oib",
            "OIB",
            "HR",
            "99999999999|HR99999999999",
            EasternEurope.CroatianPerson,
            new(0.25f, 0.25f, 0.95f),
            "oib" + Id + Tax
        ),
        new(
            "pii.national_id.hu_adoazonosito",
            "Adóazonosító jel",
            "HU",
            "9999999999",
            EasternEurope.HungarianTaxpayer,
            new(0.25f, 0.25f, 0.95f),
            "adóazonosító|adoazonosito|adószám" + Tax
        ),
        new(
            "pii.national_id.hu_taj",
            "TAJ-szám",
            "HU",
            "999999999|999~999~999",
            EasternEurope.HungarianInsurance,
            new(0.15f, 0.25f, 0.95f),
            "taj"
        ),
        new(
            "pii.national_id.hu_szemelyi",
            "Személyi szám",
            "HU",
            "99999999999|9~999999~9999",
            EasternEurope.HungarianPerson,
            new(0.5f, 0.8f, 0.95f),
            "személyi|szemelyi" + Id
        ),
        new(
            "pii.national_id.si_emso",
            "EMŠO / JMBG",
            "SI",
            "9999999999999",
            EasternEurope.YugoslavPerson,
            new(0.8f, 0.8f, 0.97f),
            "emšo|emso|jmbg|матични" + Id
        ),
        new(
            "pii.national_id.ua_rnokpp",
            "RNOKPP",
            "UA",
            "9999999999",
            EasternEurope.UkrainianTax,
            new(0.2f, 0.2f, 0.93f),
            "рнокпп|іпн|ідентифікаційний|rnokpp" + Tax
        ),
        new(
            "pii.national_id.ru_snils",
            "SNILS",
            "RU",
            "99999999999|999-999-999 99|999-999-999-99",
            EasternEurope.RussianPension,
            new(0.45f, 0.9f, 0.96f),
            "снилс|snils"
        ),
        new("pii.tax_id.ru_inn", "INN", "RU", "9999999999|999999999999", EasternEurope.RussianTax, new(0.3f, 0.3f, 0.95f), "инн|inn" + Tax),
        new(
            "pii.national_id.tr_tckn",
            "T.C. kimlik numarası",
            "TR",
            "99999999999",
            EasternEurope.TurkishPerson,
            new(0.65f, 0.65f, 0.97f),
            "tckn|kimlik|t.c|tc" + Id
        ),
        new(
            "pii.tax_id.tr_vkn",
            "Vergi kimlik numarası",
            "TR",
            "9999999999",
            EasternEurope.TurkishTax,
            new(0.2f, 0.2f, 0.93f),
            "vergi|vkn" + Tax
        ),
        new("pii.national_id.kz_iin", "IIN", "KZ", "999999999999", EasternEurope.KazakhPerson, new(0.5f, 0.5f, 0.95f), "иин|iin|жсн" + Id),
        new("pii.national_id.md_idnp", "IDNP", "MD", "9999999999999", EasternEurope.MoldovanCompany, new(0.25f, 0.25f, 0.93f), "idnp|idno"),
    ];
}
