using System.Globalization;
using Portico.Guardrails;

namespace Portico.Governance.Policy.Guards;

/// <summary>Whom a guard asks: a service at <paramref name="Url"/>, or a model by <paramref name="Model"/> and <paramref name="Criteria"/>.</summary>
/// <param name="Url">Absolute http or https address; null for a judge.</param>
/// <param name="Model">A route or model as calls name it; null for a service.</param>
/// <param name="Criteria">What a judge looks for, in words; null for a service.</param>
public sealed record GuardTarget(string? Url, string? Model, string? Criteria)
{
    /// <summary>As trails and messages name it: the host of a service, or the model.</summary>
    public string Name => Url is null ? Model! : new Uri(Url).Authority;

    internal string Key => Url is null ? $"model\n{Model}\n{Criteria}" : $"url\n{Url}";
}

/// <summary>
/// Somebody who is asked about whole texts, and what happens to those that they flag. Two guards of one name meet in the stricter: all that either asks are asked, about all
/// channels of both.
/// </summary>
public sealed record Guard : PolicyValue
{
    public const int LeastTimeoutMs = 50;
    public const int MostServiceMs = 10_000;
    public const int MostJudgeMs = 60_000;
    public const int DefaultServiceMs = 1_000;
    public const int DefaultJudgeMs = 15_000;

    /// <summary>What a guard does may be one of these, the mildest first.</summary>
    public static IReadOnlyList<ContentAction> Actions =>
        [ContentAction.Flag, ContentAction.Redact, ContentAction.Ask, ContentAction.Block];

    public required string Name { get; init; }

    /// <summary>Sorted, each once. Empty only as a join of guards that ask different ones.</summary>
    public IReadOnlyList<GuardTarget> Targets
    {
        get;
        init => field = [.. value.DistinctBy(t => t.Key, StringComparer.Ordinal).OrderBy(t => t.Key, StringComparer.Ordinal)];
    } = [];
    public TextChannel Channels { get; init; } = TextChannel.All;
    public ContentAction Action { get; init; } = ContentAction.Flag;

    /// <summary>For everything: to wait for its turn, to connect, to ask and to read the answer.</summary>
    public int TimeoutMs { get; init; } = DefaultServiceMs;

    /// <summary>A text passes where there is no verdict.</summary>
    public bool FailsOpen { get; init; }

    /// <summary>From which score on a flagged text counts, 0 to 1; 0 = every one.</summary>
    public double MinScore { get; init; }

    /// <summary>As findings and requests name it; a content rule has no dot in its name.</summary>
    public string Kind => KindPrefix + Name;
    public const string KindPrefix = "guard.";

    /// <summary>Something of a text may be held back.</summary>
    public bool Holds => Action > ContentAction.Flag;

    /// <summary>No verdict holds a text back that only a flag would have been put on.</summary>
    public bool PassesWithout => FailsOpen || !Holds;

    public override PolicyValue Meet(PolicyValue other)
    {
        var with = (Guard)other;
        return this with
        {
            Targets = [.. Targets, .. with.Targets],
            Channels = Channels | with.Channels,
            Action = Action > with.Action ? Action : with.Action,
            TimeoutMs = Math.Max(TimeoutMs, with.TimeoutMs),
            FailsOpen = FailsOpen && with.FailsOpen,
            MinScore = Math.Min(MinScore, with.MinScore),
        };
    }

    public override PolicyValue Join(PolicyValue other)
    {
        var with = (Guard)other;
        return this with
        {
            Targets = [.. Targets.Intersect(with.Targets)],
            Channels = Channels & with.Channels,
            Action = Action < with.Action ? Action : with.Action,
            TimeoutMs = Math.Min(TimeoutMs, with.TimeoutMs),
            FailsOpen = FailsOpen || with.FailsOpen,
            MinScore = Math.Max(MinScore, with.MinScore),
        };
    }

    /// <summary>A guard below may ask more and look at more; milder it may not be.</summary>
    public override bool Contradicts(PolicyValue above)
    {
        var parent = (Guard)above;
        return Action < parent.Action || MinScore > parent.MinScore || (FailsOpen && !parent.FailsOpen);
    }

    public override string Says =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Action.ToString().ToLowerInvariant()} what {string.Join(" or ", Targets.Select(t => t.Name))} flags{(MinScore > 0 ? $" from a score of {MinScore} on" : "")} in {(Channels == TextChannel.All ? "all texts" : Channels.ToString().ToLowerInvariant())}; without an answer in {TimeoutMs} ms {(PassesWithout ? "it passes" : "nothing passes")}"
        );

    public bool Equals(Guard? other) =>
        other is not null
        && Name == other.Name
        && Targets.SequenceEqual(other.Targets)
        && Channels == other.Channels
        && Action == other.Action
        && TimeoutMs == other.TimeoutMs
        && FailsOpen == other.FailsOpen
        && MinScore.Equals(other.MinScore);

    public override int GetHashCode() => HashCode.Combine(Name, Targets.Count, Channels, Action, TimeoutMs, FailsOpen, MinScore);
}
