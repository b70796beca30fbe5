using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Portico.Core.Chat;

namespace Portico.Governance.Learning;

/// <summary>What a call of an exercise showed. Digest: of the messages, so that two calls can be told to have asked the same.</summary>
public sealed record ExerciseEvidence(string PromptDigest, string Model, string Temperature, IReadOnlyList<int> Met);

/// <summary>Looks at a person's own request: a function of its text and settings, and so the same every time.</summary>
static partial class ExerciseChecks
{
    static readonly string[] Marks = ["```", "\"\"\"", "'''"];

    static readonly string[] Roles =
    [
        "you are a ",
        "you are an ",
        "you are the ",
        "you are my ",
        "you are our ",
        "you're a ",
        "you're an ",
        "act as ",
        "acting as ",
        "your role is ",
        "in the role of ",
        "take the role ",
        "imagine you are ",
    ];

    /// <summary>The checks that this request meets by itself, by their place; comparisons need others beside it.</summary>
    public static ExerciseEvidence Look(Exercise exercise, ChatRequest request)
    {
        var said = Said(request);
        var met = Enumerable.Range(0, exercise.Checks.Count).Where(i => Meets(exercise.Checks[i], request, said)).ToList();
        return new ExerciseEvidence(
            Digest(request),
            request.Model,
            request.Temperature?.ToString("0.###", CultureInfo.InvariantCulture) ?? "",
            met
        );
    }

    /// <summary>The checks that all calls of a run meet together: comparisons by any two, the others by one call that meets all of them, or by the newest.</summary>
    public static (IReadOnlyList<int> Met, bool Done) Sum(Exercise exercise, IReadOnlyList<ExerciseEvidence> calls)
    {
        if (calls.Count == 0)
            return ([], false);
        var (compared, single) = (new List<int>(), new List<int>());
        for (var i = 0; i < exercise.Checks.Count; i++)
            if (exercise.Checks[i] is not { Kind: CheckKind.Compares } check)
                single.Add(i);
            else if (AnyTwo(calls, check.Words[0]))
                compared.Add(i);
        var best = calls.FirstOrDefault(c => single.TrueForAll(c.Met.Contains));
        var met = compared.Concat((best ?? calls[^1]).Met).Order().ToList();
        return (met, best is not null && met.Count == exercise.Checks.Count);
    }

    static bool AnyTwo(IReadOnlyList<ExerciseEvidence> calls, string what)
    {
        for (var i = 0; i < calls.Count; i++)
        for (var j = i + 1; j < calls.Count; j++)
            if (
                calls[i] is var a
                && calls[j] is var b
                && (a.PromptDigest != b.PromptDigest) == (what == "prompt")
                && (a.Model != b.Model) == (what == "model")
                && (a.Temperature != b.Temperature) == (what == "temperature")
            )
                return true;
        return false;
    }

    static bool Meets(ExerciseCheck check, ChatRequest request, string said) =>
        check.Kind switch
        {
            CheckKind.NamesRole => Roles.Any(r => Has(said, r)),
            CheckKind.AsksForJson => request.ResponseFormat is { Kind: not ResponseFormatKind.Text } || Has(said, "json"),
            CheckKind.MarksMaterial => IsMarked(said),
            CheckKind.UsesSystem => request.Messages.Any(m =>
                m.Role is ChatRole.System or ChatRole.Developer && TextOf(m).Trim().Length > 0
            ),
            CheckKind.MentionsAny => check.Words.Any(w => Has(said, w)),
            CheckKind.MentionsAll => check.Words.All(w => Has(said, w)),
            CheckKind.MentionsNone => !check.Words.Any(w => Has(said, w)),
            CheckKind.GivesExamples => Examples().Count(said) >= check.Number,
            CheckKind.WordsAtLeast => WordCount(said) >= check.Number,
            CheckKind.WordsAtMost => WordCount(said) <= check.Number,
            CheckKind.TurnsAtLeast => request.Messages.Count(m => m.Role == ChatRole.User) >= check.Number,
            CheckKind.TemperatureAtMost => request.Temperature <= check.Number,
            _ => false,
        };

    /// <summary>What the person wrote, with single blanks: answers of the model prove nothing.</summary>
    static string Said(ChatRequest request) =>
        Blanks()
            .Replace(
                string.Join('\n', request.Messages.Where(m => m.Role is not (ChatRole.Assistant or ChatRole.Tool)).Select(TextOf)),
                " "
            );

    internal static string TextOf(ChatMessage message) => string.Join('\n', message.Parts.OfType<TextPart>().Select(p => p.Text));

    static bool Has(string said, string words) => said.Contains(Blanks().Replace(words, " "), StringComparison.OrdinalIgnoreCase);

    /// <summary>Something stands between two marks of three, or between a tag and its end.</summary>
    static bool IsMarked(string said)
    {
        foreach (var mark in Marks)
            if (
                said.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var first
                && said.IndexOf(mark, first + 3, StringComparison.Ordinal) > first
            )
                return true;
        return Tag().Matches(said).Any(t => said.IndexOf($"</{t.Groups[1].Value}>", t.Index, StringComparison.Ordinal) > 0);
    }

    static int WordCount(string said) => said.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    static string Digest(ChatRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var message in request.Messages)
            hash.AppendData(Encoding.UTF8.GetBytes($"{message.Role}\0{TextOf(message).Trim()}\0\0"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex("<([A-Za-z][A-Za-z0-9_-]{0,40})>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\bexamples?\b(?:\s*\d+)?\s*:|\bfor example\b|\be\.g\.|\binput\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Examples();
}
