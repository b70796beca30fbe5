using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Content;

/// <summary>The classes that the classifier of content tells.</summary>
public static class ContentKinds
{
    public const string Hate = "content.hate";
    public const string Harassment = "content.harassment";
    public const string Violence = "content.violence";
    public const string Sexual = "content.sexual";
    public const string SelfHarm = "content.self_harm";
    public const string Illicit = "content.illicit";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DetectorKind> All { get; } =
    [
        new(Hate, "Hate", Description: "Contempt for people for what they are: origin, religion, sex, health."),
        new(Harassment, "Harassment", Description: "Insults, threats and bullying of a person."),
        new(Violence, "Violence", Description: "Glorifies or depicts violence."),
        new(Sexual, "Sexual content", Description: "Meant to arouse, or depicts sexual acts."),
        new(SelfHarm, "Self-harm", Description: "Speaks of hurting oneself, or asks for ways to."),
        new(Illicit, "Illicit help", Description: "Asks for help with crimes, weapons, fraud, intrusion or lies that harm."),
    ];
}
