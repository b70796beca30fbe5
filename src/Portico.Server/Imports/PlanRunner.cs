using System.Globalization;
using System.Text.Json.Nodes;
using Portico.Server.Verbs;

namespace Portico.Server.Imports;

/// <summary>
/// Makes what a plan says through the management API. What is there by its name already is left as it is and told, so that a run which was cut off is
/// repeated as a whole.
/// </summary>
sealed class PlanRunner(ApiClient api, bool approve, string organisation)
{
    readonly Dictionary<PlannedConnection, string> connections = [];
    readonly Dictionary<string, string> workspaces = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> useCases = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> people = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Secrets of keys that could not be kept, by the key's name.</summary>
    public List<(string Name, string Secret)> NewSecrets { get; } = [];

    /// <summary>Models without a price: where a budget of money applies, calls of them are refused.</summary>
    public List<string> Unpriced { get; } = [];
    public int Made { get; private set; }
    public int Found { get; private set; }

    public async Task RunAsync(ImportPlan plan, CancellationToken ct)
    {
        foreach (var connection in plan.Connections)
            connections[connection] = await FindOrMakeAsync(
                "/api/connections",
                c => Is(c, "name", connection.Name),
                BodyOf(connection),
                ct
            );
        foreach (var model in plan.Models)
            await MakeModelAsync(model, ct);
        foreach (var route in plan.Routes)
            await FindOrMakeAsync("/api/routes", r => Is(r, "name", route.Name), BodyOf(route), ct);
        if (plan.Keys.Count + plan.Workspaces.Count + plan.People.Count == 0)
            return;
        var house = await FindOrMakeAsync(
            "/api/organisations",
            o => Is(o, "name", organisation),
            new JsonObject { ["name"] = organisation },
            ct
        );
        foreach (var workspace in plan.Workspaces)
            await MetersAsync("workspace", await WorkspaceAsync(house, workspace.Name, ct), workspace.Meters, ct);
        foreach (var person in plan.People)
        {
            people[person.Email] = await FindOrMakeAsync(
                $"/api/people?organisation_id={house}",
                p => Is(p, "email", person.Email),
                new JsonObject
                {
                    ["organisation_id"] = house,
                    ["email"] = person.Email,
                    ["name"] = person.Name,
                },
                ct
            );
            await MetersAsync("person", people[person.Email], person.Meters, ct);
        }
        foreach (var key in plan.Keys)
            await MakeKeyAsync(house, key, ct);
    }

