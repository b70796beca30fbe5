using System.Globalization;
using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Overlap;
using YamlDotNet.RepresentationModel;

namespace Portico.Governance.Policy;

/// <summary>Content rules and exceptions of a document.</summary>
public sealed partial class PolicyReader
{
    const int MaxRules = 100;
    const int MaxExceptions = 100;

    static readonly string[] Restores = ["caller", "people", "never"];
    static readonly string[] Actions = ["allow", "flag", "tokenise", "redact", "ask", "block"];
    static readonly (string Word, TextChannel Channel)[] Channels =
    [
        ("user", TextChannel.User),
        ("system", TextChannel.System),
        ("retrieved", TextChannel.Retrieved),
        ("tool", TextChannel.Tool),
        ("output", TextChannel.Output),
        ("answer", TextChannel.Answer),
        ("arguments", TextChannel.Arguments),
    ];
    static readonly string[] RuleWords =
    [
        "channels",
        "detect",
        "words",
        "patterns",
        "protects",
        "examples",
        "counter_examples",
        "acts_on",
        "action",
        "min_score",
        "threshold",
        "restore",
        "on_error",
        PolicySchema.Mandatory,
    ];
    static readonly string[] BudgetWords = ["limit_usd", "window"];
    static readonly string[] ExceptionWords = ["name", "for", "owner", "reason", "until", "lifts"];

