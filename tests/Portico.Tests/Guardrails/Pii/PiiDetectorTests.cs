using Portico.Guardrails.Detection;
using Portico.Guardrails.Pii;
using Portico.Tests.Guardrails.Detection;

namespace Portico.Tests.Guardrails.Pii;

/// <summary>Personal data with a form is found in sentences, however the text arrives; what only looks alike is left alone.</summary>
public sealed class PiiDetectorTests
{
    static readonly PiiDetector Detector = new();

    static readonly string[] Texts =
    [
        "Write to nora.lind+bills@mail.firma.example.org, or (better) call +46 70 555 01 23 ext. 12 before six.",
        "Her card 4111 1111 1111 1111 expires 12/29; the old one was 5555-5555-5555-4444.",
        "IBAN GB29 NWBK 6016 1331 9268 19 and DE89370400440532013000, thanks.",
        "The SSN on file is 536-90-4399. Employer number 12-3456789, tax id.",
        "Geboren am 5. Mai 1980 in Graz, SV-Nummer 1237 010180, Tel. 0676/5550123.",
        "Born on May 5, 1980, not in May 2020; may 12 people come?",
        "生年月日：1980年5月5日、電話番号は03-5555-0123です。身份证号码360426199101010071。",
        "Server 81.2.69.142:8080, 2001:db8:85a3::8a2e:370:7334, ::1 and 00:1A:2B:3C:4D:5E at 12:34:56.",
        "Wallet 0x52908400098527886E0F7030069857D2E4169EE7 (ETH), see https://shop.example/u/42?mail=a@b.example#x",
        "DNI 54362315K, NIE X2482300W; NINO AB 12 34 56 C; PESEL: 44051401359; BSN 111222333.",
        "{\"mail\":\"o'neil@x.example\",\"phone\":\"(415) 555-0132\",\"n\":[1,2,3],\"t\":\"2024-01-01T10:00:00Z\"}",
        "Call 1-800-555-0199, 0800 123 4567, 06 12 34 56 78 or 8 (916) 123-45-67 today.",
        "Version 10.2.3.4, RFC 2119, page 123-130, $1,234,567.89, v1.2.3 and 550e8400-e29b-41d4-a716-446655440000.",
        "A passport C01X00T41, a licence MORGA657054SM9IJ, a VIN 1M8GDM9AXKP042788 and CHE-100.155.212 MWST.",
        "Ends with a start: AB 12 34 56",
        "Ends with +49 30",
        "Ends with name.surname@",
        "Long: "
            + new string('l', 64)
            + "@"
            + string.Join('.', Enumerable.Repeat(new string('d', 63), 3))
            + ".example and "
            + new string('l', 64)
            + "@"
            + string.Join('.', Enumerable.Repeat("dd", 90)),
        "Sept. 3, 1971 is when Jo was born; born Sept. 3, 1971.",
        new string('7', 90)
            + " "
            + new string('x', 300)
            + "@"
            + new string('y', 300)
            + ".example "
            + string.Join('.', Enumerable.Repeat("ab1", 120)),
        string.Concat(Enumerable.Repeat("a.b-1@", 60))
            + " "
            + string.Concat(Enumerable.Repeat("1:", 90))
            + " "
            + string.Concat(Enumerable.Repeat("12 ", 90)),
    ];

    static List<(string Text, string Kind, float Score)> Found(string text) =>
        DetectorContract.InPieces(Detector, text, []).ConvertAll(f => (text.Substring(f.Start, f.Length), f.Kind, f.Score));

    static void Finds(string text, string found, string kind) =>
        Found(text).ShouldContain(f => f.Text == found && f.Kind == kind && f.Score >= 0.5f, $"{text}: {string.Join("; ", Found(text))}");

    [Fact]
    public void A_text_in_pieces_has_the_findings_of_the_whole() => DetectorContract.Holds(Detector, Texts);

    [Fact]
    public void Random_pieces_of_numbers_are_read_the_same_for_every_cut()
    {
        string[] pieces =
        [
            "4111",
            "1111 ",
            "-",
            " ",
            "+49",
            "(0)",
            "@",
            "a",
            "example.org",
            ":",
            "::",
            "12",
            "GB29",
            "NWBK",
            ".",
            "/",
            "born ",
            "May ",
            "5, ",
            "1980",
            "x",
            "AB ",
            "C",
            "00",
            "tel ",
            "é",
            "话",
            ",",
        ];
        var texts = Enumerable
            .Range(1, 300)
            .Select(seed =>
            {
                var random = new Random(seed);
                return string.Concat(Enumerable.Range(0, 14).Select(_ => pieces[random.Next(pieces.Length)]));
            });
        DetectorContract.Holds(Detector, texts);
    }

