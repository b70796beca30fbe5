using System.Globalization;
using Portico.Guardrails;
using Portico.Observability;

namespace Portico.Gateway.Stages;

/// <summary>Where a text stands in a call, as a path in OpenAI's form: messages[2].content[0]. Written out when something is found there.</summary>
/// <param name="List">Of the call.</param>
/// <param name="Index">In it; null where there is one.</param>
/// <param name="Inner">Within that one; null = the text is that one.</param>
/// <param name="InnerIndex">In the inner list; null where there is one.</param>
readonly record struct TextPlace(string List, int? Index, string? Inner = null, int? InnerIndex = null)
{
    public TextPlace Of(string inner, int? index) => this with { Inner = inner, InnerIndex = index };

    public override string ToString() => Inner is null ? Member(List, Index) : $"{Member(List, Index)}.{Member(Inner, InnerIndex)}";

    static string Member(string name, int? index) => index is { } at ? string.Create(CultureInfo.InvariantCulture, $"{name}[{at}]") : name;

    public CallFinding Finding(LaneFinding found, TextChannel channel) =>
        new(
            found.Rule,
            found.Kind,
            Names.Of(channel),
            ToString(),
            found.Start,
            found.Length,
            (int)MathF.Round(found.Score * 100),
            Names.Of(found.Action),
            found.Digest
        );

    /// <summary>Channels and actions as policies and records name them.</summary>
    internal static class Names
    {
        public static string Of(TextChannel channel) =>
            (channel == TextChannel.Answer ? TextChannel.Output : channel).ToString().ToLowerInvariant();

        public static string Of(ContentAction action) => action.ToString().ToLowerInvariant();
    }
}
