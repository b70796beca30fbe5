using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Injection;

/// <summary>The kinds that the detector of injections names.</summary>
public static class InjectionKinds
{
    public const string Override = "injection.override";
    public const string Jailbreak = "injection.jailbreak";
    public const string HiddenText = "injection.hidden_text";
    public const string PromptLeak = "injection.prompt_leak";
    public const string Template = "injection.template";
    public const string Exfiltration = "injection.exfiltration";
    public const string ToolAbuse = "injection.tool_abuse";
    public const string MemoryPoisoning = "injection.memory_poisoning";
    public const string ImperativeInData = "injection.imperative_in_data";
    public const string KnownAttack = "injection.known_attack";
    public const string Obfuscated = "injection.obfuscated";
    public const string Model = "injection.model";

    /// <summary>All of them, in the order of their ids' meaning.</summary>
    public static IReadOnlyList<DetectorKind> All { get; } =
    [
        new(
            Override,
            "Override of instructions",
            Description: "Asks the model to set its instructions aside, or gives it others in their place."
        ),
        new(Jailbreak, "Jailbreak", Description: "Makes the model play somebody who has no limits, or switches its limits off."),
        new(HiddenText, "Hidden text", Description: "Characters or markup that a person does not see and a model reads."),
        new(PromptLeak, "Leak of the prompt", Description: "Asks for the system prompt or for what the model was told before."),
        new(
            Template,
            "Markers of a chat template",
            Description: "Marks of roles or turns that only the software around a model may write."
        ),
        new(Exfiltration, "Exfiltration", Description: "Sends what the model knows to an address, in a picture's or a link's query too."),
        new(
            ToolAbuse,
            "Abuse of tools",
            Description: "Approves calls of tools beforehand, runs them unasked, or has them destroy something."
        ),
        new(MemoryPoisoning, "Poisoning of memory", Description: "Has the model keep a rule or a privilege for later conversations."),
        new(
            ImperativeInData,
            "Instruction in data",
            Description: "A document or a tool's result speaks to the model as only a person may."
        ),
        new(KnownAttack, "Known attack", Description: "Shares most of its wording with an attack that is known."),
        new(Obfuscated, "Obfuscated attack", Description: "The attack shows once an encoding or a disguise is taken off."),
        new(Model, "Likely an attack", Description: "The trained model holds the wording for an attack, without one of the other reasons."),
    ];
}
