using System.Text.Json.Serialization;
using Portico.Guardrails.Detection;

namespace Portico.Guardrails;

/// <summary>Where a text of a call stands.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<TextChannel>))]
public enum TextChannel
{
    None = 0,

    /// <summary>What the person or program that calls says.</summary>
    [JsonStringEnumMemberName("user")]
    User = 1,

    /// <summary>System and developer messages, and the descriptions of tools.</summary>
    [JsonStringEnumMemberName("system")]
    System = 2,

    /// <summary>Documents that something found: those of a rerank call.</summary>
    [JsonStringEnumMemberName("retrieved")]
    Retrieved = 4,

    /// <summary>What tools gave back.</summary>
    [JsonStringEnumMemberName("tool")]
    Tool = 8,

    /// <summary>What the model says, its earlier turns included. Findings are told as of the output.</summary>
    [JsonStringEnumMemberName("answer")]
    Answer = 16,

    /// <summary>The arguments of the model's calls of tools, those of earlier turns included.</summary>
    [JsonStringEnumMemberName("arguments")]
    Arguments = 32,

    /// <summary>All that comes from the model.</summary>
    [JsonStringEnumMemberName("output")]
    Output = Answer | Arguments,
    All = User | System | Retrieved | Tool | Output,
}

/// <summary>What happens to a finding, from the mildest to the strictest.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContentAction>))]
public enum ContentAction
{
    /// <summary>Nothing.</summary>
    [JsonStringEnumMemberName("allow")]
    Allow,

    /// <summary>It is noted in the record of the call.</summary>
    [JsonStringEnumMemberName("flag")]
    Flag,

    /// <summary>A placeholder goes to the provider, and what it stands for comes back to the caller.</summary>
    [JsonStringEnumMemberName("tokenise")]
    Tokenise,

    /// <summary>It is taken out.</summary>
    [JsonStringEnumMemberName("redact")]
    Redact,

    /// <summary>The call is refused until a person decides.</summary>
    [JsonStringEnumMemberName("ask")]
    Ask,

    /// <summary>The call is refused, or its answer ends here.</summary>
    [JsonStringEnumMemberName("block")]
    Block,
}

/// <summary>Who gets the words back that a placeholder stands for, from the most to the fewest.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlaceholderRestore>))]
public enum PlaceholderRestore
{
    /// <summary>Whoever calls.</summary>
    [JsonStringEnumMemberName("caller")]
    Caller,

    /// <summary>People, by their own key or from the console; an application gets the placeholders.</summary>
    [JsonStringEnumMemberName("people")]
    People,

    /// <summary>Nobody.</summary>
    [JsonStringEnumMemberName("never")]
    Never,
}

/// <summary>
/// Words, patterns and kinds that texts of some channels are searched for, and what happens then. Two rules of one name meet: the stricter action over all their words,
/// patterns, kinds and channels.
/// </summary>
public sealed record ContentRule
{
    public required string Name { get; init; }
    public TextChannel Channels { get; init; } = TextChannel.All;

    /// <summary>Whole words, in any case of letters; sorted, each once.</summary>
    public IReadOnlyList<string> Words
    {
        get;
        init => field = Sorted(value);
    } = [];

    /// <summary>Patterns as <see cref="PatternReader"/> reads them; sorted, each once.</summary>
    public IReadOnlyList<string> Patterns
    {
        get;
        init => field = Sorted(value);
    } = [];

    /// <summary>Texts of which no run of words may stand in another, as <see cref="Overlap.ProtectedTexts"/> finds it; sorted, each once.</summary>
    public IReadOnlyList<string> Protects
    {
        get;
        init => field = Sorted(value);
    } = [];

    /// <summary>Characters of a protected text.</summary>
    public const int MaxProtected = 20_000;

    /// <summary>Topics that examples tell; sorted, each once. A document says one, and levels that meet each have theirs.</summary>
    public IReadOnlyList<RuleTopic> Topics
    {
        get;
        init => field = RuleTopic.Canonical(value);
    } = [];

