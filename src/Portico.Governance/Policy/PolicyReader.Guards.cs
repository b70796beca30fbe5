using System.Globalization;
using Portico.Governance.Policy.Guards;
using Portico.Guardrails;
using Portico.Providers.Http;
using YamlDotNet.RepresentationModel;

namespace Portico.Governance.Policy;

/// <summary>Guards of a document.</summary>
public sealed partial class PolicyReader
{
    /// <summary>All of them are asked about every call.</summary>
    const int MaxGuards = 10;
    const int MaxCriteria = 4_000;
    const int MaxUrl = 500;

    static readonly string[] GuardActions = ["flag", "redact", "ask", "block"];
    static readonly string[] GuardWords =
    [
        "url",
        "model",
        "criteria",
        "channels",
        "action",
        "min_score",
        "timeout_ms",
        "on_error",
        PolicySchema.Mandatory,
    ];

    void GuardsOf(YamlNode value)
    {
        if (value is not YamlMappingNode entries)
        {
            Add(value.Start, "guards holds guards by name.");
            return;
        }
        var mandatory = MandatoryOf(entries);
        if (entries.Children.Count - (mandatory is null ? 0 : 1) > MaxGuards)
            Add(value.Start, $"A policy has at most {MaxGuards} guards: every call waits for all of them.");
        foreach (var (key, said) in entries.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (name == PolicySchema.Mandatory)
                continue;
            if (name.Length is 0 or > 40 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                Add(key.Start, "The name of a guard has 1 to 40 small letters, digits and hyphens.");
            else if (said is not YamlMappingNode at)
                Add(said.Start, $"A guard has {string.Join(", ", GuardWords)}.");
            else if (GuardOf(name, at) is { } guard)
            {
                var line = $"{PolicySchema.Guards}.{name}";
                lines[line] = new PolicyLine(line, guard, MandatoryOf(at) ?? mandatory, (int)key.Start.Line, TextAt(key));
            }
        }
    }

    Guard? GuardOf(string name, YamlMappingNode at)
    {
        var before = problems.Count;
        KnownWords(at, GuardWords, $"guards.{name}");
        var target = TargetOf(name, at);
        var channels = ChannelsOf(at);
        if (channels == TextChannel.None)
            Add(Find(at, "channels")!.Start, $"guards.{name} needs a channel, such as user, or no line channels for all of them.");
        var action = Find(at, "action") is { } act ? Word("action", act, GuardActions) : null;
        if (Find(at, "action") is not { } does)
            Add(at.Start, $"guards.{name} needs an action: {string.Join(", ", GuardActions)}.");
        else if (target is { Url: null } && action is { } place && Guard.Actions[place] == ContentAction.Redact)
            Add(does.Start, "A model judges whole texts and does not say where: its action is flag, ask or block. A service can redact.");
        var minScore = Find(at, "min_score") is { } score ? Score(score) : 0;
        var isJudge = target is { Url: null };
        long? timeout =
            Find(at, "timeout_ms") is { } time
                ? Count("timeout_ms", time, isJudge ? Guard.MostJudgeMs : Guard.MostServiceMs, Guard.LeastTimeoutMs)
            : isJudge ? Guard.DefaultJudgeMs
            : Guard.DefaultServiceMs;
        var isOpen = Find(at, "on_error") is { } error && Word("on_error", error, ["closed", "open"]) == 1;
        return problems.Count > before
            ? null
            : new Guard
            {
                Name = name,
                Targets = [target!],
                Channels = channels!.Value,
                Action = Guard.Actions[action!.Value],
                MinScore = minScore!.Value,
                TimeoutMs = (int)timeout!.Value,
                FailsOpen = isOpen,
            };
    }

    GuardTarget? TargetOf(string name, YamlMappingNode at)
    {
        var (url, model, criteria) = (Find(at, "url"), Find(at, "model"), Find(at, "criteria"));
        if ((url is null) == (model is null))
            Add(at.Start, $"guards.{name} needs one of url, a service that is asked, and model, a judge.");
        else if (url is not null && criteria is not null)
            Add(criteria.Start, "criteria are for a model: a service knows what it looks for.");
        else if (model is not null && criteria is null)
            Add(at.Start, $"guards.{name} needs criteria: what the model shall flag, in words.");
        else
            return url is not null ? Service(url) : Judge(model!, criteria!);
        return null;
    }

    GuardTarget? Service(YamlNode at)
    {
        if (
            at is not YamlScalarNode { Value: { Length: <= MaxUrl } text }
            || !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
        )
        {
            Add(at.Start, $"url is an address such as https://guards.example.com/check, of at most {MaxUrl} characters.");
            return null;
        }
        try
        {
            UrlGuard.Check(url, allowSpecial: false);
            return new GuardTarget(url.AbsoluteUri, null, null);
        }
        catch (PorticoException e)
        {
            // Who guards is never told apart by what an administrator may allow for a connection.
            Add(at.Start, e.Message.Replace("base_url", "url", StringComparison.Ordinal).Split(". An administrator")[0]);
            return null;
        }
    }

    GuardTarget? Judge(YamlNode model, YamlNode criteria)
    {
        if (model is not YamlScalarNode { Value: { } name } || !IsName(name) || name.Contains('*', StringComparison.Ordinal))
            Add(model.Start, "model is the name of a route or a model, as calls name it.");
        else if (criteria is not YamlScalarNode { Value: { } words } || words.Trim().Length is 0 or > MaxCriteria)
            Add(
                criteria.Start,
                string.Create(CultureInfo.InvariantCulture, $"criteria say in 1 to {MaxCriteria} characters what the model shall flag.")
            );
        else
            return new GuardTarget(null, name, words.Trim());
        return null;
    }
}
