using Portico.Guardrails.Learning;
using static Portico.Guardrails.Injection.Concept;

namespace Portico.Guardrails.Injection;

/// <summary>
/// Attacks as meanings that follow each other within a sentence, in any language of <see cref="ConceptWords"/>. A rule says little alone in a question about attacks, and
/// nothing where the sentence quotes it and says that it is an example.
/// </summary>
static class InjectionRules
{
    /// <summary>Words that may stand between two meanings of a rule.</summary>
    const int MaxGap = 5;

    /// <summary>The kinds that rules find.</summary>
    public static readonly string[] Kinds =
    [
        InjectionKinds.Override,
        InjectionKinds.Jailbreak,
        InjectionKinds.PromptLeak,
        InjectionKinds.Exfiltration,
        InjectionKinds.ToolAbuse,
        InjectionKinds.MemoryPoisoning,
        InjectionKinds.ImperativeInData,
    ];

    sealed record Rule(string Kind, float Strength, ulong[] Steps, int Gap = MaxGap)
    {
        public int Index { get; } = Array.IndexOf(Kinds, Kind);
    }

    static readonly Rule[] Rules =
    [
        // Setting instructions aside.
        new(InjectionKinds.Override, 1, [Of(Override), Of(Prior), Of(Instructions, Prompt, Data, Duty)]),
        new(InjectionKinds.Override, 1, [Of(Override), Of(All), Of(Instructions, Prompt)]),
        new(InjectionKinds.Override, 1, [Of(Override), Of(Instructions, Prompt), Of(Prior)]),
        new(InjectionKinds.Override, 0.9f, [Of(Override), Of(All), Of(Prior)]),
        new(InjectionKinds.Override, 0.9f, [Of(Prior), Of(Instructions), Of(Override)]),
        new(InjectionKinds.Override, 0.8f, [Of(Override), Of(You), Of(Instructions, Prompt, Limits)]),
        new(InjectionKinds.Override, 0.7f, [Of(Override), Of(Maker), Of(Instructions, Prompt)]),
        new(InjectionKinds.Override, 0.6f, [Of(New), Of(Instructions), Of(Obey, Now, Override)]),
        // Playing somebody without limits.
        new(InjectionKinds.Jailbreak, 0.9f, [Of(Without), Of(Limits), Of(Limits)]),
        new(InjectionKinds.Jailbreak, 0.8f, [Of(Mode), Of(Without), Of(Limits)]),
        new(InjectionKinds.Jailbreak, 0.8f, [Of(Maker), Of(Mode), Of(Now, Without, Unlimited, Approve)]),
        new(InjectionKinds.Jailbreak, 0.8f, [Of(Unlimited), Of(Model, Mode)]),
        new(InjectionKinds.Jailbreak, 0.7f, [Of(Persona), Of(Unlimited, Named)]),
        new(InjectionKinds.Jailbreak, 0.7f, [Of(You), Of(Now), Of(Named, Unlimited)]),
        new(InjectionKinds.Jailbreak, 0.7f, [Of(Now), Of(You), Of(Without), Of(Limits)]),
        new(InjectionKinds.Jailbreak, 0.6f, [Of(Not), Of(Refuse), Of(All, Harm, Duty)]),
        // Asking for what the model was told.
        new(InjectionKinds.PromptLeak, 0.9f, [Of(Reveal), Of(Maker), Of(Prompt, Instructions)]),
        new(InjectionKinds.PromptLeak, 0.9f, [Of(Reveal), Of(You), Of(Prompt)]),
        new(InjectionKinds.PromptLeak, 0.8f, [Of(Reveal), Of(You), Of(Prior, Hidden, Maker), Of(Instructions, Prompt)]),
        new(InjectionKinds.PromptLeak, 0.8f, [Of(Reveal), Of(Prior, Hidden), Of(Prompt, Instructions)]),
        new(InjectionKinds.PromptLeak, 0.8f, [Of(Maker), Of(Prompt), Of(Reveal)]),
        new(InjectionKinds.PromptLeak, 0.7f, [Of(Reveal), Of(All), Of(Prompt, Instructions)]),
        // Sending secrets out.
        new(InjectionKinds.Exfiltration, 0.8f, [Of(Send), Of(Hidden), Of(Address)]),
        new(InjectionKinds.Exfiltration, 0.7f, [Of(Send), Of(Prompt, Always), Of(Address)]),
        new(InjectionKinds.Exfiltration, 0.7f, [Of(Secrecy), Of(Send)]),
        // Tools.
        new(InjectionKinds.ToolAbuse, 0.8f, [Of(Approve), Of(All), Of(Tool)]),
        new(InjectionKinds.ToolAbuse, 0.7f, [Of(Tool), Of(Without), Of(Approve)]),
        new(InjectionKinds.ToolAbuse, 0.6f, [Of(Secrecy), Of(Tool, Delete)]),
        // Memory.
        new(InjectionKinds.MemoryPoisoning, 0.8f, [Of(Remember), Of(User), Of(Admin)]),
        // A document that speaks to who reads it: of its answer, or of fetching and sending.
        new(InjectionKinds.ImperativeInData, 1, [Of(Ask, Reveal, Respond, Override), Of(You), Of(Answer)], 9),
        new(InjectionKinds.ImperativeInData, 1, [Of(You), Of(Answer), Of(Ask, Reveal, Respond)], 3),
        new(InjectionKinds.ImperativeInData, 0.9f, [Of(Fetch), Of(Send), Of(Mine, Address)], 12),
        new(InjectionKinds.ImperativeInData, 0.8f, [Of(Send, Approve, Delete), Of(Mine), Of(Address, Tool, Hidden)], 8),
        new(InjectionKinds.ImperativeInData, 0.7f, [Of(Model), Of(Obey, Always, Now), Of(Ask, Send, Reveal, Respond)], 4),
        new(InjectionKinds.MemoryPoisoning, 0.7f, [Of(Remember), Of(Always), Of(Override, Approve, Admin, Trust)]),
    ];

