using YamlDotNet.RepresentationModel;

namespace Portico.Server.Imports;

/// <summary>
/// Prices that an entry has of its own, in litellm_params or model_info, by the names of LiteLLM's table (https://docs.litellm.ai/docs/proxy/custom_pricing): USD
/// a token, a search, a character, a second, an image. Those without a place in a price are told.
/// </summary>
sealed class LiteLlmPrices(ImportFile file, ImportPlan plan)
{
    const decimal Million = 1_000_000;

    static readonly (string Name, string Part)[] Tokens =
    [
        ("input_cost_per_token", "input"),
        ("output_cost_per_token", "output"),
        ("cache_read_input_token_cost", "cache_read"),
        ("cache_creation_input_token_cost", "cache_write"),
        ("cache_creation_input_token_cost_above_1hr", "cache_write_long"),
        ("output_cost_per_reasoning_token", "reasoning"),
        ("input_cost_per_audio_token", "audio_input"),
        ("output_cost_per_audio_token", "audio_output"),
        ("input_cost_per_image_token", "image_input"),
        ("output_cost_per_image_token", "image_output"),
    ];

    /// <summary>By the mode of a model: another one is billed by nothing of the kind.</summary>
    static readonly (string Mode, string Name, string Part, decimal Count)[] Units =
    [
        ("rerank", "input_cost_per_query", "search", 1),
        ("audio_speech", "input_cost_per_character", "million_characters", Million),
        ("audio_transcription", "input_cost_per_second", "audio_minute", 60),
        ("image_generation", "output_cost_per_image", "image", 1),
        ("image_generation", "input_cost_per_image", "image", 1),
        ("image_edit", "output_cost_per_image", "image", 1),
        ("image_edit", "input_cost_per_image", "image", 1),
    ];

    /// <summary>Says whether a member is a price, taken or not.</summary>
    public static bool IsPrice(string member) =>
        member.Contains("_cost_per_", StringComparison.Ordinal)
        || member.Contains("_token_cost", StringComparison.Ordinal)
        || member == "cost_per_second";

    public PlannedPrice? Read(string group, string mode, params IReadOnlyList<YamlMappingNode> from)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        decimal? Of(string name)
        {
            read.Add(name);
            return from.Select(at => file.Number(at, name)).FirstOrDefault(n => n is not null);
        }

        var tokens = TokensOf(Of, "");
        var bound = from.SelectMany(at => at.Children.Keys).Select(k => BoundOf(k.ToString())).OfType<long>().DefaultIfEmpty(0).Min();
        var tier = bound > 0 ? TokensOf(Of, $"_above_{bound / 1_000}k_tokens") : [];
        var units = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (_, name, part, count) in Units.Where(u => u.Mode == mode))
            if (Of(name) is { } usd)
                units.TryAdd(part, usd * count);
        foreach (var (key, _) in from.SelectMany(at => at.Children))
            if (IsPrice(key.ToString()) && read.Add(key.ToString()))
                plan.NotTaken.Add($"line {key.Start.Line}: {key} of model {group}: {WhyNot(key.ToString(), mode)}.");
        if (tokens.Count + units.Count == 0)
            return null;
        // One of the two stands for a price whose other half is nothing.
        if (tokens.ContainsKey("input") != tokens.ContainsKey("output") && units.Count == 0)
            tokens.TryAdd(tokens.ContainsKey("input") ? "output" : "input", 0);
        return new PlannedPrice(tokens, units, tier.Count > 0 ? bound : null, tier);
    }

    static Dictionary<string, decimal> TokensOf(Func<string, decimal?> of, string suffix)
    {
        var found = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (name, part) in Tokens)
            if (of(name + suffix) is { } usd)
                found[part] = usd * Million;
        return found;
    }

    static long? BoundOf(string name)
    {
        const string Begin = "input_cost_per_token_above_";
        const string End = "k_tokens";
        return
            name.StartsWith(Begin, StringComparison.Ordinal)
            && name.EndsWith(End, StringComparison.Ordinal)
            && long.TryParse(name[Begin.Length..^End.Length], out var thousands)
            && thousands > 0
            ? thousands * 1_000
            : null;
    }

    static string WhyNot(string name, string mode) =>
        name is "cost_per_second" or "input_cost_per_second" or "output_cost_per_second"
        && mode is not ("audio_transcription" or "audio_speech")
            ? "a price has no place for the time that a call runs; give the model one by token or by request"
            : "a price has no place for it";
}
