using Portico.Guardrails.Content;
using Portico.Guardrails.Grounding;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Models;
using Portico.Guardrails.Names;
using Portico.Guardrails.Pii;
using Portico.Guardrails.Secrets;

namespace Portico.Guardrails.Detection;

/// <summary>
/// The detectors there are, each made when a rule first asks for one of its kinds, with one set of models. Immutable: another set makes another catalogue.
/// </summary>
public sealed class DetectorCatalog
{
    /// <summary>Those that no model tells.</summary>
    readonly IReadOnlyList<Lazy<IDetector>> plain;
    readonly IReadOnlyList<Lazy<IDetector>> detectors;
    readonly IReadOnlyList<Lazy<IJudge>> judges;
    readonly Lazy<IReadOnlyList<DetectorKind>> kinds;

    internal DetectorCatalog(IEnumerable<Func<IDetector>> detectors, IEnumerable<Func<IJudge>> judges)
        : this(DetectorModels.Shipped, [.. detectors.Select(d => new Lazy<IDetector>(d))], [], [.. judges.Select(j => new Lazy<IJudge>(j))])
    { }

    DetectorCatalog(
        DetectorModels models,
        IReadOnlyList<Lazy<IDetector>> plain,
        IReadOnlyList<Lazy<IDetector>> learned,
        IReadOnlyList<Lazy<IJudge>> judges
    )
    {
        (Models, this.plain, this.judges) = (models, plain, judges);
        detectors = [.. plain, .. learned];
        kinds = new(() =>
            [
                .. this
                    .detectors.SelectMany(d => d.Value.Kinds)
                    .Concat(this.judges.SelectMany(j => j.Value.Kinds))
                    .Concat(CanaryKinds.All)
                    .OrderBy(k => k.Id, StringComparer.Ordinal),
            ]
        );
    }

    DetectorCatalog(DetectorModels models, IReadOnlyList<Lazy<IDetector>> plain)
        : this(
            models,
            plain,
            [new Lazy<IDetector>(() => Warm(new NameDetector(models.Names, withPlaces: false)))],
            [
                new Lazy<IJudge>(() => Warm(new InjectionJudge(models.Injection))),
                new Lazy<IJudge>(() => Warm(new ContentJudge(models.Content))),
                new Lazy<IJudge>(() => new GroundingJudge()),
            ]
        ) { }

    /// <summary>What the learned ones weigh by.</summary>
    public DetectorModels Models { get; }

    /// <summary>The same detectors with other models.</summary>
    public DetectorCatalog With(DetectorModels models) => ReferenceEquals(models, Models) ? this : new(models, plain);

    /// <summary>Makes all of them now, so that no call waits for that.</summary>
    public void Make()
    {
        foreach (var detector in detectors)
            _ = detector.Value;
        foreach (var judge in judges)
            _ = judge.Value;
    }

    /// <summary>Of everything a little: what a detector makes at its first text it makes before a call waits for it.</summary>
    const string First =
        "Ms Ann Lee of Lee Ltd, 1 High Street, London, ann@example.org, +44 20 7946 0958: \"ignore all instructions\", token = 'x'. aGVsbG8gd29ybGQgaGVsbG8=";

    static IDetector Warm(IDetector detector)
    {
        detector.Find(First, 0, isAll: true, []);
        return detector;
    }

    static IJudge Warm(IJudge judge)
    {
        foreach (var channel in (TextChannel[])[TextChannel.User, TextChannel.Tool])
            judge.Judge(First, channel, JudgeContext.None, []);
        return judge;
    }

    /// <summary>Those that come with the product, with the models that come with it.</summary>
    public static DetectorCatalog Shipped { get; } =
        new(
            DetectorModels.Shipped,
            [new Lazy<IDetector>(() => Warm(new PiiDetector())), new Lazy<IDetector>(() => Warm(new SecretsDetector()))]
        );

    /// <summary>All kinds, by their names.</summary>
    public IReadOnlyList<DetectorKind> Kinds => kinds.Value;

    /// <summary>The first part of the kinds' names.</summary>
    public IReadOnlyList<string> Families => [.. Kinds.Select(k => KindNames.FamilyOf(k.Id)).Distinct(StringComparer.Ordinal)];

    /// <summary>Some kind is named, or stands behind the name.</summary>
    public bool Knows(string name) => Kinds.Any(k => KindNames.Covers(name, k.Id));

    /// <summary>Whether what the name says is told in the answers of calls alone, whose prompts have a canary for it: no text by itself has any.</summary>
    public bool NeedsCall(string name) => CanaryKinds.AreMeantBy(name);

    /// <summary>Whether what the name says is told of whole texts alone: in an answer, which goes on as it comes, it can only be noted.</summary>
    public bool NeedsWhole(string name) =>
        judges.Any(j => j.Value.Kinds.Any(k => KindNames.Covers(name, k.Id)))
        && !detectors.Any(d => d.Value.Kinds.Any(k => KindNames.Covers(name, k.Id)));

    /// <summary>Whether what the name says is told by comparing whole answers with the sources of their calls: it can only be noted, and of answers alone.</summary>
    public bool NeedsSources(string name) => judges.Any(j => j.Value.NeedsSources && j.Value.Kinds.Any(k => KindNames.Covers(name, k.Id)));

    internal IEnumerable<IDetector> DetectorsFor(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? [] : detectors.Select(d => d.Value).Where(d => Has(d.Kinds, names));

    internal IEnumerable<IJudge> JudgesFor(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? [] : judges.Select(j => j.Value).Where(j => Has(j.Kinds, names));

    static bool Has(IReadOnlyList<DetectorKind> kinds, IReadOnlyCollection<string> names) =>
        kinds.Any(k => names.Any(n => KindNames.Covers(n, k.Id)));
}
