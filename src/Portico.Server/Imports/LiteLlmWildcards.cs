using YamlDotNet.RepresentationModel;

namespace Portico.Server.Imports;

/// <summary>
/// Names with a star (https://docs.litellm.ai/docs/wildcard_routing) stand for every model of a provider. A model here is one that somebody has looked at, so of
/// them those are taken that the files name: in fallbacks, aliases, keys and teams.
/// </summary>
static class LiteLlmWildcards
{
    /// <summary>Words of LiteLLM for several models.</summary>
    static readonly string[] Words = ["all-proxy-models", "all-team-models", "no-default-models"];

    public static bool IsOne(string name) => name.Contains('*', StringComparison.Ordinal);

    /// <summary>What the star of a pattern stands for in a name; null where it does not fit.</summary>
    public static string? StarOf(string pattern, string name)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0 || name.Length < pattern.Length)
            return null;
        var (before, after) = (pattern[..star], pattern[(star + 1)..]);
        return name.StartsWith(before, StringComparison.Ordinal) && name.EndsWith(after, StringComparison.Ordinal)
            ? name[before.Length..^after.Length]
            : null;
    }

    /// <summary>Every name of a model that the files have beside model_list.</summary>
    public static IReadOnlyList<string> Named(YamlMappingNode config, IEnumerable<ImportFile> others)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var aliases = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (section, value) in config.Children)
            if (section.ToString() is "router_settings" or "litellm_settings" && value is YamlMappingNode settings)
                foreach (var (member, list) in settings.Children)
                {
                    if (member.ToString() is "fallbacks" or "default_fallbacks" or "model_group_alias")
                        Collect(list, names, withKeys: member.ToString() == "fallbacks");
                    if (member.ToString() == "model_group_alias" && list is YamlMappingNode pairs)
                        aliases.UnionWith(pairs.Children.Keys.Select(k => k.ToString()));
                }
        foreach (var file in others)
            if (file.Root is { } root)
                CollectModels(root, names);
        return names.Except(aliases, StringComparer.Ordinal).Where(n => !IsOne(n) && !Words.Contains(n, StringComparer.Ordinal)).ToList();
    }

    static void Collect(YamlNode node, SortedSet<string> names, bool withKeys)
    {
        switch (node)
        {
            case YamlScalarNode { Value: { Length: > 0 } value }:
                names.Add(value);
                break;
            case YamlSequenceNode list:
                foreach (var child in list.Children)
                    Collect(child, names, withKeys);
                break;
            case YamlMappingNode mapping:
                foreach (var (key, value) in mapping.Children)
                {
                    if (withKeys)
                        names.Add(key.ToString());
                    Collect(value, names, withKeys);
                }
                break;
        }
    }

    /// <summary>The lists under models, wherever they stand.</summary>
    static void CollectModels(YamlNode node, SortedSet<string> names)
    {
        if (node is YamlSequenceNode list)
            foreach (var child in list.Children)
                CollectModels(child, names);
        else if (node is YamlMappingNode mapping)
            foreach (var (key, value) in mapping.Children)
                if (key.ToString() == "models" && value is YamlSequenceNode models)
                    Collect(models, names, withKeys: false);
                else
                    CollectModels(value, names);
    }
}
