using System.Runtime.CompilerServices;

namespace Portico.Guardrails.Injection;

/// <summary>How strongly each kind of rule was met, in the order of <see cref="InjectionRules.Kinds"/>.</summary>
struct RuleHits
{
    /// <summary>Kinds that rules find.</summary>
    public const int Kinds = 7;

    Strengths strengths;

    public readonly float this[int kind] => strengths[kind];

    /// <summary>Of all kinds.</summary>
    public readonly float Strongest
    {
        get
        {
            var most = 0f;
            foreach (var strength in strengths)
                most = Math.Max(most, strength);
            return most;
        }
    }

    public void Put(int kind, float strength) => strengths[kind] = Math.Max(strengths[kind], strength);

    public void Put(in RuleHits other)
    {
        for (var kind = 0; kind < Kinds; kind++)
            Put(kind, other[kind]);
    }

    [InlineArray(Kinds)]
    struct Strengths
    {
        float first;
    }
}
