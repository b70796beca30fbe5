using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Injection;

/// <summary>How the canary of a prompt can stand in an answer. Rules name the family: who is asked for a form that no rule looks for gives that one.</summary>
public static class CanaryKinds
{
    public const string Family = "canary";
    public const string Plain = "canary.plain";
    public const string Reversed = "canary.reversed";
    public const string Rotated = "canary.rotated";
    public const string Hexadecimal = "canary.hexadecimal";
    public const string Base64 = "canary.base64";
    public const string Percent = "canary.percent";

    public static IReadOnlyList<DetectorKind> All { get; } =
    [
        new(
            Plain,
            "System prompt repeated",
            Description: "An answer holds the mark that stands around its system prompt: as it is, in capitals, or with blanks and signs between its letters. A rule that looks for it has such a mark put there."
        ),
        new(Reversed, "System prompt repeated, backwards", Description: "The same with the mark written from its end."),
        new(Rotated, "System prompt repeated, letters rotated", Description: "The same with letters moved by thirteen places."),
        new(Hexadecimal, "System prompt repeated, in hexadecimal", Description: "The same with the mark in hexadecimal digits."),
        new(Base64, "System prompt repeated, in base64", Description: "The same within a text in base64, of either alphabet."),
        new(Percent, "System prompt repeated, percent-encoded", Description: "The same with letters written as %61."),
    ];

    /// <summary>What the name says is told of answers whose calls have a canary, and of no other text.</summary>
    public static bool AreMeantBy(string name) => KindNames.Covers(Family, name);
}
