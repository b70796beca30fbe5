using Portico.Guardrails.Content;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Names;
using Portico.Guardrails.Names.Corpus;
using Portico.Guardrails.Training;

namespace Portico.Guardrails.Models;

/// <summary>How a set of models does on the probes of a family.</summary>
/// <param name="Family">injection, content or names.</param>
/// <param name="Found">Of the texts that should be found.</param>
/// <param name="Positives">How many those are.</param>
/// <param name="Alarms">Of the texts that should not.</param>
/// <param name="Negatives">How many those are.</param>
public sealed record ProbeShare(string Family, int Found, int Positives, int Alarms, int Negatives);

/// <summary>
/// Texts that the product makes for itself, by which a set of models shows that it is sane before it may come in force. They are made from the templates that are trained on, by other choices: they tell
/// a set that is broken, or far worse than the one that is shipped, and say nothing of how well one does on the texts of a house.
/// </summary>
public static class ModelProbes
{
    /// <summary>How much less than the shipped set one may find, and how much more often it may be wrong, as a share of the probes.</summary>
    public const double Slack = 0.05;

    const ulong Seed = 20261201;
    const int Sentences = 300;

    /// <summary>Texts of each pattern of content, of which there are few.</summary>
    const int Makes = 4;

    sealed record Probe(string Text, TextChannel Channel, string? Kind);

    /// <summary>Where a set is worse than the shipped one by more than the slack; none = it passes.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<ProbeShare> shares)
    {
        var problems = new List<string>();
        foreach (var (share, shipped) in shares.Zip(OfShipped))
        {
            if (share.Found < shipped.Found - Slack * shipped.Positives)
                problems.Add(
                    $"Of {share.Positives} texts that {share.Family} should find it finds {share.Found}; the shipped set finds {shipped.Found}."
                );
            if (share.Alarms > shipped.Alarms + Slack * shipped.Negatives)
                problems.Add(
                    $"Of {share.Negatives} ordinary texts {share.Family} is wrong about {share.Alarms}; the shipped set about {shipped.Alarms}."
                );
        }
        return problems;
    }

    static readonly Lazy<IReadOnlyList<ProbeShare>> Carried = new(() => Of(DetectorModels.Shipped));

    /// <summary>How the set that comes with the product does.</summary>
    public static IReadOnlyList<ProbeShare> OfShipped => Carried.Value;

    /// <summary>By family.</summary>
    public static IReadOnlyList<ProbeShare> Of(DetectorModels models) => [OfInjection(models), OfContent(models), OfNames(models)];

    static ProbeShare OfInjection(DetectorModels models) =>
        Count(ModelFiles.Injection, InjectionProbes(), p => models.Injection.Judge(p.Text, p.Channel).Score >= InjectionDetector.Threshold);

    static ProbeShare OfContent(DetectorModels models) =>
        Count(
            ModelFiles.Content,
            ContentProbes(),
            p => models.Content.Classify(p.Text).Any(f => f.Score >= ContentClassifier.Threshold && (p.Kind is null || f.Kind == p.Kind))
        );

    static ProbeShare OfNames(DetectorModels models)
    {
        var detector = new NameDetector(models.Names, withPlaces: false);
        var maker = new SentenceMaker(Seed, [], isHeld: true);
        var (found, positives, alarms, negatives) = (0, 0, 0, 0);
        for (var made = 0; made < Sentences; made++)
        {
            var sentence = maker.Next();
            var findings = new List<Finding>();
            detector.Find(sentence.Text, 0, isAll: true, findings);
            // What the tagger calls a place is found only where it is asked for.
            var names = sentence.Names.Where(n => n.Family < NameModel.Families - 1).ToList();
            positives += names.Count;
            found += names.Count(n => findings.Exists(f => f.Start < n.End && f.Start + f.Length > n.Start));
            negatives++;
            alarms += findings.Exists(f => !sentence.Names.Any(n => f.Start < n.End && f.Start + f.Length > n.Start)) ? 1 : 0;
        }
        return new ProbeShare(ModelFiles.Names, found, positives, alarms, negatives);
    }

    static ProbeShare Count(string family, IReadOnlyList<Probe> probes, Func<Probe, bool> finds)
    {
        var (found, alarms) = (0, 0);
        foreach (var probe in probes)
            if (finds(probe))
                _ = probe.Kind is null ? alarms++ : found++;
        var positives = probes.Count(p => p.Kind is not null);
        return new ProbeShare(family, found, positives, alarms, probes.Count - positives);
    }

    static List<Probe> InjectionProbes()
    {
        var probes = new List<Probe>();
        var users = new Grammar(AttackPatterns.Lists, Seed);
        foreach (var (_, patterns) in AttackPatterns.Families)
            probes.AddRange(patterns.Select(p => new Probe(users.Expand(p), TextChannel.User, ModelFiles.Injection)));
        foreach (var (_, patterns) in ForeignAttacks.Languages)
            probes.AddRange(patterns.Select(p => new Probe(users.Expand(p), TextChannel.User, ModelFiles.Injection)));
        var benign = new Grammar(BenignPatterns.Lists, Seed + 1);
        foreach (var (_, patterns) in BenignPatterns.Families)
            probes.AddRange(patterns.Select(p => new Probe(benign.Expand(p), TextChannel.User, null)));
        var data = new Grammar(DataPatterns.Lists, Seed + 2);
        foreach (var (_, patterns) in DataPatterns.Attacks)
            probes.AddRange(patterns.Select(p => new Probe(data.Expand(p), TextChannel.Tool, ModelFiles.Injection)));
        foreach (var (_, patterns) in DataPatterns.Benign)
            probes.AddRange(patterns.Select(p => new Probe(data.Expand(p), TextChannel.Tool, null)));
        return probes;
    }

    static List<Probe> ContentProbes()
    {
        var grammar = new Grammar(ContentGrammar.Lists, Seed + 3);
        return
        [
            .. ContentGrammar.Families.SelectMany(f =>
                f.Patterns.SelectMany(p =>
                    Enumerable
                        .Range(0, Makes)
                        .Select(_ => new Probe(grammar.Expand(p), TextChannel.User, f.Kind.Length > 0 ? f.Kind : null))
                )
            ),
        ];
    }
}
