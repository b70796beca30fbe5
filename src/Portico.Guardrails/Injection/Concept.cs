namespace Portico.Guardrails.Injection;

/// <summary>What words of attacks mean, whatever the language: a bit each, in the order of <see cref="ConceptWords"/>.</summary>
enum Concept
{
    Override,
    Prior,
    All,
    Instructions,
    Prompt,
    Reveal,
    Maker,
    Model,
    Persona,
    Unlimited,
    Without,
    Limits,
    Refuse,
    Mode,
    Now,
    New,
    Duty,
    Hidden,
    Send,
    Tool,
    Approve,
    Delete,
    Remember,
    Always,
    Admin,
    Address,
    Secrecy,
    Respond,
    You,
    User,
    Mention,
    Trust,
    Data,
    Important,
    Question,
    Named,
    Obey,
    Harm,
    Mine,
    Not,
    Ask,
    Answer,
    Fetch,
}

/// <summary>Sets of concepts.</summary>
static class Concepts
{
    public static ulong Bit(Concept concept) => 1UL << (int)concept;

    public static ulong Of(params ReadOnlySpan<Concept> concepts)
    {
        ulong bits = 0;
        foreach (var concept in concepts)
            bits |= Bit(concept);
        return bits;
    }
}
