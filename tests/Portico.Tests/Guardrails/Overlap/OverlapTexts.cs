using Portico.Guardrails.Overlap;

namespace Portico.Tests.Guardrails.Overlap;

/// <summary>Protected texts for tests, all of them our own.</summary>
static class OverlapTexts
{
    public const string Tale =
        "The keeper of the northern light wound the great clock every evening, and on stormy nights he stayed awake beside it until the "
        + "first gulls came. Nobody had told him to do so; he believed that the lamp would lose heart if it were left alone with the sea. "
        + "When the supply boat brought a letter that ordered him home, he read it twice, folded it into a small paper ship and let it go "
        + "from the lowest step, where the tide took it west. Years later a child found something grey between two stones and asked her "
        + "father what kind of fish had made it, and he said that it was no fish at all but a promise that somebody had kept too long.";

    public const string Licence =
        "This library may be copied within one company as often as that company likes. Whoever gives it to others gives the source "
        + "text along with it, leaves this notice at the head of every file, and asks nothing for the right to change it. The makers "
        + "promise nothing about its use, and whoever relies on it does so at their own risk and without any claim against them.";

    public const string Code = """
        public int Settle(Ledger ledger, IReadOnlyList<Hold> holds)
        {
            var settled = 0;
            foreach (var hold in holds.Where(h => h.Until <= ledger.Now))
            {
                if (ledger.Balance[hold.Account] + hold.Amount > ledger.Limit)
                    throw new LedgerException($"Account {hold.Account} has {hold.Amount} too much.");
                ledger.Balance[hold.Account] -= hold.Amount * ledger.Rate;
                settled++;
            }
            return settled;
        }
        """;

    public const string Poem =
        "一盏灯在海边亮着，老人每天晚上给大钟上弦，风大的夜里他一直坐到第一只海鸥飞来，没有人叫他这样做，他相信灯会害怕。";

    public static readonly ProtectedTexts All = ProtectedTexts.Of([
        new ProtectedText("The Light", Tale),
        new ProtectedText("House licence", Licence),
        new ProtectedText("Ledger.cs", Code),
        new ProtectedText("灯", Poem),
    ]);

    public static string Words(string text, int first, int count) =>
        string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Skip(first).Take(count));
}
