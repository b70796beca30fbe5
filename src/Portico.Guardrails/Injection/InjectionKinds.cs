namespace Portico.Guardrails.Injection;

/// <summary>A kind of finding: its id, a title for people, and what it means.</summary>
public sealed record InjectionKind(string Id, string Title, string Description);

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
    public static IReadOnlyList<InjectionKind> All { get; } =
    [
        new(Override, "Override of instructions", "Asks the model to set its instructions aside, or gives it others in their place."),
        new(Jailbreak, "Jailbreak", "Makes the model play somebody who has no limits, or switches its limits off."),
        new(HiddenText, "Hidden text", "Characters or markup that a person does not see and a model reads."),
        new(PromptLeak, "Leak of the prompt", "Asks for the system prompt or for what the model was told before."),
        new(Template, "Markers of a chat template", "Marks of roles or turns that only the software around a model may write."),
        new(Exfiltration, "Exfiltration", "Sends what the model knows to an address, in a picture's or a link's query too."),
        new(ToolAbuse, "Abuse of tools", "Approves calls of tools beforehand, runs them unasked, or has them destroy something."),
        new(MemoryPoisoning, "Poisoning of memory", "Has the model keep a rule or a privilege for later conversations."),
        new(ImperativeInData, "Instruction in data", "A document or a tool's result speaks to the model as only a person may."),
        new(KnownAttack, "Known attack", "Shares most of its wording with an attack that is known."),
        new(Obfuscated, "Obfuscated attack", "The attack shows once an encoding or a disguise is taken off."),
        new(Model, "Likely an attack", "The trained model holds the wording for an attack, without one of the other reasons."),
    ];
}
