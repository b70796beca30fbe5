using Portico.Gateway.Wire;

namespace Portico.Gateway.Stages;

/// <summary>
/// What tools that a provider runs can cost within a call: each call of one has a charge, and what they read fills the context, which nobody can count before.
/// docs/decisions/0011-responses-pass-through.md says how it is held.
/// </summary>
static class ToolHold
{
    /// <summary>Tools that the caller runs: the provider reads nothing for them and charges nothing.</summary>
    static readonly string[] OfCaller = ["custom", "local_shell", "computer", "computer_use_preview", "apply_patch"];

    /// <summary>Tools that a provider runs without a charge of their own (https://platform.openai.com/docs/pricing#built-in-tools).</summary>
    static readonly string[] Free = ["mcp", "tool_search"];

    /// <summary>The provider reads for the call: its input may become the whole window.</summary>
    public static bool Reads(ResponsesRequest? asked) => asked?.Bond is { Tools.Count: > 0 } bond && bond.Tools.Any(IsRunThere);

    /// <summary>What calls of tools can cost; null when it is not known, with the reason.</summary>
    public static long? WorstNanoUsd(ResponsesRequest asked, Price price, out string? lack)
    {
        lack = null;
        var dearest = 0L;
        string? charged = null;
        foreach (var tool in asked.Bond!.Tools)
        {
            if (!IsRunThere(tool) || Free.Contains(tool))
                continue;
            if (RateOf(tool, price.Units) is not { } rate)
            {
                lack = $"its price has no rate for a tool of the type {Json.Short(tool)}";
                return null;
            }
            if (rate > dearest)
                (dearest, charged) = (rate, tool);
        }
        if (charged is null)
            return 0;
        if (asked.MaxToolCalls is { } most)
            return checked(dearest * most);
        lack = $"without 'max_tool_calls' nobody knows how often {Json.Short(charged)} is called";
        return null;
    }

    static bool IsRunThere(string tool) => !OfCaller.Contains(tool);

    static long? RateOf(string tool, UnitRates? units) =>
        tool.StartsWith("web_search", StringComparison.Ordinal) ? units?.WebSearch
        : tool == "file_search" ? units?.FileSearch
        : tool == "code_interpreter" ? units?.Container
        : tool == "image_generation" ? units?.ImageOf(null)
        : null;
}
