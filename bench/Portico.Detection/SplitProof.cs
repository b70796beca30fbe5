using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Guardrails;
using Portico.Guardrails.Training;

namespace Portico.Detection;

/// <summary>
/// That a text in pieces comes out as the whole text does, over every labelled text with personal data or secrets in carrier prose: cut in two at every place, one character at a time, and at random; as prose and as the arguments of a tool. And that nothing of a
/// finding goes out before: whatever came out is a beginning of what comes out in the end.
/// </summary>
static class SplitProof
{
    const int RandomCuts = 200;

    /// <summary>Longer texts are cut at every place of their first so many characters.</summary>
    const int MaxCuts = 400;

    static readonly string[] Sets =
    [
        "pii_phones",
        "pii_presidio_synth",
        "pii_presidio_generated",
        "pii_presidio_recognizers",
        "pii_nano",
        "secrets_gitleaks",
        "secrets_betterleaks",
        "secrets_kingfisher",
        "secrets_noseyparker",
        "secrets_credsweeper",
        "secrets_detect_secrets",
        "secrets_secretlint",
    ];

    /// <param name="sets">The labelled texts.</param>
    /// <param name="isQuick">Fewer random cuts, and every fifth text as arguments.</param>
    public static bool Run(LabelledSets sets, bool isQuick)
    {
        var screen = Screen.Of([Rule("personal", "pii"), Rule("names", "names"), Rule("credentials", "secrets")])!;
        Console.WriteLine("| set | texts | changed by the rules | ways to cut | that differ | told too early |\n|---|---|---|---|---|---|");
        var isGood = true;
        foreach (var set in Sets)
        {
            var items = sets.Read(set).ToList();
            var told = items
                .AsParallel()
                .Select((item, at) => Tell(screen, item.Text, withArguments: !isQuick || (at + 1) % 5 == 0, isQuick ? 10 : RandomCuts))
                .ToList();
            var (changed, cuts) = (told.Count(t => t.IsChanged), told.Sum(t => t.Cuts));
            var (differ, early) = (told.Sum(t => t.Differ), told.Sum(t => t.Early));
            isGood &= differ == 0 && early == 0;
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| {set} | {items.Count:N0} | {changed:N0} | {cuts:N0} | {differ} | {early} |")
            );
        }
        return isGood;
    }

    /// <summary>One text in all its ways, as prose and as the arguments of a tool: cut inside of escapes too.</summary>
    static (bool IsChanged, long Cuts, long Differ, long Early) Tell(Screen screen, string item, bool withArguments, int random)
    {
        var prose = $"Here is what you asked for. {item} And that is all, ok?";
        var (isChanged, cuts, differ, early) = (false, 0L, 0L, 0L);
        foreach (var isJson in withArguments ? new[] { false, true } : [false])
        {
            var text = isJson ? JsonSerializer.Serialize(new { text = prose }) : prose;
            var whole = Screen.Whole(text, screen.LaneFor(TextChannel.Output, null, isJson));
            isChanged |= !isJson && whole != text;
            foreach (var ends in Ways(text.Length, isJson ? Math.Min(random, 10) : random))
            {
                cuts++;
                var (left, isEarly) = Pieces(screen, text, isJson, ends, whole);
                differ += left == whole ? 0 : 1;
                early += isEarly ? 1 : 0;
            }
        }
        return (isChanged, cuts, differ, early);
    }

    static ContentRule Rule(string name, string kinds) =>
        new()
        {
            Name = name,
            Kinds = [kinds],
            Action = ContentAction.Redact,
        };

    static IEnumerable<int[]> Ways(int length, int random)
    {
        for (var cut = 1; cut < Math.Min(length, MaxCuts); cut++)
            yield return [cut];
        yield return [.. Enumerable.Range(1, length - 1)];
        for (var seed = 1; seed <= random; seed++)
        {
            var chance = new Random(seed * 31 + length);
            yield return [.. Enumerable.Range(1, length - 1).Where(_ => chance.Next(8) == 0)];
        }
    }

    static (string Left, bool IsEarly) Pieces(Screen screen, string text, bool isJson, int[] ends, string whole)
    {
        var lane = screen.LaneFor(TextChannel.Output, null, isJson);
        var target = new StringBuilder(whole.Length);
        var (from, isEarly) = (0, false);
        foreach (var end in ends)
        {
            lane.Add(text.AsSpan(from, end - from), target);
            from = end;
            isEarly |= target.Length > whole.Length || !whole.AsSpan().StartsWith(target.ToString(), StringComparison.Ordinal);
        }
        lane.Add(text.AsSpan(from), target);
        lane.Complete(target);
        return (target.ToString(), isEarly);
    }
}
