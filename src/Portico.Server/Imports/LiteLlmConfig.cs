using YamlDotNet.RepresentationModel;

namespace Portico.Server.Imports;

/// <summary>
/// Plans what a configuration of LiteLLM's proxy becomes: a group of deployments under one name is a model, or a route over models where they differ; routes
/// carry fallbacks, aliases, retries and the time-out (https://docs.litellm.ai/docs/proxy/configs, …/proxy/reliability, …/routing).
/// </summary>
sealed class LiteLlmConfig(ImportFile file, ImportPlan plan, YamlMappingNode root)
{
    const int DefaultRetries = 2;
    const int MaxRetries = 5;
    const int MaxTimeoutSeconds = 3_600;

    /// <summary>Sections and members that are read; whatever else stands there is told as not taken.</summary>
    static readonly Dictionary<string, string[]> Read = new(StringComparer.Ordinal)
    {
        ["model_list"] = [],
        ["credential_list"] = [],
        ["environment_variables"] = [],
        ["router_settings"] = ["routing_strategy", "fallbacks", "default_fallbacks", "model_group_alias", "num_retries", "timeout"],
        ["litellm_settings"] = ["fallbacks", "default_fallbacks", "num_retries", "request_timeout"],
        ["general_settings"] = [],
    };

    static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["master_key"] = "the management API has admin tokens of its own",
        ["database_url"] = "give keys, teams and users with --keys, --teams and --users",
        ["context_window_fallbacks"] = "a route's context policy decides what happens to a call that does not fit",
        ["content_policy_fallbacks"] = "a filtered answer is an answer",
        ["cache"] = "set cache_seconds on the routes that may answer twice alike",
        ["drop_params"] = "fields without a word at the provider are dropped or refused, and named in x-portico-dropped-fields",
        ["allowed_fails"] = "a deployment that fails five times in a row is left alone for a growing time",
        ["cooldown_time"] = "a deployment that fails five times in a row is left alone for a growing time",
        ["max_budget"] = "set a budget on the organisation",
        ["redis_host"] = "nodes share their database and nothing else",
        ["redis_port"] = "nodes share their database and nothing else",
        ["redis_password"] = "nodes share their database and nothing else",
    };

    public void Plan(IReadOnlyList<LiteLlmEntry> entries)
    {
        var groups = entries
            .GroupBy(e => e.Group, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => Models([.. g]), StringComparer.Ordinal);
        var router = file.Mapping(root, "router_settings") ?? new YamlMappingNode();
        var settings = file.Mapping(root, "litellm_settings") ?? new YamlMappingNode();
        var strategy = StrategyOf(router);
        var retries = (int)
            Math.Min(MaxRetries, file.Number(router, "num_retries") ?? file.Number(settings, "num_retries") ?? DefaultRetries);
        var timeout = (int)(
            1_000 * Math.Min(MaxTimeoutSeconds, file.Number(router, "timeout") ?? file.Number(settings, "request_timeout") ?? 0)
        );
        var fallbacks = FallbacksOf(router, settings, groups.Keys);
        var standing = strategy != "weighted" || retries != DefaultRetries || timeout != 0;
        foreach (var (group, models) in groups)
        {
            var behind = fallbacks.GetValueOrDefault(group) ?? [];
            if (models.Count > 1 || behind.Count > 0 || standing)
                AddRoute(
                    group,
                    models,
                    behind.SelectMany(b => groups[b]).ToList(),
                    behind.Count > 0 ? "ordered" : strategy,
                    retries,
                    timeout
                );
        }
        foreach (var (alias, target) in Pairs(router, "model_group_alias"))
            if (target is YamlScalarNode { Value: { } name } && groups.TryGetValue(name, out var models))
                AddRoute(alias, models, [], strategy, retries, timeout);
            else
                file.Wrong(target, $"model_group_alias: model_list has no '{target}' that could be taken.");
        TellTheRest();
    }

    void AddRoute(string name, IReadOnlyList<string> models, IReadOnlyList<string> behind, string strategy, int retries, int timeoutMs)
    {
        plan.Routes.Add(
            new PlannedRoute(name, strategy, models.Concat(behind).Distinct(StringComparer.Ordinal).ToList(), retries, timeoutMs)
        );
        if (behind.Count > 0 && plan.Models.Where(m => models.Contains(m.Name, StringComparer.Ordinal)).Sum(m => m.Deployments.Count) > 1)
            plan.Changed.Add($"route {name}: it has fallbacks, so its deployments are tried in their order and not by weight.");
    }

    /// <summary>The models of a group: one, when everything behind it is the same model.</summary>
    List<string> Models(IReadOnlyList<LiteLlmEntry> group)
    {
        var kinds = group.GroupBy(e => e.Canonical, StringComparer.Ordinal).ToList();
        var names = new List<string>();
        foreach (var kind in kinds)
        {
            var first = kind.First();
            var name = kinds.Count == 1 ? first.Group : $"{first.Group}/{kind.Key}";
            plan.Models.Add(
                new PlannedModel(
                    name,
                    first.Embeddings,
                    kind.Select(e => e.BaseModel).FirstOrDefault(b => b is not null),
                    kind.Select(e => e.ContextTokens).FirstOrDefault(t => t is not null),
                    kind.Select(e => e.MaxOutputTokens).FirstOrDefault(t => t is not null),
                    kind.Select(e => e.TokenFamily).FirstOrDefault(t => t is not null),
                    kind.Select(e => e.Price).FirstOrDefault(p => p is not null),
                    Weighed(kind).ToList()
                )
            );
            names.Add(name);
        }
        if (kinds.Count > 1)
            plan.Changed.Add(
                $"{group[0].Group} stands for {kinds.Count} models; each is a model here, and {group[0].Group} a route over them."
            );
        return names;
    }

    /// <summary>Weights from 1 to 1,000 in proportion.</summary>
    static IEnumerable<PlannedDeployment> Weighed(IEnumerable<LiteLlmEntry> entries)
    {
        var list = entries.ToList();
        var most = list.Max(e => e.Weight);
        return list.DistinctBy(e => (e.Connection, e.Upstream))
            .Select(e => new PlannedDeployment(
                e.Connection,
                e.Upstream,
                most <= 1_000 ? e.Weight : (int)Math.Max(1, (long)e.Weight * 1_000 / most)
            ));
    }

    string StrategyOf(YamlMappingNode router)
    {
        var name = file.Text(router, "routing_strategy") ?? "simple-shuffle";
        var known = name switch
        {
            "simple-shuffle" => "weighted",
            "least-busy" => "least_busy",
            "latency-based-routing" => "least_latency",
            "cost-based-routing" => "least_cost",
            _ => null,
        };
        if (known is null)
            plan.Changed.Add($"routing_strategy {name} has no equal here: deployments are picked by weight.");
        return known ?? "weighted";
    }

    Dictionary<string, List<string>> FallbacksOf(YamlMappingNode router, YamlMappingNode settings, IReadOnlyCollection<string> groups)
    {
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var at in new[] { settings, router })
        {
            foreach (var node in file.List(at, "fallbacks"))
                if (node is not YamlMappingNode pair)
                    file.Wrong(node, "fallbacks must hold pairs of a name and a list of names.");
                else
                    foreach (var (from, to) in pair.Children)
                        if (Known(from, groups))
                            found[from.ToString()] = Names(to, groups);
            if (ImportFile.Find(at, "default_fallbacks") is { } all)
                foreach (var group in groups.Where(g => !found.ContainsKey(g)))
                    found[group] = Names(all, groups).FindAll(n => n != group);
        }
        return found;
    }

    List<string> Names(YamlNode list, IReadOnlyCollection<string> groups) =>
        list is YamlSequenceNode names ? names.Children.Where(n => Known(n, groups)).Select(n => n.ToString()).ToList() : [];

    /// <summary>A name that was left out of model_list for a reason is told there; any other is a mistake of the file.</summary>
    bool Known(YamlNode name, IReadOnlyCollection<string> groups)
    {
        if (groups.Contains(name.ToString()))
            return true;
        var listed = file.List(root, "model_list")
            .OfType<YamlMappingNode>()
            .Select(e => ImportFile.Find(e, "model_name")?.ToString())
            .Any(n => n == name.ToString() || (n is not null && LiteLlmWildcards.StarOf(n, name.ToString()) is not null));
        if (listed)
            plan.NotTaken.Add($"line {name.Start.Line}: fallback to {name}: that model is not taken.");
        else
            file.Wrong(name, $"fallbacks: model_list has no '{name}'.");
        return false;
    }

    IEnumerable<(string Name, YamlNode Value)> Pairs(YamlMappingNode at, string member) =>
        file.Mapping(at, member)?.Children.Select(p => (p.Key.ToString(), p.Value)) ?? [];

    void TellTheRest()
    {
        foreach (var (section, value) in root.Children)
        {
            var name = section.ToString();
            if (!Read.TryGetValue(name, out var known))
            {
                if (name == "include")
                    file.Wrong(section, "include is not followed: give the whole configuration in one file.");
                else
                    plan.NotTaken.Add($"line {section.Start.Line}: {name}: it has no place here.");
                continue;
            }
            if (name.EndsWith("_settings", StringComparison.Ordinal) && value is YamlMappingNode members)
                foreach (var member in members.Children.Keys.Where(k => !known.Contains(k.ToString(), StringComparer.Ordinal)))
                    plan.NotTaken.Add(
                        $"line {member.Start.Line}: {name}.{member}: {Reasons.GetValueOrDefault(member.ToString(), "it has no place here")}."
                    );
        }
    }
}
