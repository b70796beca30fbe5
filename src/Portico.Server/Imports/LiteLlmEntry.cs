using YamlDotNet.RepresentationModel;

namespace Portico.Server.Imports;

/// <summary>One entry of model_list that can be taken, with its values out of the environment.</summary>
sealed record LiteLlmEntry(
    string Group,
    string Canonical,
    PlannedConnection Connection,
    string Upstream,
    int Weight,
    bool Embeddings,
    int? ContextTokens,
    int? MaxOutputTokens,
    string? TokenFamily,
    PlannedPrice? Price
);

/// <summary>Reads the entries of model_list (https://docs.litellm.ai/docs/proxy/configs).</summary>
sealed class LiteLlmEntries(ImportFile file, ImportPlan plan, Func<string, string?> environment, YamlMappingNode root)
{
    const string FromEnvironment = "os.environ/";

    /// <summary>Members of litellm_params that are read here; the rest is what every call would get, which a route does not have.</summary>
    static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "model",
        "api_key",
        "api_base",
        "base_url",
        "api_version",
        "organization",
        "extra_headers",
        "custom_llm_provider",
        "litellm_credential_name",
        "rpm",
        "tpm",
        "weight",
        "input_cost_per_token",
        "output_cost_per_token",
        "aws_region_name",
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "<<",
    };

    readonly Dictionary<string, PlannedConnection> connections = new(StringComparer.Ordinal);

    public List<LiteLlmEntry> Read()
    {
        var found = new List<LiteLlmEntry>();
        var list = file.List(root, "model_list");
        if (list.Count == 0)
            file.Wrong(root, "model_list is missing or empty.");
        foreach (var node in list)
            if (node is not YamlMappingNode entry)
                file.Wrong(node, "An entry of model_list must be a mapping.");
            else if (ReadOne(entry) is { } one)
                found.Add(one);
        return found;
    }

    LiteLlmEntry? ReadOne(YamlMappingNode entry)
    {
        var group = file.Text(entry, "model_name");
        if (group is null)
            file.Wrong(entry, "model_name is missing.");
        if (file.Mapping(entry, "litellm_params") is not { } parameters)
        {
            file.Wrong(entry, "litellm_params is missing.");
            return null;
        }
        if (Value(parameters, "model") is not { } model)
        {
            file.Wrong(parameters, "litellm_params.model is missing.");
            return null;
        }
        if (group is null)
            return null;
        var info = file.Mapping(entry, "model_info") ?? new YamlMappingNode();
        var mode = file.Text(info, "mode") ?? "chat";
        string? why =
            group.Contains('*', StringComparison.Ordinal) || model.Contains('*', StringComparison.Ordinal)
                ? "names with * stand for every model of a provider; add the models that are meant"
            : group.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) ? "a name here has no spaces"
            : mode is not ("chat" or "completion" or "embedding" or "responses") ? $"models of the mode {mode} are not served here"
            : null;
        var provider = why is null ? LiteLlmProviders.Find(model, file.Text(parameters, "custom_llm_provider")) : null;
        why ??= provider is null ? "its provider has no family here" : null;
        if (why is not null)
        {
            NotTaken(entry, $"model {group} ({model}): {why}.");
            return null;
        }
        var (prefix, known, upstream) = provider!.Value;
        // All values before the first reason to stop: a file is told all its mistakes.
        var (weight, price) = (WeightOf(parameters), PriceOf(parameters) ?? PriceOf(info));
        var (context, output) = (Whole(info, "max_input_tokens"), Whole(info, "max_output_tokens"));
        if (ConnectionOf(entry, prefix, known, parameters) is not { } connection)
            return null;
        foreach (var (key, _) in parameters.Children)
            if (!Known.Contains(key.ToString()))
                NotTaken(key, $"{key} of model {group}: what a call does not say is left to the provider.");
        var baseModel = file.Text(info, "base_model")?.Split('/')[^1];
        return new LiteLlmEntry(
            group,
            baseModel ?? (prefix == "azure" ? group : upstream),
            connection,
            upstream,
            weight,
            mode == "embedding",
            context,
            output,
            baseModel ?? (prefix == "azure" ? group : null),
            price
        );
    }

    int? Whole(YamlMappingNode at, string member) => file.Number(at, member) is { } n and >= 1 and <= 100_000_000 ? (int)n : null;

    /// <summary>weight goes before rpm and tpm, which pick in proportion too (https://docs.litellm.ai/docs/proxy/load_balancing).</summary>
    int WeightOf(YamlMappingNode parameters)
    {
        var rpm = file.Number(parameters, "rpm");
        var tpm = file.Number(parameters, "tpm");
        return (int)Math.Clamp(file.Number(parameters, "weight") ?? rpm ?? tpm ?? 1, 1, 1_000_000);
    }

    PlannedPrice? PriceOf(YamlMappingNode at)
    {
        var input = file.Number(at, "input_cost_per_token");
        var output = file.Number(at, "output_cost_per_token");
        return input is null && output is null ? null : new PlannedPrice((input ?? 0) * 1_000_000, (output ?? 0) * 1_000_000);
    }

    PlannedConnection? ConnectionOf(YamlMappingNode entry, string prefix, LiteLlmProvider provider, YamlMappingNode parameters)
    {
        var shared = CredentialsOf(parameters);
        string? Of(string member) => Value(parameters, member) ?? (shared is null ? null : Value(shared, member));
        var region = Of("aws_region_name") ?? environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION");
        var url = Of("api_base") ?? Of("base_url");
        url =
            url is not null
                ? url.TrimEnd('/') + (url.TrimEnd('/').EndsWith(provider.Suffix, StringComparison.Ordinal) ? "" : provider.Suffix)
            : prefix == "azure" ? environment("AZURE_API_BASE")
            : prefix == "bedrock" ? (region is null ? null : $"https://bedrock-runtime.{region}.amazonaws.com")
            : provider.Url;
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            file.Wrong(
                entry,
                url is null
                    ? $"{(prefix == "bedrock" ? "aws_region_name" : "api_base")} is missing: the address of {prefix} is not known without it."
                    : "api_base must be an http or https address."
            );
            return null;
        }
        var credential =
            prefix == "bedrock" ? AwsOf(Of) : Of("api_key") ?? provider.KeyVariables.Select(environment).FirstOrDefault(v => v is not null);
        var headers = HeadersOf(parameters);
        if (Of("organization") is { } organization)
            headers["OpenAI-Organization"] = organization;
        var identity = string.Join('\n', [provider.Family, provider.Preset, url, credential, .. headers.Select(h => $"{h.Key}={h.Value}")]);
        if (connections.TryGetValue(identity, out var known))
            return known;
        var number = plan.Connections.Count(c =>
            c.Name == $"litellm-{prefix}" || c.Name.StartsWith($"litellm-{prefix}-", StringComparison.Ordinal)
        );
        var made = new PlannedConnection(
            number == 0 ? $"litellm-{prefix}" : $"litellm-{prefix}-{number + 1}",
            provider.Family,
            provider.Preset,
            url,
            credential is null ? null : new Secret(credential),
            headers
        );
        plan.Connections.Add(made);
        return connections[identity] = made;
    }

    static string? AwsOf(Func<string, string?> of) =>
        of("aws_access_key_id") is { } id && of("aws_secret_access_key") is { } secret
            ? $"{id}:{secret}{(of("aws_session_token") is { } token ? ":" + token : "")}"
            : of("api_key");

    SortedDictionary<string, string> HeadersOf(YamlMappingNode parameters)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in (file.Mapping(parameters, "extra_headers") ?? new YamlMappingNode()).Children)
            if (value is YamlScalarNode { Value: { } text })
                headers[key.ToString()] = Resolve(value, text) ?? "";
        return headers;
    }

    YamlMappingNode? CredentialsOf(YamlMappingNode parameters)
    {
        if (file.Text(parameters, "litellm_credential_name") is not { } wanted)
            return null;
        var found = file.List(root, "credential_list")
            .OfType<YamlMappingNode>()
            .FirstOrDefault(c => ImportFile.Find(c, "credential_name")?.ToString() == wanted);
        if (found is null)
            file.Wrong(ImportFile.Find(parameters, "litellm_credential_name")!, $"credential_list has no '{wanted}'.");
        return found is null ? null : file.Mapping(found, "credential_values");
    }

    string? Value(YamlMappingNode at, string member) =>
        file.Text(at, member) is { } text ? Resolve(ImportFile.Find(at, member)!, text) : null;

    /// <summary>os.environ/NAME stands for the variable's value.</summary>
    string? Resolve(YamlNode at, string text)
    {
        if (!text.StartsWith(FromEnvironment, StringComparison.Ordinal))
            return text;
        var name = text[FromEnvironment.Length..];
        if (environment(name) is { } value)
            return value;
        file.Wrong(at, $"{name} is not set in this environment.");
        return null;
    }

    void NotTaken(YamlNode at, string text) => plan.NotTaken.Add($"line {at.Start.Line}: {text}");
}
