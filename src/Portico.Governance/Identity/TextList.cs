using System.Text.Json;

namespace Portico.Governance.Identity;

/// <summary>Lists of texts as they lie in a column.</summary>
static class TextList
{
    public static string Write(IReadOnlyList<string> texts) => JsonSerializer.Serialize(texts, GovernanceJson.Default.IReadOnlyListString);

    public static IReadOnlyList<string> Read(string json) => JsonSerializer.Deserialize(json, GovernanceJson.Default.IReadOnlyListString)!;
}