    [Fact]
    public void Prose_is_settled_as_it_comes()
    {
        const string Text = "Ordinary prose about nothing in particular, with words";
        Detector.Find(Text, 0, isAll: false, []).ShouldBe(Text.Length - "words".Length);
    }

    [Theory]
    [InlineData("Mail bob@bücher.example.", "bob@bücher.example", "pii.email")]
    [InlineData("Ring me: +1(415) 555-0132 x77", "+1(415) 555-0132 x77", "pii.phone")]
    [InlineData("Au 06.12.34.56.78 svp", "06.12.34.56.78", "pii.phone")]
    [InlineData("Mi móvil es 612 345 678", "612 345 678", "pii.phone")]
    [InlineData("我的手机号是138 1234 5678。", "138 1234 5678", "pii.phone")]
    [InlineData("Телефон: 8-916-555-45-67", "8-916-555-45-67", "pii.phone")]
    [InlineData("paid with 3782 822463 10005 today", "3782 822463 10005", "pii.card")]
    [InlineData("NL91 ABNA 0417 1643 00 is the account", "NL91 ABNA 0417 1643 00", "pii.iban")]
    [InlineData("my ssn is 536904399", "536904399", "pii.national_id.us_ssn")]
    [InlineData("CPF 390.533.447-05", "390.533.447-05", "pii.national_id.br_cpf")]
    [InlineData("né le 12/03/1975 à Lyon", "12/03/1975", "pii.date_of_birth")]
    [InlineData("from 2001:db8:85a3::8a2e:370:7334.", "2001:db8:85a3::8a2e:370:7334", "pii.ip_address")]
    [InlineData("IP 192.168.7.20.443 > gateway", "192.168.7.20", "pii.ip_address")]
    [InlineData("from 172.20.0.9.51514: Flags [S]", "172.20.0.9", "pii.ip_address")]
    [InlineData("eth0 at 00-1A-2B-3C-4D-5E", "00-1A-2B-3C-4D-5E", "pii.mac_address")]
    [InlineData("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 sent", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "pii.crypto_wallet")]
    [InlineData("her passport is XK123456", "XK123456", "pii.passport.other")]
    public void It_finds(string text, string found, string kind) => Finds(text, found, kind);

    [Theory]
    [InlineData("The meeting is on 12/03/2024 at 10:30.")]
    [InlineData("Version 10.2.3.4 of the driver")]
    [InlineData("object 1.3.6.1.4.1 and chapter 192.168.7.20.4.1, or 172.40.0.9.5")]
    [InlineData("ISBN 978-3-16-148410-0, EAN 4006381333931")]
    [InlineData("at 48.8566, 2.3522 and -122.4194155")]
    [InlineData("it costs $1,234,567.89 or 1,204,553.20 EUR")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("Invoice no. 20241122-77, order 2024-11-22-000417, page 123-130")]
    [InlineData("icon@2x.png, pkg@1.2.3, std::vector, a[1::2]")]
    [InlineData("4111 1111 1111 1112 is no card")]
    [InlineData("https://shop.example/user/4155550132/orders")]
    [InlineData("in 2023 some 331 002 651 people lived there")]
    public void It_leaves_alone(string text) => Found(text).ShouldAllBe(f => f.Score < 0.5f);

    [Fact]
    public void A_word_beside_it_makes_a_short_number_sure()
    {
        Found("The number 123456782 was drawn.").ShouldAllBe(f => f.Score < 0.5f);
        Finds("Her tax file number: 123456782", "123456782", "pii.national_id.au_tfn");
        Finds("Social insurance 123456782", "123456782", "pii.national_id.ca_sin");
    }

    [Fact]
    public void Each_kind_is_listed_once_and_has_a_title()
    {
        PiiKinds.All.Select(k => k.Id).ShouldBeUnique();
        PiiKinds.All.ShouldAllBe(k =>
            k.Title.Length > 0 && k.Id.StartsWith("pii.", StringComparison.Ordinal) && (k.Country == null || k.Country.Length == 2)
        );
        Detector.Kinds.ShouldBe(PiiKinds.All);
        PiiKinds
            .All.Where(k => k.Id.StartsWith("pii.national_id.", StringComparison.Ordinal))
            .Select(k => k.Country)
            .Distinct()
            .Count()
            .ShouldBeGreaterThanOrEqualTo(25);
    }

    [Fact]
    public void A_text_without_findings_allocates_nothing()
    {
        const string Text = "In 2023 there were 12 of them, and at 10:30 nothing; 1234567890123 is no more than a number, 12-34 a room.";
        var findings = new List<Finding>();
        Detector.Find(Text, 0, isAll: true, findings);
        findings.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Detector.Find(Text, 0, isAll: true, findings);
            findings.Clear();
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
