using static Portico.Guardrails.Pii.Strength;

namespace Portico.Guardrails.Pii;

/// <summary>Personal numbers outside Europe.</summary>
static class WorldNumbers
{
    const string Id = "|identity|national id|id number|id card|personal number|personal id|id no|citizen";
    const string Tax = "|tax|tin|taxpayer|fiscal";

    public static readonly NumberRule[] All =
    [
        new(
            "pii.national_id.us_ssn",
            "Social Security number",
            "US",
            "999-99-9999|999 99 9999|999.99.9999|999999999",
            Americas.SocialSecurity,
            new(0.15f, 0.85f, 0.97f),
            "social security|ssn|ss#|ss #|social"
        ),
        new(
            "pii.national_id.us_itin",
            "Individual taxpayer number",
            "US",
            "999-99-9999|999 99 9999|999999999",
            t => t[0] == '9' && Americas.IndividualTaxpayer(t),
            new(0.15f, 0.8f, 0.96f),
            "itin" + Tax
        ),
        new(
            "pii.tax_id.us_ein",
            "Employer number",
            "US",
            "99-9999999",
            Americas.EmployerPrefix,
            new(0.3f, 0.3f, 0.9f),
            "ein|employer" + Tax
        ),
        new(
            "pii.bank.us_routing",
            "Routing number",
            "US",
            "999999999|9999-9999-9",
            Americas.Routing,
            new(0.3f, 0.6f, 0.95f),
            "routing|aba|rtn|bank|transit"
        ),
        new(
            "pii.health.us_npi",
            "National provider identifier",
            "US",
            "9999999999",
            Americas.Provider,
            new(0.3f, 0.3f, 0.95f),
            "npi|provider"
        ),
        new(
            "pii.health.us_dea",
            "DEA registration",
            "US",
            "AA9999999|A99999999|AA-9999999",
            Americas.Prescriber,
            new(0.4f, 0.5f, 0.95f),
            "dea|prescriber|medical license|medical licence"
        ),
        new(
            "pii.health.us_mbi",
            "Medicare beneficiary identifier",
            "US",
            "9A**A**AA99|9A**-A**-AA99",
            Americas.Medicare,
            new(0.8f, 0.9f, 0.97f),
            "mbi|medicare|beneficiary"
        ),
        new(
            "pii.national_id.ca_sin",
            "Social insurance number",
            "CA",
            "999999999|999~999~999",
            Americas.CanadianPerson,
            new(0.25f, 0.5f, 0.95f),
            "sin|social insurance|nas|assurance sociale"
        ),
        new(
            "pii.tax_id.ca_bn",
            "Business number",
            "CA",
            "999999999|999999999AA9999|99999 9999 AA 9999|999999999 AA9999",
            Americas.CanadianCompany,
            new(0.1f, 0.6f, 0.9f),
            "business number|bn|gst|hst" + Tax
        ),
        new(
            "pii.national_id.br_cpf",
            "CPF",
            "BR",
            "999.999.999-99|99999999999|999999999-99",
            Americas.BrazilianPerson,
            new(0.6f, 0.95f, 0.98f),
            "cpf|cadastro"
        ),
        new(
            "pii.tax_id.br_cnpj",
            "CNPJ",
            "BR",
            "**.***.***/****-99|************99|********/****-99",
            Americas.BrazilianCompany,
            new(0.6f, 0.95f, 0.98f),
            "cnpj"
        ),
        new(
            "pii.national_id.ar_cuit",
            "CUIT / CUIL",
            "AR",
            "99-99999999-9|99999999999|99.99999999.9",
            Americas.Argentine,
            new(0.5f, 0.9f, 0.97f),
            "cuit|cuil|afip"
        ),
        new(
            "pii.national_id.cl_rut",
            "RUT",
            "CL",
            "99.999.999-*|9.999.999-*|99999999-*|9999999-*|CL99999999-*|CL 99999999-*|99999999*",
            t => CheckDigits.AreDigits(t.StartsWith("CL") ? t[2..^1] : t[..^1]) && Americas.Chilean(t),
            new(0.2f, 0.7f, 0.96f),
            "rut|run|cédula|cedula"
        ),
        new(
            "pii.tax_id.co_nit",
            "NIT",
            "CO",
            "999999999-9|999.999.999-9|9999999999",
            Americas.Colombian,
            new(0.15f, 0.6f, 0.95f),
            "nit|dian" + Tax
        ),
        new("pii.national_id.mx_curp", "CURP", "MX", "AAAA999999AAAAAA*9", Americas.MexicanPerson, Strong, "curp"),
        new(
            "pii.tax_id.mx_rfc",
            "RFC",
            "MX",
            "AAAA999999***|AAA999999***|AAAA-999999-***",
            Americas.MexicanTaxpayer,
            new(0.7f, 0.75f, 0.96f),
            "rfc|contribuyente"
        ),
        new("pii.tax_id.pe_ruc", "RUC", "PE", "99999999999", Americas.Peruvian, new(0.35f, 0.35f, 0.95f), "ruc|sunat"),
        new(
            "pii.tax_id.uy_rut",
            "RUT",
            "UY",
            "999999999999|UY999999999999|UY 99 999999 999 9|99-999999-999-9",
            Americas.Uruguayan,
            new(0.6f, 0.7f, 0.95f),
            "rut"
        ),
        new("pii.tax_id.ve_rif", "RIF", "VE", "A-99999999-9|A999999999|A-999999999", Americas.Venezuelan, new(0.3f, 0.7f, 0.95f), "rif"),
        new(
            "pii.national_id.ec_cedula",
            "Cédula",
            "EC",
            "9999999999|999999999-9",
            Americas.EcuadorianPerson,
            new(0.2f, 0.5f, 0.94f),
            "cédula|cedula|ecuador" + Id
        ),
        new(
            "pii.national_id.do_cedula",
            "Cédula",
            "DO",
            "99999999999|999-9999999-9",
            Americas.DominicanPerson,
            new(0.2f, 0.85f, 0.95f),
            "cédula|cedula" + Id
        ),
        new("pii.tax_id.do_rnc", "RNC", "DO", "999999999|9-99-99999-9", Americas.DominicanCompany, new(0.1f, 0.6f, 0.92f), "rnc"),
        new("pii.tax_id.gt_nit", "NIT", "GT", "9999999-*|999999-*|99999999-*", Americas.Guatemalan, new(0.15f, 0.3f, 0.92f), "nit"),
        new(
            "pii.tax_id.py_ruc",
            "RUC",
            "PY",
            "99999999-9|9999999-9|999999-9|99999-9|9999-9|999-9",
            Americas.Paraguayan,
            new(0.15f, 0.3f, 0.92f),
            "ruc"
        ),
        new(
            "pii.national_id.in_aadhaar",
            "Aadhaar",
            "IN",
            "999999999999|9999~9999~9999|9999:9999:9999",
            AsiaPacific.IndianPerson,
            new(0.5f, 0.8f, 0.97f),
            "aadhaar|aadhar|adhar|uidai|uid|आधार"
        ),
        new(
            "pii.national_id.in_pan",
            "PAN",
            "IN",
            "AAAAA9999A",
            AsiaPacific.IndianTaxpayer,
            new(0.7f, 0.7f, 0.97f),
            "pan|permanent account|income tax"
        ),
        new("pii.tax_id.in_gstin", "GSTIN", "IN", "99AAAAA9999A*Z*", AsiaPacific.IndianVat, Strong, "gst|gstin"),
        new(
            "pii.national_id.in_epic",
            "Voter card",
            "IN",
            "AAA9999999",
            AsiaPacific.IndianVoter,
            new(0.35f, 0.35f, 0.95f),
            "voter|vote|epic|election"
        ),
        new(
            "pii.national_id.in_epic",
            "Voter card",
            "IN",
            "AAA9999999",
            null,
            new(0.2f, 0.2f, 0.9f),
            "voter|vote|epic|election",
            IsLoose: true
        ),
        new(
            "pii.national_id.cn_id",
            "居民身份证号",
            "CN",
            "99999999999999999*",
            t => (t[17] == 'X' || char.IsAsciiDigit(t[17])) && AsiaPacific.ChinesePerson(t),
            Strong,
            "身份证|identity|id"
        ),
        new(
            "pii.tax_id.cn_uscc",
            "统一社会信用代码",
            "CN",
            "99999999**********|*999999***********",
            AsiaPacific.ChineseCompany,
            new(0.6f, 0.6f, 0.95f),
            "信用代码|credit code|uscc"
        ),
        new(
            "pii.national_id.hk_hkid",
            "Hong Kong identity card",
            "HK",
            "A999999(*)|A999999*|AA999999(*)|AA999999*",
            AsiaPacific.HongKongPerson,
            new(0.4f, 0.9f, 0.95f),
            "hkid|hong kong|香港|身份證" + Id
        ),
        new(
            "pii.national_id.tw_id",
            "身分證字號",
            "TW",
            "A999999999",
            AsiaPacific.TaiwanesePerson,
            new(0.65f, 0.65f, 0.96f),
            "身分證|taiwan|arc" + Id
        ),
        new("pii.tax_id.tw_ubn", "統一編號", "TW", "99999999", AsiaPacific.TaiwaneseCompany, new(0.1f, 0.1f, 0.9f), "統一編號|統編|ubn"),
        new(
            "pii.national_id.kr_rrn",
            "주민등록번호",
            "KR",
            "999999-9999999|9999999999999",
            AsiaPacific.KoreanPerson,
            new(0.6f, 0.9f, 0.97f),
            "주민등록|rrn|resident registration|korean" + Id
        ),
        new(
            "pii.national_id.kr_rrn",
            "주민등록번호",
            "KR",
            "999999-9999999|9999999999999",
            t => t[6] is >= '1' and <= '4' && CheckDigits.IsShortDate(t),
            new(0.3f, 0.6f, 0.93f),
            "주민등록|rrn|resident registration",
            IsLoose: true
        ),
        new(
            "pii.national_id.kr_frn",
            "외국인등록번호",
            "KR",
            "999999-9999999|9999999999999",
            t => t[6] is >= '5' and <= '8' && AsiaPacific.KoreanForeigner(t),
            new(0.6f, 0.85f, 0.97f),
            "외국인|frn|foreign registration|alien registration" + Id
        ),
        new(
            "pii.tax_id.kr_brn",
            "사업자등록번호",
            "KR",
            "999-99-99999|9999999999",
            AsiaPacific.KoreanCompany,
            new(0.2f, 0.65f, 0.95f),
            "사업자|brn|business registration"
        ),
        new(
            "pii.driver_licence.kr",
            "운전면허",
            "KR",
            "99-99-999999-99|999999999999",
            t => CheckDigits.Number(t[..2]) is >= 11 and <= 28,
            new(0.1f, 0.7f, 0.95f),
            "운전면허|driver|driving|licence|license"
        ),
        new(
            "pii.national_id.jp_my_number",
            "個人番号",
            "JP",
            "999999999999|9999~9999~9999",
            AsiaPacific.JapanesePerson,
            new(0.2f, 0.3f, 0.95f),
            "マイナンバー|個人番号|my number|mynumber"
        ),
        new(
            "pii.tax_id.jp_corporate",
            "法人番号",
            "JP",
            "9999999999999|9-9999-9999-9999",
            AsiaPacific.JapaneseCompany,
            new(0.25f, 0.8f, 0.95f),
            "法人番号|corporate number"
        ),
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
            "외국인등록번호",
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
            "เลขประจำตัวประชาชน",
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
            "Teudat zehut",
            "IL",
            "999999999|99999999-9|9999999-9",
            AsiaPacific.IsraeliPerson,
            new(0.2f, 0.4f, 0.95f),
            "teudat|zehut|israeli|תעודת|ת.ז|ת\"ז" + Id
        ),
        new(
            "pii.national_id.ir_melli",
            "کد ملی",
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
            "الرقم القومي",
            "EG",
            "99999999999999",
            AsiaPacific.EgyptianPerson,
            new(0.5f, 0.5f, 0.95f),
            "الرقم القومي|egypt" + Id
        ),
        new("pii.national_id.ng_nin", "NIN", "NG", "99999999999", null, new(0.05f, 0.05f, 0.9f), "nin|nimc|nigeria"),
        new("pii.tax_id.ma_ice", "ICE", "MA", "999999999999999", AsiaPacific.MoroccanCompany, new(0.3f, 0.3f, 0.95f), "ice"),
    ];
}
