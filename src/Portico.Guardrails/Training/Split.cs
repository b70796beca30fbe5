using System.IO.Hashing;
using System.Text;

namespace Portico.Guardrails.Training;

/// <summary>What is never trained on: three tenths of the groups of each set, by a hash, and whole sets.</summary>
static class Split
{
    const int Parts = 10;
    const int KeptParts = 3;

    /// <summary>Whether a group is kept for scoring.</summary>
    public static bool IsKept(string group) => Hash(group) % Parts < KeptParts;

    /// <summary>Items made from one template share their group; of planted attacks it is the attack.</summary>
    public static bool IsKept(LabelledText text) => IsKept(Payload(text) ?? text.Group);

    public static string? Payload(LabelledText text) =>
        text.Set == "bipia_bare" ? "bipia:" + text.Text
        : text.Set == "bipia_indirect" && text.IsPositive && text.Meta is { } meta ? "bipia:" + meta.GetProperty("payload").GetString()
        : null;

    public static int Fold(string group, int folds) => (int)(Hash("fold:" + group) % (ulong)folds);

    public static ulong Hash(string text) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
}