    void Guardrails(YamlNode value)
    {
        if (value is not YamlMappingNode entries)
        {
            Add(value.Start, "guardrails holds rules by name.");
            return;
        }
        if (entries.Children.Count > MaxRules)
            Add(value.Start, $"A policy has at most {MaxRules} guardrails.");
        var mandatory = MandatoryOf(entries);
        foreach (var (key, said) in entries.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (name == PolicySchema.Mandatory)
                continue;
            if (name.Length is 0 or > 40 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                Add(key.Start, "The name of a guardrail has 1 to 40 small letters, digits and hyphens.");
            else if (said is not YamlMappingNode rule)
                Add(said.Start, $"A guardrail has {string.Join(", ", RuleWords)}.");
            else if (RuleOf(name, rule) is { } read)
            {
                var line = $"{PolicySchema.Guardrails}.{name}";
                lines[line] = new PolicyLine(line, new Guardrail(read), MandatoryOf(rule) ?? mandatory, (int)key.Start.Line, TextAt(key));
            }
        }
    }

    /// <summary>All where nothing is said; null where what is said cannot be.</summary>
    TextChannel? ChannelsOf(YamlMappingNode at) =>
        Find(at, "channels") is { } said
            ? Names("channels", said, n => Array.Exists(Channels, c => c.Word == n), string.Join(", ", Channels.Select(c => c.Word)))
                ?.Aggregate(TextChannel.None, (all, n) => all | Array.Find(Channels, c => c.Word == n).Channel)
            : TextChannel.All;

    ContentRule? RuleOf(string name, YamlMappingNode at)
    {
        var before = problems.Count;
        KnownWords(at, RuleWords, $"guardrails.{name}");
        var channels = ChannelsOf(at);
        var words = Texts(at, "words", Screen.MaxPattern);
        var patterns = Texts(at, "patterns", Screen.MaxPattern);
        var action = Find(at, "action") is { } act ? Word("action", act, Actions) : null;
        if (Find(at, "action") is null)
            Add(at.Start, $"guardrails.{name} needs an action: {string.Join(", ", Actions)}.");
        var kinds = Find(at, "detect") is { } detect ? Kinds(detect) : [];
        var protects = Texts(at, "protects", ContentRule.MaxProtected);
        if (protects?.FirstOrDefault(t => !ProtectedTexts.CanFind(t)) is not null)
            Add(
                Find(at, "protects")!.Start,
                $"A protected text has at least {ProtectedTexts.LeastWords} words, or two lines of code: of a shorter one no run is told. words finds single ones."
            );
        var topic = Topic(at, name, channels);
        if (words is [] && patterns is [] && kinds is [] && protects is [] && Find(at, "examples") is null)
            Add(at.Start, $"guardrails.{name} needs something to look for: detect, words, patterns, protects or examples.");
        if (channels is { } where && action is { } does && (ContentAction)does > ContentAction.Flag)
        {
            var isTopicAlone = topic is not null && words is [] && patterns is [] && kinds is [] && protects is [];
            OfWholeTexts(at, where, kinds ?? [], isTopicAlone);
        }
        if (channels is { } looked && (looked & TextChannel.Answer) == TextChannel.None && kinds?.Find(NeedsSources) is { } grounds)
            Add(Find(at, "channels")!.Start, $"{grounds} is told of answers alone: channels has to have output or answer.");
        if (channels is { } answers && kinds is not null)
            OfCanary(at, answers, kinds, action);
        var minScore = Find(at, "min_score") is { } score ? Score(score) : ContentRule.DefaultMinScore;
        var threshold = Find(at, "threshold") is { } many ? Count("threshold", many, 1_000, least: 1) : 1;
        var restore = Find(at, "restore") is { } whom ? Word("restore", whom, Restores) : 0;
        if (Find(at, "restore") is { } said && action is { } done && (ContentAction)done != ContentAction.Tokenise)
            Add(said.Start, "restore says who gets back what placeholders stand for: it belongs to action: tokenise alone.");
        var isOpen = Find(at, "on_error") is { } error && Word("on_error", error, ["closed", "open"]) == 1;
        if (problems.Count > before)
            return null;
        var rule = new ContentRule
        {
            Name = name,
            Channels = channels!.Value,
            Words = words!,
            Patterns = patterns!,
            Kinds = kinds!,
            Protects = protects!,
            Topics = topic is null ? [] : [topic],
            MinScore = minScore!.Value,
            Action = (ContentAction)action!.Value,
            Threshold = (int)threshold!.Value,
            Restore = (PlaceholderRestore)restore!.Value,
            FailsOpen = isOpen,
        };
        try
        {
            Screen.Check(rule);
            return rule;
        }
        catch (PatternException e)
        {
            Add((FirstBad(at, rule) ?? at).Start, e.Message);
            return null;
        }
    }

    List<string>? Kinds(YamlNode said) =>
        Names(
            "detect",
            said,
            DetectorCatalog.Shipped.Knows,
            $"kinds that detectors find, or the front of their names: {string.Join(", ", DetectorCatalog.Shipped.Families)} or one of GET /api/guardrails/kinds"
        );

    double? Score(YamlNode said)
    {
        if (
            said is YamlScalarNode { Value: { } text }
            && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var score)
            && score is > 0 and <= 1
        )
            return score;
        Add(said.Start, "min_score is how sure a detector has to be: more than 0 and at most 1, such as 0.8.");
        return null;
    }

    /// <summary>The pattern at fault; null when they are too large together.</summary>
    static YamlNode? FirstBad(YamlMappingNode at, ContentRule rule) =>
        (Find(at, "patterns") as YamlSequenceNode)?.Children.FirstOrDefault(p =>
        {
            try
            {
                Screen.Check(rule with { Words = [], Patterns = [((YamlScalarNode)p).Value!] });
                return false;
            }
            catch (PatternException)
            {
                return true;
            }
        });

    List<string>? Texts(YamlMappingNode at, string name, int most) =>
        Find(at, name) is { } said
            ? Names(name, said, t => t.Trim().Length > 0 && t.Length <= most, $"texts of 1 to {most} characters")
            : [];

    void Exceptions(YamlNode value)
    {
        if (value is not YamlSequenceNode list || list.Children.Count > MaxExceptions)
        {
            Add(value.Start, $"exceptions is a list of at most {MaxExceptions}.");
            return;
        }
        foreach (var one in list.Children)
            if (one is not YamlMappingNode at)
                Add(one.Start, $"An exception has {string.Join(", ", ExceptionWords)}.");
            else if (ExceptionOf(at) is { } read)
                exceptions.Add(read);
    }

