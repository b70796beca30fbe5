using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Training;

/// <summary>A finding that a person decided, with the text that it stood in.</summary>
/// <param name="Kind">As the detector named it: <c>injection.override</c>, <c>content.hate</c>.</param>
/// <param name="Channel">Where the text stood.</param>
/// <param name="Text">All of it.</param>
/// <param name="IsFalseAlarm">The detector was wrong; else it was right.</param>
public sealed record ReviewedText(string Kind, TextChannel Channel, string Text, bool IsFalseAlarm)
{
    /// <summary>What one text that people of the house decided counts beside one of a set: more, since it is what calls there look like.</summary>
    internal const float Weight = 6;

    /// <summary>Characters that are learned from.</summary>
    public const int MaxText = 100_000;

    /// <summary>Whether a model learns from findings of a kind. The other detectors go by rules, or need to know where names stand.</summary>
    public static bool IsLearned(string kind) => FamilyOf(kind) is Models.ModelFiles.Injection or Models.ModelFiles.Content;

    internal static string FamilyOf(string kind) => kind.Split('.')[0];

    /// <summary>As the injection models learn it.</summary>
    internal TrainingText AsTrainingText() =>
        new(Normaliser.Normalise(Text).Text, !IsFalseAlarm, Weight, $"review:{Split.Hash(Text):x16}", false);

    /// <summary>Those of a family, each text once, in an order that is theirs: the last decision about a text counts.</summary>
    internal static IReadOnlyList<ReviewedText> Of(string family, IEnumerable<ReviewedText> reviews, Func<ReviewedText, string> key) =>
        [
            .. reviews
                .Where(r => FamilyOf(r.Kind) == family)
                .GroupBy(key, StringComparer.Ordinal)
                .Select(g => g.Last())
                .OrderBy(key, StringComparer.Ordinal),
        ];
}