    static JsonObject BodyOf(PlannedConnection connection) =>
        new()
        {
            ["name"] = connection.Name,
            ["family"] = connection.Family,
            ["preset"] = connection.Preset,
            ["base_url"] = connection.BaseUrl,
            ["credential"] = connection.Credential?.Reveal(),
            ["headers"] = new JsonObject(connection.Headers.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value))),
        };

    static JsonObject BodyOf(PlannedRoute route) =>
        new()
        {
            ["name"] = route.Name,
            ["strategy"] = route.Strategy,
            ["targets"] = new JsonArray(route.Models.Select(m => (JsonNode)new JsonObject { ["model"] = m }).ToArray()),
            ["retries"] = route.Retries,
            ["max_attempts"] = Math.Min(20, (route.Retries + 1) * Math.Max(2, route.Models.Count)),
            ["timeout_ms"] = route.TimeoutMs,
        };

    static JsonObject BodyOf(PlannedPrice price, string modelId) =>
        new()
        {
            ["model_id"] = modelId,
            ["usd_per_mtok"] = Rates(price.PerMtok),
            ["usd_per_unit"] = Units(price.PerUnit),
            ["tier_above_input_tokens"] = price.TierAboveInputTokens,
            ["tier_usd_per_mtok"] = Rates(price.TierPerMtok),
            ["source"] = "LiteLLM configuration",
        };

    static JsonObject? Rates(IReadOnlyDictionary<string, decimal> usd) =>
        usd.Count == 0 ? null : new JsonObject(usd.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)Usd(r.Value))));

    static JsonObject? Units(IReadOnlyDictionary<string, decimal> usd)
    {
        if (Rates(usd) is not { } units)
            return null;
        if (usd.TryGetValue("image", out var image))
            units["image"] = new JsonObject { ["*"] = Usd(image) };
        return units;
    }

    async Task MakeModelAsync(PlannedModel model, CancellationToken ct)
    {
        var first = model.Deployments[0];
        var id = await FindOrMakeAsync(
            $"/api/models?name={Uri.EscapeDataString(model.Name)}",
            m => Is(m, "name", model.Name),
            new JsonObject
            {
                ["name"] = model.Name,
                ["embeddings"] = model.Embeddings ? true : null,
                ["context_tokens"] = model.ContextTokens,
                ["max_output_tokens"] = model.MaxOutputTokens,
                ["token_family"] = model.TokenFamily,
                ["base_model"] = model.BaseModel,
                ["connection_id"] = connections[first.Connection],
                ["upstream_model"] = first.Upstream,
                ["list_price"] = model.Price is null ? null : false,
                ["approve"] = approve,
                ["reason"] = approve ? "imported from LiteLLM" : null,
            },
            ct,
            "/api/models"
        );
        foreach (var deployment in model.Deployments)
        {
            var made = await FindOrMakeAsync(
                $"/api/deployments?model_id={id}",
                d => Is(d, "connection_id", connections[deployment.Connection]) && Is(d, "upstream_model", deployment.Upstream),
                new JsonObject
                {
                    ["model_id"] = id,
                    ["connection_id"] = connections[deployment.Connection],
                    ["upstream_model"] = deployment.Upstream,
                    ["weight"] = deployment.Weight,
                },
                ct,
                "/api/deployments"
            );
            if (deployment == first && deployment.Weight != 1)
                await api.SendAsync(
                    HttpMethod.Patch,
                    $"/api/deployments/{made}",
                    new JsonObject { ["weight"] = deployment.Weight },
                    "*",
                    ct
                );
        }
        if (model.Price is { } price)
            await FindOrMakeAsync($"/api/prices?model_id={id}", _ => true, BodyOf(price, id), ct, "/api/prices");
        else if (await FindAsync($"/api/prices?model_id={id}", _ => true, ct) is null)
            Unpriced.Add(model.Name);
    }

    async Task<string> WorkspaceAsync(string house, string name, CancellationToken ct)
    {
        if (workspaces.TryGetValue(name, out var known))
            return known;
        return workspaces[name] = await FindOrMakeAsync(
            $"/api/workspaces?organisation_id={house}",
            w => Is(w, "name", name),
            new JsonObject { ["organisation_id"] = house, ["name"] = name },
            ct,
            "/api/workspaces"
        );
    }

    async Task MakeKeyAsync(string house, PlannedKey key, CancellationToken ct)
    {
        var workspace = await WorkspaceAsync(house, key.Workspace, ct);
        if (!useCases.TryGetValue(workspace, out var useCase))
            useCases[workspace] = useCase = await FindOrMakeAsync(
                $"/api/use-cases?workspace_id={workspace}",
                u => Is(u, "name", "litellm"),
                new JsonObject
                {
                    ["workspace_id"] = workspace,
                    ["name"] = "litellm",
                    ["purpose"] = "Keys that came from LiteLLM",
                },
                ct,
                "/api/use-cases"
            );
        var body = new JsonObject
        {
            ["name"] = key.Name,
            ["use_case_id"] = useCase,
            ["person_id"] = key.Email is { } email ? people.GetValueOrDefault(email) : null,
            ["expires_at"] = key.ExpiresAt?.ToString("o", CultureInfo.InvariantCulture),
            ["allowed_routes"] = new JsonArray(key.Models.Select(m => (JsonNode)m).ToArray()),
            ["secret_sha256"] = key.Digest,
            ["secret_hint"] = key.Hint,
        };
        var id = await FindAsync($"/api/keys?use_case_id={useCase}", k => Is(k, "name", key.Name), ct);
        if (id is null)
        {
            var made = await api.PostAsync("/api/keys", body, ct);
            Made++;
            id = ApiClient.Text(made["key"]!["id"])!;
            if (ApiClient.Text(made["secret"]) is { } secret)
                NewSecrets.Add((key.Name, secret));
        }
        else
            Found++;
        await MetersAsync("key", id, key.Meters, ct);
        if (key.Blocked)
            await api.PostAsync($"/api/keys/{id}/disable", [], ct);
    }

    async Task MetersAsync(string scope, string id, IReadOnlyList<PlannedMeter> meters, CancellationToken ct)
    {
        foreach (var meter in meters)
        {
            var isMoney = meter.Unit == "usd";
            var kind = isMoney ? "budgets" : "limits";
            var body = new JsonObject
            {
                ["scope"] = scope,
                ["scope_id"] = id,
                ["window"] = meter.Window,
            };
            if (isMoney)
                body["limit_usd"] = Usd(meter.Amount);
            else
                (body["unit"], body["limit"]) = (meter.Unit, (long)meter.Amount);
            await FindOrMakeAsync(
                $"/api/{kind}?scope={scope}&scope_id={id}",
                m => Is(m["meter"]!, "window", meter.Window) && (isMoney || Is(m["meter"]!, "unit", meter.Unit)),
                body,
                ct,
                $"/api/{kind}"
            );
        }
    }

    /// <summary>The id of what a list has, or of what is made.</summary>
    async Task<string> FindOrMakeAsync(string list, Func<JsonNode, bool> isIt, JsonObject body, CancellationToken ct, string? at = null)
    {
        if (await FindAsync(list, isIt, ct) is { } id)
        {
            Found++;
            return id;
        }
        foreach (var absent in body.Where(m => m.Value is null).Select(m => m.Key).ToList())
            body.Remove(absent);
        var made = await api.PostAsync(at ?? list.Split('?')[0], body, ct);
        Made++;
        return ApiClient.Text(made["id"] ?? made["price"]?["id"])!;
    }

    async Task<string?> FindAsync(string list, Func<JsonNode, bool> isIt, CancellationToken ct)
    {
        string? cursor = null;
        do
        {
            var page = await api.GetAsync(
                $"{list}{(list.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=1000{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}",
                ct
            );
            if (page["items"]!.AsArray().FirstOrDefault(i => isIt(i!)) is { } found)
                return ApiClient.Text(found["id"] ?? found["meter"]?["id"] ?? found["price"]?["id"]);
            cursor = page["next"]?.GetValue<string>();
        } while (cursor is not null);
        return null;
    }

    static bool Is(JsonNode node, string member, string value) => ApiClient.Text(node[member]) == value;

    static string Usd(decimal amount) => amount.ToString("0.#########", CultureInfo.InvariantCulture);
}
