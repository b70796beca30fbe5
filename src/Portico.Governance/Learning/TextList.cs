using System.Text.Json;

namespace Portico.Governance.Learning;

/// <summary>A list of texts in a column, as a JSON array.</summary>
static class TextList
{
    public static string Write(IReadOnlyList<string> texts) => JsonSerializer.Serialize(texts, GovernanceJson.Default.IReadOnlyListString);

    public static IReadOnlyList<string> Read(string json) => JsonSerializer.Deserialize(json, GovernanceJson.Default.IReadOnlyListString)!;
}