    PolicyException? ExceptionOf(YamlMappingNode at)
    {
        var before = problems.Count;
        KnownWords(at, ExceptionWords, "an exception");
        var (name, whom) = (Needed(at, "name"), Needed(at, "for"));
        var (owner, reason, until) = (Needed(at, "owner"), Needed(at, "reason"), Needed(at, "until"));
        if (whom is not null && !WorkspaceId.TryParse(whom, out _) && !UseCaseId.TryParse(whom, out _))
            Add(Find(at, "for")!.Start, "for is the id of a workspace (ws_…) or a use case (uc_…).");
        DateTimeOffset end = default;
        if (
            until is not null
            && !DateTimeOffset.TryParse(
                until,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out end
            )
        )
            Add(Find(at, "until")!.Start, "until is a day such as 2027-01-31, over as it begins, or a time such as 2027-01-31T18:00:00Z.");
        var lifts = new Dictionary<string, PolicyValue>(StringComparer.Ordinal);
        if (Find(at, "lifts") is YamlMappingNode lifted && lifted.Children.Count > 0)
            foreach (var (key, said) in lifted.Children)
                Lift(key, said, lifts);
        else
            Add(at.Start, "An exception lifts lines: by name, and what they allow beside.");
        return problems.Count > before ? null : new PolicyException(name!, whom!, owner!, reason!, end, lifts, (int)at.Start.Line);
    }

    void Lift(YamlNode key, YamlNode said, Dictionary<string, PolicyValue> lifts)
    {
        var line = (key as YamlScalarNode)?.Value ?? "";
        if (PolicySchema.Find(line) is not { Shape: not PolicyShape.DeniedNames } kind)
            Add(
                key.Start,
                $"'{Short(line)}' is no line that an exception can lift. Lines that allow, duties, bounds and ranks can be lifted."
            );
        else if (ValueOf(kind, said) is { } value)
            lifts[line] = value;
    }

    MoneyBound? Budget(string line, YamlNode said)
    {
        var before = problems.Count;
        if (said is not YamlMappingNode at)
        {
            Add(said.Start, $"{line} is an amount in a window, such as {{ limit_usd: \"50\", window: month }}.");
            return null;
        }
        KnownWords(at, BudgetWords, line);
        if (!(Find(at, "limit_usd") is YamlScalarNode { Value: { } usd } && NanoUsd.TryParse(usd, out var limit) && limit >= 0))
        {
            limit = 0;
            Add(Find(at, "limit_usd")?.Start ?? at.Start, $"{line} needs limit_usd, decimal USD such as \"50.00\", at most nine decimals.");
        }
        if (Find(at, "window") is not { } window)
            Add(at.Start, $"{line} needs a window: {string.Join(", ", MoneyBound.Windows)}.");
        else if (Word("window", window, MoneyBound.Windows) is { } place && problems.Count == before)
            return MoneyBound.Of(MoneyBound.Windows[place], limit);
        return null;
    }

    string? Needed(YamlMappingNode at, string name)
    {
        if (Find(at, name) is YamlScalarNode { Value: { } text } && text.Trim().Length is > 0 and <= 500)
            return text.Trim();
        Add(Find(at, name)?.Start ?? at.Start, $"An exception needs {name}, of 1 to 500 characters.");
        return null;
    }

    void KnownWords(YamlMappingNode at, string[] known, string of)
    {
        foreach (var key in at.Children.Keys)
            if (key is not YamlScalarNode { Value: { } word } || Array.IndexOf(known, word) < 0)
                Add(key.Start, $"There is no '{Short(key.ToString())}' in {of}. There is {string.Join(", ", known)}.");
    }

    static YamlNode? Find(YamlMappingNode at, string name) => at.Children.TryGetValue(new YamlScalarNode(name), out var node) ? node : null;
}