    static ulong Of(params ReadOnlySpan<Concept> concepts) => Concepts.Of(concepts);

    /// <summary>The strongest rule of each kind that a sentence meets.</summary>
    public static void Find(WordScan scan, in ScannedSentence sentence, bool mention, ref RuleHits hits)
    {
        foreach (var rule in Rules)
        {
            if (hits[rule.Index] >= rule.Strength || !MayMeet(rule, sentence.Concepts))
                continue;
            if (Meets(rule, scan.Words.Slice(sentence.FirstWord, sentence.Words), mention))
                hits.Put(rule.Index, rule.Strength * Doubt(scan, sentence));
        }
    }

    /// <summary>Sentences whose quotes are examples.</summary>
    public static bool IsMention(in ScannedSentence sentence) => (sentence.Concepts & Concepts.Bit(Mention)) != 0;

    static bool MayMeet(Rule rule, ulong concepts)
    {
        foreach (var step in rule.Steps)
        {
            if ((step & concepts) == 0)
                return false;
        }
        return true;
    }

    /// <summary>Questions of what and why, and sentences that speak of attacks, mean half as much.</summary>
    static float Doubt(WordScan scan, in ScannedSentence sentence)
    {
        var first = scan.Words[sentence.FirstWord].Concepts;
        return (first & Concepts.Bit(Question)) != 0 || IsMention(sentence) ? 0.4f : 1;
    }

    static bool Meets(Rule rule, ReadOnlySpan<ScannedWord> words, bool mention)
    {
        for (var from = 0; from < words.Length; from++)
        {
            if ((words[from].Concepts & rule.Steps[0]) == 0 || mention && words[from].Quoted)
                continue;
            var (at, step) = (from, 1);
            for (var next = from + 1; next < words.Length && step < rule.Steps.Length && next - at <= rule.Gap + 1; next++)
            {
                if ((words[next].Concepts & rule.Steps[step]) != 0 && !(mention && words[next].Quoted))
                    (at, step) = (next, step + 1);
            }
            if (step == rule.Steps.Length)
                return true;
        }
        return false;
    }
}
