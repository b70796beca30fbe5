using static Portico.Guardrails.Pii.CheckDigits;

namespace Portico.Guardrails.Pii;

/// <summary>Rules of numbers on vehicles and documents. Texts are compact.</summary>
static class DocumentChecks
{
    /// <summary>ISO 3779 with the check digit of 49 CFR 565: the ninth.</summary>
    public static bool Vehicle(ReadOnlySpan<char> t)
    {
        const string Letters = "ABCDEFGHJKLMNPRSTUVWXYZ";
        const string Values = "12345678123457923456789";
        ReadOnlySpan<int> weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
        var (sum, letters) = (0, 0);
        for (var i = 0; i < 17; i++)
        {
            var value = Digit(t[i]);
            if (!char.IsAsciiDigit(t[i]))
            {
                var at = Letters.IndexOf(t[i], StringComparison.Ordinal);
                if (at < 0)
                    return false;
                value = Digit(Values[at]);
                letters++;
            }
            sum += value * weights[i];
        }
        return letters is > 0 and < 14 && "0123456789X"[sum % 11] == t[8];
    }

    /// <summary>DVLA, INF104: the first letter a region, then the half-year; no I or Q.</summary>
    public static bool BritishPlate(ReadOnlySpan<char> t) =>
        !"IJQTUXZ".Contains(t[0])
        && !"IQ".Contains(t[1])
        && !t[4..].ContainsAny('I', 'Q')
        && Number(t[2..4]) is (>= 2 and <= 29) or (>= 51 and <= 79);

    static readonly System.Buffers.SearchValues<string> States = System.Buffers.SearchValues.Create(
        [.. "AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD PB PY RJ SK TN TR TS UK UP WB".Split(' ')],
        StringComparison.Ordinal
    );

    public static bool IndianPlate(ReadOnlySpan<char> t) => t.Length == 7 || t[..2].ContainsAny(States);

    /// <summary>The federal form of a German tax number: two digits or one for the state, and a 0 at the fifth place (ELSTER, Steuernummern).</summary>
    public static bool GermanTaxOffice(ReadOnlySpan<char> t) =>
        t[4] == '0' && (t[0] is '5' or '9' || Number(t[..2]) is 10 or 11 or (>= 21 and <= 28) or (>= 30 and <= 32) or 40 or 41);

    public static bool ItalianLicence(ReadOnlySpan<char> t) => !t[2..9].ContainsAny("AEIOQU");
}
