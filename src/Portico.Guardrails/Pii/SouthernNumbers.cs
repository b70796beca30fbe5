using static Portico.Guardrails.Pii.Strength;

namespace Portico.Guardrails.Pii;

/// <summary>Personal numbers of south-eastern and western Asia, Africa and Oceania.</summary>
static class SouthernNumbers
{
    const string Id = "|identity|national id|id number|id card|personal number|personal id|id no|citizen";
    public static readonly NumberRule[] All =
    [
        new(
            "pii.national_id.sg_nric",
            "NRIC / FIN",
            "SG",
            "A9999999A",
            AsiaPacific.SingaporePerson,
            new(0.85f, 0.85f, 0.97f),
            "nric|fin|singapore" + Id
        ),
        new(
            "pii.national_id.sg_nric",
            "NRIC / FIN",
            "SG",
            "A9999999A",
            t => "STFGM".Contains(t[0]),
            new(0.3f, 0.3f, 0.85f),
            "nric|fin|singapore",
            IsLoose: true
        ),
        new(
            "pii.national_id.kr_frn",
            "Foreigner registration number",
            "KR",
            "999999-9999999|9999999999999",
            t => t[6] is >= '5' and <= '8' && CheckDigits.IsShortDate(t),
            new(0.25f, 0.5f, 0.9f),
            "외국인|frn|foreign registration|alien registration",
            IsLoose: true
        ),
        new("pii.national_id.in_pan", "PAN", "IN", "AAAAA9999A", null, new(0.3f, 0.3f, 0.88f), "pan|permanent account", IsLoose: true),
        new(
            "pii.tax_id.in_gstin",
            "GSTIN",
            "IN",
            "99AAAAA9999A*Z*",
            t => CheckDigits.Number(t[..2]) is >= 1 and <= 38,
            new(0.7f, 0.7f, 0.9f),
            "gst|gstin",
            IsLoose: true
        ),
        new(
            "pii.tax_id.sg_uen",
            "UEN",
            "SG",
            "99999999A|999999999A|A99AA9999A",
            AsiaPacific.SingaporeCompany,
            new(0.5f, 0.5f, 0.95f),
            "uen|acra|entity"
        ),
        new(
            "pii.national_id.th_id",
            "National identification number",
            "TH",
            "9999999999999|9-9999-99999-99-9|9 9999 99999 99 9",
            t => AsiaPacific.ThaiPerson(t),
            new(0.35f, 0.9f, 0.97f),
            "thai|บัตรประชาชน|ประจำตัว" + Id
        ),
        new(
            "pii.national_id.id_nik",
            "NIK",
            "ID",
            "9999999999999999",
            AsiaPacific.IndonesianPerson,
            new(0.3f, 0.3f, 0.94f),
            "nik|ktp|kependudukan"
        ),
        new(
            "pii.tax_id.id_npwp",
            "NPWP",
            "ID",
            "99.999.999.9-999.999|999999999999999",
            AsiaPacific.IndonesianTaxpayer,
            new(0.2f, 0.9f, 0.95f),
            "npwp"
        ),
        new(
            "pii.national_id.my_nric",
            "MyKad",
            "MY",
            "999999-99-9999|999999999999",
            AsiaPacific.MalaysianPerson,
            new(0.2f, 0.8f, 0.95f),
            "mykad|nric|kad pengenalan|malaysian" + Id
        ),
        new(
            "pii.national_id.il_id",
            "Identity number (teudat zehut)",
            "IL",
            "999999999|99999999-9|9999999-9",
            AsiaPacific.IsraeliPerson,
            new(0.2f, 0.4f, 0.95f),
            "teudat|zehut|israeli|תעודת|ת.ז|ת\"ז" + Id
        ),
        new(
            "pii.national_id.ir_melli",
            "National code",
            "IR",
            "9999999999|999-999999-9",
            AsiaPacific.IranianPerson,
            new(0.2f, 0.7f, 0.95f),
            "کد ملی|کدملی|melli" + Id
        ),
        new(
            "pii.national_id.ae_emirates_id",
            "Emirates ID",
            "AE",
            "784-9999-9999999-9|784999999999999|784 9999 9999999 9",
            AsiaPacific.EmiratesPerson,
            new(0.8f, 0.95f, 0.98f),
            "emirates" + Id
        ),
        new(
            "pii.national_id.sa_id",
            "Saudi identity",
            "SA",
            "9999999999",
            AsiaPacific.SaudiPerson,
            new(0.15f, 0.15f, 0.93f),
            "saudi|iqama|هوية" + Id
        ),
        new(
            "pii.national_id.kw_civil_id",
            "Civil ID",
            "KW",
            "999999999999",
            AsiaPacific.KuwaitiPerson,
            new(0.55f, 0.55f, 0.95f),
            "civil id|kuwait" + Id
        ),
        new(
            "pii.national_id.pk_cnic",
            "CNIC",
            "PK",
            "99999-9999999-9|9999999999999",
            AsiaPacific.PakistaniPerson,
            new(0.1f, 0.8f, 0.95f),
            "cnic|nadra|pakistan"
        ),
        new(
            "pii.national_id.ph_tin",
            "TIN",
            "PH",
            "999-999-999|999-999-999-999|999999999|999999999999",
            null,
            new(0.1f, 0.25f, 0.9f),
            "tin|taxpayer|philippine"
        ),
        new(
            "pii.national_id.au_tfn",
            "Tax file number",
            "AU",
            "999999999|999~999~999",
            AsiaPacific.AustralianTaxpayer,
            new(0.25f, 0.45f, 0.96f),
            "tfn|tax file"
        ),
        new(
            "pii.health.au_medicare",
            "Medicare card",
            "AU",
            "9999999999|9999~99999~9",
            AsiaPacific.AustralianMedicare,
            new(0.3f, 0.8f, 0.96f),
            "medicare"
        ),
        new(
            "pii.tax_id.au_abn",
            "Business number",
            "AU",
            "99999999999|99 999 999 999|AU99999999999|AU 99 999 999 999",
            AsiaPacific.AustralianBusiness,
            new(0.45f, 0.85f, 0.96f),
            "abn|business number"
        ),
        new(
            "pii.tax_id.au_acn",
            "Company number",
            "AU",
            "999999999|999 999 999",
            AsiaPacific.AustralianCompany,
            new(0.1f, 0.44f, 0.95f),
            "acn|company number"
        ),
        new(
            "pii.tax_id.nz_ird",
            "IRD number",
            "NZ",
            "99999999|999999999|99-999-999|999-999-999",
            AsiaPacific.NewZealandTaxpayer,
            new(0.15f, 0.44f, 0.95f),
            "ird|inland revenue"
        ),
        new(
            "pii.national_id.za_id",
            "Identity number",
            "ZA",
            "9999999999999|999999 9999 99 9",
            AsiaPacific.SouthAfricanPerson,
            new(0.7f, 0.85f, 0.97f),
            "south african|rsa id|sa id" + Id
        ),
        new(
            "pii.national_id.eg_id",
            "National number",
            "EG",
            "99999999999999",
            AsiaPacific.EgyptianPerson,
            new(0.5f, 0.5f, 0.95f),
            "الرقم القومي|egypt" + Id
        ),
        new(
            "pii.national_id.ly_id",
            "National number",
            "LY",
            "999999999999",
            AsiaPacific.LibyanPerson,
            new(0.15f, 0.15f, 0.9f),
            "libya" + Id
        ),
        new(
            "pii.tax_id.gh_tin",
            "Taxpayer number",
            "GH",
            "A999999999*",
            AsiaPacific.GhanaianTaxpayer,
            new(0.5f, 0.5f, 0.95f),
            "ghana|gra|tax|tin"
        ),
        new(
            "pii.tax_id.za_tin",
            "Tax reference number",
            "ZA",
            "9999999999",
            AsiaPacific.SouthAfricanTaxpayer,
            new(0.1f, 0.1f, 0.9f),
            "sars|tax reference|tax number|income tax"
        ),
        new("pii.national_id.ng_nin", "NIN", "NG", "99999999999", null, new(0.05f, 0.05f, 0.9f), "nin|nimc|nigeria"),
        new("pii.tax_id.ma_ice", "ICE", "MA", "999999999999999", AsiaPacific.MoroccanCompany, new(0.3f, 0.3f, 0.95f), "ice"),
    ];
}
