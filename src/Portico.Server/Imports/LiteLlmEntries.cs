using Portico.Core.Chat;
using YamlDotNet.RepresentationModel;

namespace Portico.Server.Imports;

/// <summary>Reads the entries of model_list (https://docs.litellm.ai/docs/proxy/configs).</summary>
sealed class LiteLlmEntries(
    ImportFile file,
    ImportPlan plan,
    Func<string, string?> environment,
    YamlMappingNode root,
    IReadOnlyList<string> named
)
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
        "aws_region_name",
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "vertex_project",
        "vertex_location",
        "vertex_credentials",
        "vertex_ai_project",
        "vertex_ai_location",
        "vertex_ai_credentials",
        "<<",
    };

    /// <summary>Members of model_info that are read, or say nothing that a model here has.</summary>
    static readonly HashSet<string> KnownInfo = new(StringComparer.Ordinal)
    {
        "mode",
        "base_model",
        "max_input_tokens",
        "max_output_tokens",
        "max_tokens",
        "id",
        "db_model",
        "<<",
    };

    static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["aws_role_name"] = "give the node that role, or the connection keys of it",
        ["aws_session_name"] = "give the node that role, or the connection keys of it",
        ["aws_profile_name"] = "give the connection a credential that names the profile",
        ["access_groups"] = "keys name the models that they may call",
        ["team_id"] = "approve the model for the workspaces that may call it",
        ["tags"] = "keys name the models that they may call",
        ["max_budget"] = "set a budget on the model",
        ["budget_duration"] = "set a budget on the model",
    };

    readonly LiteLlmPrices prices = new(file, plan);

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
            else
                found.AddRange(ReadAll(entry));
        return found;
    }

    IEnumerable<LiteLlmEntry> ReadAll(YamlMappingNode entry)
    {
        var group = file.Text(entry, "model_name");
        if (group is null)
            file.Wrong(entry, "model_name is missing.");
        if (file.Mapping(entry, "litellm_params") is not { } parameters)
        {
            file.Wrong(entry, "litellm_params is missing.");
            yield break;
        }
        if (Value(parameters, "model") is not { } model)
        {
            file.Wrong(parameters, "litellm_params.model is missing.");
            yield break;
        }
        if (group is null)
            yield break;
        foreach (
            var member in entry.Children.Keys.Where(k => k.ToString() is not ("model_name" or "litellm_params" or "model_info" or "<<"))
        )
            NotTaken(member, $"{member} of model {group}: it has no place here.");
        if (!LiteLlmWildcards.IsOne(group) && !LiteLlmWildcards.IsOne(model))
        {
            if (ReadOne(entry, group, model, parameters) is { } one)
                yield return one;
            yield break;
        }
        var taken = new List<string>();
        foreach (var name in named.Where(n => !IsListed(n)))
            if (
                LiteLlmWildcards.StarOf(group, name) is { } star
                && ReadOne(entry, name, model.Replace("*", star, StringComparison.Ordinal), parameters) is { } one
            )
            {
                taken.Add(name);
                yield return one;
            }
        // Its connection is of use without them: what it offers can be added.
        var connection = LiteLlmProviders.Find(model, file.Text(parameters, "custom_llm_provider")) is { } provider
            ? ConnectionOf(entry, provider.Prefix, provider.Provider, parameters)
            : null;
        NotTaken(
            entry,
            $"model {group} ({model}): names with * stand for every model of a provider; {(taken.Count == 0 ? "the files name none" : $"taken are those that the files name, {string.Join(", ", taken)}")}. Add the others that are meant{(connection is null ? "" : $" to the connection {connection.Name}")}."
        );
    }

    bool IsListed(string name) =>
        file.List(root, "model_list").OfType<YamlMappingNode>().Any(e => ImportFile.Find(e, "model_name")?.ToString() == name);

    LiteLlmEntry? ReadOne(YamlMappingNode entry, string group, string model, YamlMappingNode parameters)
    {
        var info = file.Mapping(entry, "model_info") ?? new YamlMappingNode();
        var mode = file.Text(info, "mode") ?? "chat";
        var provider = LiteLlmProviders.Find(model, file.Text(parameters, "custom_llm_provider"));
        string? why =
            group.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) ? "a name here has no spaces"
            : !LiteLlmProviders.Modes.TryGetValue(mode, out var kind) ? $"models of the mode {mode} are not served here"
            : provider is null ? "its provider has no family here"
            : !LiteLlmProviders.Serves(provider.Value.Provider.Family, kind)
                ? $"models of the mode {mode} are not served by the family {provider.Value.Provider.Family}"
            : null;
        if (why is not null)
        {
            NotTaken(entry, $"model {group} ({model}): {why}.");
            return null;
        }
        var (prefix, known, upstream) = provider!.Value;
        // All values before the first reason to stop: a file is told all its mistakes.
        var (weight, price) = (WeightOf(parameters), prices.Read(group, mode, parameters, info));
        var (context, output) = (Whole(info, "max_input_tokens"), Whole(info, "max_output_tokens"));
        if (ConnectionOf(entry, prefix, known, parameters) is not { } connection)
            return null;
        TellMembers(group, parameters, Known, "", "what a call does not say is left to the provider");
        TellMembers(group, info, KnownInfo, "model_info.", "the model's card says what it can");
        if (prefix == "sagemaker" && LiteLlmProviders.Modes[mode] == CallKind.Chat)
            plan.Changed.Add(
                $"model {group}: its endpoint is given messages, which the containers TGI, LMI and vLLM take, and not a prompt."
            );
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
            baseModel,
            price
        );
    }

    void TellMembers(string group, YamlMappingNode of, HashSet<string> known, string where, string reason)
    {
        foreach (var (key, _) in of.Children)
            if (!known.Contains(key.ToString()) && !LiteLlmPrices.IsPrice(key.ToString()))
                NotTaken(key, $"{where}{key} of model {group}: {Reasons.GetValueOrDefault(key.ToString(), reason)}.");
    }

    int? Whole(YamlMappingNode at, string member) => file.Number(at, member) is { } n and >= 1 and <= 100_000_000 ? (int)n : null;

    /// <summary>weight goes before rpm and tpm, which pick in proportion too (https://docs.litellm.ai/docs/proxy/load_balancing).</summary>
    int WeightOf(YamlMappingNode parameters)
    {
        var rpm = file.Number(parameters, "rpm");
        var tpm = file.Number(parameters, "tpm");
        return (int)Math.Clamp(file.Number(parameters, "weight") ?? rpm ?? tpm ?? 1, 1, 1_000_000);
    }

    PlannedConnection? ConnectionOf(YamlMappingNode entry, string prefix, LiteLlmProvider provider, YamlMappingNode parameters)
    {
        var shared = CredentialsOf(parameters);
        string? Of(string member) => Value(parameters, member) ?? (shared is null ? null : Value(shared, member));
        var url = Of("api_base") ?? Of("base_url");
        var missing = "api_base";
        if (url is not null)
            url = url.TrimEnd('/') + (url.TrimEnd('/').EndsWith(provider.Suffix, StringComparison.Ordinal) ? "" : provider.Suffix);
        else if (prefix == "azure")
            url = environment("AZURE_API_BASE");
        else
            (url, missing) = LiteLlmAddresses.Of(provider, Of, environment);
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            file.Wrong(
                entry,
                url is null
                    ? $"{missing} is missing: the address of {prefix} is not known without it."
                    : "api_base must be an http or https address."
            );
            return null;
        }
        string? credential;
        try
        {
            credential =
                LiteLlmAddresses.IsAws(provider) ? LiteLlmAddresses.AwsCredential(Of)
                : LiteLlmAddresses.IsVertex(provider) ? LiteLlmAddresses.VertexCredential(Of, environment)
                : Of("api_key") ?? provider.KeyVariables.Select(environment).FirstOrDefault(v => v is not null);
        }
        catch (FileNotFoundException e)
        {
            file.Wrong(entry, $"vertex_credentials: {e.Message}.");
            return null;
        }
        var preset = LiteLlmAddresses.IsVertex(provider) && credential is null ? "workload-identity" : provider.Preset;
        var headers = HeadersOf(parameters);
        if (Of("organization") is { } organization)
            headers["OpenAI-Organization"] = organization;
        var identity = string.Join('\n', [provider.Family, preset, url, credential, .. headers.Select(h => $"{h.Key}={h.Value}")]);
        if (connections.TryGetValue(identity, out var known))
            return known;
        var number = plan.Connections.Count(c =>
            c.Name == $"litellm-{prefix}" || c.Name.StartsWith($"litellm-{prefix}-", StringComparison.Ordinal)
        );
        var made = new PlannedConnection(
            number == 0 ? $"litellm-{prefix}" : $"litellm-{prefix}-{number + 1}",
            provider.Family,
            preset,
            url,
            credential is null ? null : new Secret(credential),
            headers
        );
        plan.Connections.Add(made);
        return connections[identity] = made;
    }

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
