using static Portico.Guardrails.Pii.Strength;

namespace Portico.Guardrails.Pii;

/// <summary>Personal numbers of southern and eastern Asia.</summary>
static class AsianNumbers
{
    const string Id = "|identity|national id|id number|id card|personal number|personal id|id no|citizen";
    public static readonly NumberRule[] All =
    [
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
            "Resident identity number",
            "CN",
            "99999999999999999*",
            t => (t[17] == 'X' || char.IsAsciiDigit(t[17])) && AsiaPacific.ChinesePerson(t),
            Strong,
            "身份证|identity|id"
        ),
        new(
            "pii.tax_id.cn_uscc",
            "Unified social credit code",
            "CN",
            "99999999**********|*999999***********",
            AsiaPacific.ChineseCompany,
            new(0.4f, 0.4f, 0.95f),
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
            "National identification number",
            "TW",
            "A999999999",
            AsiaPacific.TaiwanesePerson,
            new(0.65f, 0.65f, 0.96f),
            "身分證|taiwan|arc" + Id
        ),
        new(
            "pii.tax_id.tw_ubn",
            "Unified business number",
            "TW",
            "99999999",
            AsiaPacific.TaiwaneseCompany,
            new(0.1f, 0.1f, 0.9f),
            "統一編號|統編|ubn"
        ),
        new(
            "pii.national_id.kr_rrn",
            "Resident registration number",
            "KR",
            "999999-9999999|9999999999999",
            AsiaPacific.KoreanPerson,
            new(0.5f, 0.9f, 0.97f),
            "주민등록|rrn|resident registration|korean" + Id
        ),
        new(
            "pii.national_id.kr_rrn",
            "Resident registration number",
            "KR",
            "999999-9999999|9999999999999",
            t => t[6] is >= '1' and <= '4' && CheckDigits.IsShortDate(t),
            new(0.3f, 0.6f, 0.93f),
            "주민등록|rrn|resident registration",
            IsLoose: true
        ),
        new(
            "pii.national_id.kr_frn",
            "Foreigner registration number",
            "KR",
            "999999-9999999|9999999999999",
            t => t[6] is >= '5' and <= '8' && AsiaPacific.KoreanForeigner(t),
            new(0.6f, 0.85f, 0.97f),
            "외국인|frn|foreign registration|alien registration" + Id
        ),
        new(
            "pii.tax_id.kr_brn",
            "Business registration number",
            "KR",
            "999-99-99999|9999999999",
            AsiaPacific.KoreanCompany,
            new(0.2f, 0.65f, 0.95f),
            "사업자|brn|business registration"
        ),
        new(
            "pii.driver_licence.kr",
            "Driver's licence",
            "KR",
            "99-99-999999-99|999999999999",
            t => CheckDigits.Number(t[..2]) is >= 11 and <= 28,
            new(0.1f, 0.7f, 0.95f),
            "운전면허|driver|driving|licence|license"
        ),
        new(
            "pii.national_id.jp_my_number",
            "My Number",
            "JP",
            "999999999999|9999~9999~9999",
            AsiaPacific.JapanesePerson,
            new(0.2f, 0.3f, 0.95f),
            "マイナンバー|個人番号|my number|mynumber"
        ),
        new(
            "pii.tax_id.jp_corporate",
            "Corporate number",
            "JP",
            "9999999999999|9-9999-9999-9999",
            AsiaPacific.JapaneseCompany,
            new(0.25f, 0.8f, 0.95f),
            "法人番号|corporate number"
        ),
    ];
}
