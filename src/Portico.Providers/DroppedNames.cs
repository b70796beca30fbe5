using Portico.Core.Chat;

namespace Portico.Providers;

/// <summary>Names of fields that were left out, each once, in the order of finding.</summary>
sealed class DroppedNames
{
    readonly List<string> names = [];

    public IReadOnlyList<string> Names => names;

    public void Add(string name)
    {
        if (!names.Contains(name))
            names.Add(name);
    }

    public void AddAll(IReadOnlyList<string> more)
    {
        foreach (var name in more)
            Add(name);
    }

    /// <summary>The value where the scale of the protocol reaches so far, else its end; a caller who asked for more is told by the name.</summary>
    public double AtMost(double value, double end, string name)
    {
        if (value <= end)
            return value;
        Add(name);
        return end;
    }

    /// <summary>What the reader passed over, and the sampling of OpenAI that protocols of Anthropic's kind have no word for.</summary>
    public void AddWithoutWord(ChatRequest request)
    {
        AddAll(request.Unread);
        if (request.FrequencyPenalty is not (null or 0))
            Add("frequency_penalty");
        if (request.PresencePenalty is not (null or 0))
            Add("presence_penalty");
        if (request.Seed is not null)
            Add("seed");
        if (request.Logprobs)
            Add("logprobs");
        if (request.TopLogprobs is not null)
            Add("top_logprobs");
    }
}

/// <summary>Requests that a protocol cannot carry. Another family may, so they do not end a call that has other deployments.</summary>
static class Refusals
{
    public static UpstreamException CannotTake(string param, string why) =>
        new(ErrorTable.UnsupportedByModel, Fault.Model, $"'{param}': {why}.") { UpstreamParam = param };

    /// <summary>Fields would be lost, and the call is not to lose any. Another deployment may carry them.</summary>
    /// <exception cref="UpstreamException">There are such fields, and they are not to be left out.</exception>
    public static void Losses(bool refuse, IReadOnlyList<string> lost)
    {
        if (refuse && lost.Count > 0)
            throw new UpstreamException(
                ErrorTable.UnsupportedByModel,
                Fault.Model,
                $"The provider of this model has no word for {string.Join(", ", lost.Take(MostNamed).Select(n => $"'{n}'"))}{(lost.Count > MostNamed ? " and more" : "")}, and the route refuses to leave anything out. Leave it out, or use another model."
            )
            {
                UpstreamParam = lost[0],
            };
    }

    const int MostNamed = 8;

    public static UpstreamException Wrong(string param, string why) =>
        new(ErrorTable.InvalidRequest, Fault.Model, $"'{param}' {why}.") { UpstreamParam = param };
}
