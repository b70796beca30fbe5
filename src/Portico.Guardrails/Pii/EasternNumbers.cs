using static Portico.Guardrails.Pii.Strength;

namespace Portico.Guardrails.Pii;

/// <summary>Personal numbers of northern, central and eastern Europe.</summary>
static class EasternNumbers
{
    const string Id = "|identity|national id|id number|id card|id code|personal number|personal id|id no";
    const string Tax = "|tax|tin|taxpayer|fiscal";

    public static readonly NumberRule[] All =
    [
        new(
            "pii.national_id.se_personnummer",
            "Personnummer",
            "SE",
            "9999999999|999999-9999|999999+9999|999999999999|99999999-9999|99999999+9999",
            NorthernEurope.SwedishPerson,
            new(0.45f, 0.85f, 0.97f),
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
            "pii.tax_id.ru_ogrn",
            "OGRN",
            "RU",
            "9999999999999|999999999999999",
            EasternEurope.RussianCompany,
            new(0.25f, 0.25f, 0.95f),
            "огрн|огрнип|ogrn"
        ),
        new("pii.tax_id.rs_pib", "PIB", "RS", "999999999", EasternEurope.SerbianTax, new(0.1f, 0.1f, 0.92f), "pib|пиб" + Tax),
        new("pii.tax_id.me_pib", "PIB", "ME", "99999999", EasternEurope.MontenegrinTax, new(0.1f, 0.1f, 0.9f), "pib|пиб"),
        new(
            "pii.tax_id.mk_edb",
            "EDB",
            "MK",
            "9999999999999|MK9999999999999",
            EasternEurope.MacedonianTax,
            new(0.2f, 0.2f, 0.92f),
            "едб|edb" + Tax
        ),
        new(
            "pii.tax_id.ee_registrikood",
            "Registrikood",
            "EE",
            "99999999",
            NorthernEurope.EstonianCompany,
            new(0.1f, 0.1f, 0.92f),
            "registrikood|reg. nr"
        ),
        new(
            "pii.national_id.tr_tckn",
            "Identity number (T.C. kimlik)",
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
