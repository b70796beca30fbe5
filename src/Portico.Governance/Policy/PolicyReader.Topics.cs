using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Topics;
using YamlDotNet.RepresentationModel;

namespace Portico.Governance.Policy;

/// <summary>What content rules tell of whole texts: topics, and kinds that judges find.</summary>
public sealed partial class PolicyReader
{
    static readonly string[] Sides = ["topic", "off_topic"];

    /// <summary>Null where the rule has none, or one with mistakes.</summary>
    RuleTopic? Topic(YamlMappingNode at, string name, TextChannel? channels)
    {
        var examples = Examples(at, "examples");
        var counters = Examples(at, "counter_examples");
        var side = Find(at, "acts_on") is { } said ? Word("acts_on", said, Sides) : 0;
        if (Find(at, "examples") is not { } given)
        {
            foreach (var word in (string[])["counter_examples", "acts_on"])
                if (Find(at, word) is { } stray)
                    Add(stray.Start, $"{word} says more of a topic, and guardrails.{name} has none: examples are texts of it.");
            return null;
        }
        if (examples is [])
            Add(given.Start, "examples are texts of the topic: at least one.");
        if (
            examples is { Count: > 0 }
            && counters is not null
            && examples.Intersect(counters, StringComparer.Ordinal).FirstOrDefault() is { } both
        )
            Add(given.Start, $"'{Short(both)}' is an example and a counter-example.");
        if (side == 1 && channels is { } where && (where & TextChannel.User) == TextChannel.None)
            Add(Find(at, "channels")!.Start, "What is off the topic is told of what people say alone: channels has to have user.");
        if (examples is null or [] || counters is null || side is null)
            return null;
        return new RuleTopic
        {
            Examples = examples,
            CounterExamples = counters,
            IsAllowed = side == 1,
        };
    }

    List<string>? Examples(YamlMappingNode at, string name)
    {
        if (Find(at, name) is YamlSequenceNode { Children.Count: > TopicProfile.MaxExamples } many)
        {
            Add(many.Start, $"{name} has at most {TopicProfile.MaxExamples} texts.");
            return null;
        }
        return Texts(at, name, TopicProfile.MaxExampleCharacters);
    }

    /// <summary>A canary stands in answers of calls that have one in their prompt: a rule that looks elsewhere, or would take the one word out of a leak, does not do what it says.</summary>
    void OfCanary(YamlMappingNode at, TextChannel channels, List<string> kinds, int? action)
    {
        if (kinds.Find(DetectorCatalog.Shipped.NeedsCall) is not { } canary)
            return;
        if ((channels & TextChannel.Output) == TextChannel.None)
            Add(
                Find(at, "channels")!.Start,
                $"{canary} is told in what the model says and calls tools with: channels has to have output, answer or arguments."
            );
        if (action is { } does && (ContentAction)does is ContentAction.Redact or ContentAction.Tokenise)
            Add(
                Find(at, "action")!.Start,
                $"{canary} tells that the prompt around it goes out, and taking the one word out would hide that: its action is flag, ask or block."
            );
    }

    static bool NeedsSources(string kind) => DetectorCatalog.Shipped.NeedsSources(kind);

    /// <summary>An answer goes on as it comes: what is told of it as a whole can only be noted, and a rule that says otherwise does not do what it says.</summary>
    void OfWholeTexts(YamlMappingNode at, TextChannel channels, List<string> kinds, bool isTopicAlone)
    {
        const string GoesOn = "is told of whole texts, and an answer goes on as it comes: in answers its action can be flag alone.";
        var isAnswer = (channels & ~TextChannel.Output) == TextChannel.None;
        if (kinds.Find(NeedsSources) is { } grounds)
            Add(
                Find(at, "detect")!.Start,
                $"{grounds} is told of whole answers, which have gone on by then: give it a rule of its own with the action flag."
            );
        else if (isAnswer && kinds.Find(DetectorCatalog.Shipped.NeedsWhole) is { } whole)
            Add(Find(at, "detect")!.Start, $"{whole} {GoesOn}");
        else if (isAnswer && isTopicAlone)
            Add(Find(at, "examples")!.Start, $"A topic {GoesOn}");
    }
}
