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
}

/// <summary>Requests that a protocol cannot carry. Another family may, so they do not end a call that has other deployments.</summary>
static class Refusals
{
    public static UpstreamException CannotTake(string param, string why) =>
        new(ErrorTable.UnsupportedByModel, Fault.Model, $"'{param}': {why}.") { UpstreamParam = param };

    public static UpstreamException Wrong(string param, string why) =>
        new(ErrorTable.InvalidRequest, Fault.Model, $"'{param}' {why}.") { UpstreamParam = param };
}