    /// <summary>The kind of what it finds of its protected texts.</summary>
    internal string OverlapKind => $"overlap.{Name}";

    /// <summary>The kind of what it finds of its topics.</summary>
    internal string TopicKind => $"topic.{Name}";

    /// <summary>It looks for something.</summary>
    public bool Looks => Words.Count + Patterns.Count + Kinds.Count + Protects.Count + Topics.Count > 0;

    /// <summary>Kinds that detectors find, or the front of their names; sorted, none that another covers.</summary>
    public IReadOnlyList<string> Kinds
    {
        get;
        init => field = KindNames.Canonical(value);
    } = [];

    /// <summary>From this score on a finding of a detector counts.</summary>
    public double MinScore { get; init; } = DefaultMinScore;

    public const double DefaultMinScore = 0.5;

    public ContentAction Action { get; init; } = ContentAction.Flag;

    /// <summary>The rule acts from this finding of a text on.</summary>
    public int Threshold { get; init; } = 1;

    /// <summary>Of a rule that makes placeholders: for whom they are undone in the answer.</summary>
    public PlaceholderRestore Restore { get; init; }

    /// <summary>When the search itself fails, the text passes; else the call is refused.</summary>
    public bool FailsOpen { get; init; }

    /// <summary>What both rules ask for.</summary>
    public ContentRule Meet(ContentRule other) =>
        this with
        {
            Channels = Channels | other.Channels,
            Words = [.. Words, .. other.Words],
            Patterns = [.. Patterns, .. other.Patterns],
            Kinds = [.. Kinds, .. other.Kinds],
            Protects = [.. Protects, .. other.Protects],
            Topics = [.. Topics, .. other.Topics],
            MinScore = Math.Min(MinScore, other.MinScore),
            Action = Action > other.Action ? Action : other.Action,
            Threshold = Math.Min(Threshold, other.Threshold),
            Restore = Restore > other.Restore ? Restore : other.Restore,
            FailsOpen = FailsOpen && other.FailsOpen,
        };

    /// <summary>What either of the rules would let pass, passes.</summary>
    public ContentRule Join(ContentRule other) =>
        this with
        {
            Channels = Channels & other.Channels,
            Words = Words.Intersect(other.Words, StringComparer.Ordinal).ToArray(),
            Patterns = Patterns.Intersect(other.Patterns, StringComparer.Ordinal).ToArray(),
            Kinds = KindNames.Common(Kinds, other.Kinds),
            Protects = Protects.Intersect(other.Protects, StringComparer.Ordinal).ToArray(),
            Topics = Topics.Intersect(other.Topics).ToArray(),
            MinScore = Math.Max(MinScore, other.MinScore),
            Action = Action < other.Action ? Action : other.Action,
            Threshold = Math.Max(Threshold, other.Threshold),
            Restore = Restore < other.Restore ? Restore : other.Restore,
            FailsOpen = FailsOpen || other.FailsOpen,
        };

    public bool Equals(ContentRule? other) =>
        other is not null
        && (Name, Channels, Action, Threshold, Restore, FailsOpen, MinScore)
            == (other.Name, other.Channels, other.Action, other.Threshold, other.Restore, other.FailsOpen, other.MinScore)
        && Kinds.SequenceEqual(other.Kinds, StringComparer.Ordinal)
        && Protects.SequenceEqual(other.Protects, StringComparer.Ordinal)
        && Topics.SequenceEqual(other.Topics)
        && Words.SequenceEqual(other.Words, StringComparer.Ordinal)
        && Patterns.SequenceEqual(other.Patterns, StringComparer.Ordinal);

    public override int GetHashCode() =>
        HashCode.Combine(
            Name,
            Channels,
            Action,
            Threshold,
            FailsOpen,
            Words.Count,
            Patterns.Count,
            Kinds.Count + Protects.Count + Topics.Count
        );

    internal static string[] Sorted(IReadOnlyList<string> value) =>
        value.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
}
