using System.Text;
using Portico.Guardrails.Pii;

namespace Portico.Tests.Guardrails.Pii;

/// <summary>Numbers are valid where shape and check digits are right, however they are grouped.</summary>
public sealed class NationalIdsTests
{
    [Theory]
    [InlineData("pii.national_id.fi_hetu", "131052-308T", "131052-308U")]
    [InlineData("pii.national_id.es_dni", "54.362.315-K", "54362315Z")]
    [InlineData("pii.national_id.uk_nino", "AB123456C", "BG123456C")]
    [InlineData("pii.national_id.br_cpf", "390.533.447-05", "390.533.447-06")]
    [InlineData("pii.national_id.cn_id", "360426199101010071", "360426199113010071")]
    [InlineData("pii.national_id.tw_id", "A123456789", "A123456788")]
    [InlineData("pii.national_id.sg_nric", "S1234567D", "S1234567A")]
    [InlineData("pii.national_id.in_aadhaar", "2341 2341 2346", "2341 2341 2347")]
    [InlineData("pii.national_id.pl_pesel", "44051401359", "44051401358")]
    [InlineData("pii.national_id.ch_ahv", "756.9217.0769.85", "756.9217.0769.84")]
    [InlineData("pii.health.us_npi", "1234567893", "1234567894")]
    [InlineData("pii.vehicle.vin", "1M8GDM9AXKP042788", "1M8GDM9A1KP042788")]
    [InlineData("pii.tax_id.ch_uid", "CHE-100.155.212", "CHE-100.155.213")]
    [InlineData("pii.card", "4111-1111-1111-1111", "4111-1111-1111-1112")]
    [InlineData("pii.iban", "BE68 5390 0754 7034", "BE68 5390 0754 7035")]
    [InlineData("pii.email", "hans.müller@bücher.example", "hans..müller@bücher.example")]
    public void It_tells_right_from_wrong(string kind, string right, string wrong)
    {
        NationalIds.IsValid(kind, right).ShouldBeTrue();
        NationalIds.IsValid(kind, wrong).ShouldBeFalse();
    }

    [Fact]
    public void An_unknown_kind_is_an_error() => Should.Throw<ArgumentException>(() => NationalIds.IsValid("pii.no_such", "1"));

    [Fact]
    public void Nothing_fails_on_any_text()
    {
        const string Letters = "0123456789AZKX -./+@é😀";
        var text = new StringBuilder();
        for (var seed = 1; seed <= 3000; seed++)
        {
            var random = new Random(seed);
            text.Clear();
            for (var i = random.Next(30); i > 0; i--)
                text.Append(random.Next(4) == 0 ? Letters[random.Next(Letters.Length)] : (char)('0' + random.Next(10)));
            foreach (var kind in NationalIds.Kinds)
                NationalIds.IsValid(kind, text.ToString());
        }
    }
}
