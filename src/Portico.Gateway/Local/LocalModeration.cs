using System.Text.Json;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Guardrails.Content;

namespace Portico.Gateway.Local;

/// <summary>
/// The classes of content as the categories of OpenAI's moderations (https://platform.openai.com/docs/guides/moderation). A category of two is as likely as the less likely of its
/// two classes. Which of those that only OpenAI's models tell apart a text is of, is not told: they are never flagged.
/// </summary>
static class LocalModeration
{
    static readonly (string Name, string[] Classes)[] Categories =
    [
        ("harassment", [ContentKinds.Harassment]),
        ("harassment/threatening", [ContentKinds.Harassment, ContentKinds.Violence]),
        ("hate", [ContentKinds.Hate]),
        ("hate/threatening", [ContentKinds.Hate, ContentKinds.Violence]),
        ("illicit", [ContentKinds.Illicit]),
        ("illicit/violent", [ContentKinds.Illicit, ContentKinds.Violence]),
        ("self-harm", [ContentKinds.SelfHarm]),
        ("self-harm/intent", []),
        ("self-harm/instructions", [ContentKinds.SelfHarm, ContentKinds.Illicit]),
        ("sexual", [ContentKinds.Sexual]),
        ("sexual/minors", []),
        ("violence", [ContentKinds.Violence]),
        ("violence/graphic", []),
    ];

    public static void Write(Utf8JsonWriter json, CallId id, ModerationRequest request, ContentClassifier classifier, CancellationToken ct)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, $"modr-{id}");
        json.WriteString("model"u8, LocalModels.DefaultModeration);
        json.WriteStartArray("results"u8);
        // Parts of one input are one text; strings of a list are one each.
        foreach (var text in request.IsOneInput ? [string.Join('\n', request.Texts)] : request.Texts)
        {
            ct.ThrowIfCancellationRequested();
            Write(json, classifier.Scores(text));
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, float> scores)
    {
        var of = Categories
            .Select(c => (c.Name, Score: c.Classes.Length == 0 ? 0 : c.Classes.Min(k => scores.GetValueOrDefault(k))))
            .ToArray();
        json.WriteStartObject();
        json.WriteBoolean("flagged"u8, Array.Exists(of, c => IsFlagged(c.Score)));
        json.WriteStartObject("categories"u8);
        foreach (var (name, score) in of)
            json.WriteBoolean(name, IsFlagged(score));
        json.WriteEndObject();
        json.WriteStartObject("category_scores"u8);
        foreach (var (name, score) in of)
            json.WriteNumber(name, Math.Round(score, 4));
        json.WriteEndObject();
        json.WriteStartObject("category_applied_input_types"u8);
        foreach (var (name, _) in of)
        {
            json.WriteStartArray(name);
            json.WriteStringValue("text"u8);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static bool IsFlagged(float score) => score >= ContentClassifier.Threshold;
}
