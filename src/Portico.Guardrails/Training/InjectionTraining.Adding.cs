using System.Globalization;
using Portico.Guardrails.Models;

namespace Portico.Guardrails.Training;

/// <summary>How texts come in, each sort with its licence and its count.</summary>
sealed partial class InjectionTraining
{
    /// <summary>What people of a workspace decided of findings: never a part of what is shipped.</summary>
    void AddReviews(List<TrainingText> texts, bool ofUser, List<TrainingText>? documents = null)
    {
        var own = ReviewedText
            .Of(ModelFiles.Injection, reviews.Where(r => r.Channel == TextChannel.User == ofUser), r => r.Text)
            .Select(r => r.AsTrainingText())
            .ToList();
        if (own.Count == 0)
            return;
        texts.AddRange(own);
        documents?.AddRange(own);
        Note("reviewed findings of a workspace", own.Count);
    }

    void AddPayloads(List<TrainingText> texts, string set, string licence)
    {
        var before = texts.Count;
        foreach (var text in sets.Read(set).Where(t => t.IsPositive && !Split.IsKept(t)))
        {
            if (
                text.Meta is { } meta
                && meta.TryGetProperty("payload", out var payload)
                && payload.GetString() is { } said
                && !texts.Exists(t => t.Text == said)
            )
            {
                var group = set + ":" + (set == "injecagent" ? text.Group : said);
                // An order of InjecAgent stands in many tools: few orders, so each counts more.
                texts.Add(new TrainingText(said, true, set == "injecagent" ? 3 : 1, group, true));
            }
        }
        Note($"{set}: payloads ({licence})", texts.Count - before);
    }

    void Add(
        List<TrainingText> texts,
        string set,
        string licence,
        Func<LabelledText, bool> positive,
        Func<LabelledText, bool>? use = null,
        float weight = 1,
        Func<LabelledText, string>? group = null
    )
    {
        var before = texts.Count;
        foreach (var text in sets.Read(set).Where(t => !Split.IsKept(t) && use?.Invoke(t) != false))
        {
            var of = TrainingText.Of(text, positive(text), weight);
            texts.Add(group is null ? of : of with { Group = group(text) });
            hash = hash * 31 + Split.Hash(text.Text);
        }
        Note($"{set} ({licence})", texts.Count - before);
    }

    internal static void Expand(List<TrainingText> texts, Grammar grammar, string pattern, int most, string group, bool isPositive)
    {
        var seen = new HashSet<string>();
        for (var made = 0; made < most; made++)
            seen.Add(grammar.Expand(pattern));
        foreach (var text in seen.Order(StringComparer.Ordinal))
            texts.Add(new TrainingText(text, isPositive, (float)Math.Min(1, (isPositive ? 6.0 : 9.0) / seen.Count), group, false));
    }

    void Note(string what, int count)
    {
        sources.Append(CultureInfo.InvariantCulture, $"{what}: {count}; ");
        report($"  {what}: {count}");
    }
}
