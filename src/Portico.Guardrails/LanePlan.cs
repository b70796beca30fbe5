using Portico.Guardrails.Detection;

namespace Portico.Guardrails;

/// <summary>What runs over the texts of a channel: made once for a screen, so that a text costs no choice.</summary>
sealed class LanePlan
{
    public LanePlan(TextChannel channel, Screen.Compiled[] rules, IDetector[] detectors, IJudge[] judges)
    {
        Channel = channel;
        Rules = Array.FindAll(rules, r => (r.Rule.Channels & channel) != TextChannel.None);
        Detectors = Array.FindAll(detectors, d => Array.Exists(Rules, r => r.WantsSome(d.Kinds)));
        Judges = Array.FindAll(judges, j => j.Reads(channel) && Array.Exists(Rules, r => r.WantsSome(j.Kinds)));
        DetectorsOf = Array.ConvertAll(Rules, r => IndexesOf(Detectors, d => r.WantsSome(d.Kinds)));
        // An automaton wants to know whether a word goes on from the character before.
        LookBehind = Detectors.Select(d => d.LookBehind).Append(1).Max();
    }

    public TextChannel Channel { get; }
    public Screen.Compiled[] Rules { get; }
    public IDetector[] Detectors { get; }
    public IJudge[] Judges { get; }

    /// <summary>For each rule the detectors that find kinds of it.</summary>
    public int[][] DetectorsOf { get; }
    public int LookBehind { get; }

    static int[] IndexesOf<T>(T[] items, Predicate<T> which) => Enumerable.Range(0, items.Length).Where(i => which(items[i])).ToArray();
}
