using System.Collections.Frozen;
using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico models add, offered, approve, quarantine, retire: how a model comes, who may call it, how it goes.</summary>
static class ModelApprovalVerbs
{
    static readonly Argument<string> Name = new("name") { Description = "The model, as callers name it." };
    static readonly Option<string> Connection = new("--connection")
    {
        Description = "The connection that serves it: its name or conn_….",
        Required = true,
    };
    static readonly Option<string?> Upstream = new("--upstream")
    {
        Description = "The provider's name for it; the model's own by default.",
    };
    static readonly Option<bool> ApproveNow = new("--approve") { Description = "Let all workspaces call it at once." };
    static readonly Option<string?> Workspace = new("--workspace")
    {
        Description = "One workspace alone: its name or ws_…; all by default.",
    };
    static readonly Option<string> For = new Option<string>("--purpose")
    {
        Description = "any, development or production.",
        DefaultValueFactory = _ => "any",
    }.OneOf("any", "development", "production");
    static readonly Option<string?> Reason = new("--reason") { Description = "Why; kept with the decision." };

    public static IEnumerable<Command> Commands() =>
        [
            ApiClient.AddTo(
                new Command("add", "Add a model that a connection serves; it waits in quarantine.")
                {
                    Name,
                    Connection,
                    Upstream,
                    ApproveNow,
                    Reason,
                }.Runs(AddAsync)
            ),
            ApiClient.AddTo(
                new Command("offered", "What a connection offers, with what is known of it.") { Connection }.Runs(OfferedAsync)
            ),
            ApiClient.AddTo(
                new Command("approve", "Let workspaces call a model.") { Name, Workspace, For, Reason }.Runs(
                    (p, ct) => DecideAsync(p, "approve", ct)
                )
            ),
            ApiClient.AddTo(
                new Command("quarantine", "Take a model from workspaces until it is approved.") { Name, Workspace, Reason }.Runs(
                    (p, ct) => DecideAsync(p, "quarantine", ct)
                )
            ),
            ApiClient.AddTo(
                new Command("retire", "Take a model from workspaces because its time is over.") { Name, Workspace, Reason }.Runs(
                    (p, ct) => DecideAsync(p, "retire", ct)
                )
            ),
        ];

    static async Task<int> AddAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject
        {
            ["name"] = parsed.GetValue(Name),
            ["connection_id"] = await IdAsync(api, "connections", "connection", parsed.GetValue(Connection)!, ct),
            ["approve"] = parsed.GetValue(ApproveNow),
        };
        if (parsed.GetValue(Upstream) is { } upstream)
            body["upstream_model"] = upstream;
        if (parsed.GetValue(Reason) is { } reason)
            body["reason"] = reason;
        var made = await api.PostAsync("/api/models", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine(
                made["state"]!.GetValue<string>() == "approved"
                    ? $"{made["name"]} is approved for all workspaces."
                    : $"{made["name"]} is in quarantine. Look at it with '{Verb.Program} models card {made["name"]}', then let it be called: '{Verb.Program} models approve {made["name"]}'."
            );
        return 0;
    }

    static async Task<int> OfferedAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var id = await IdAsync(api, "connections", "connection", parsed.GetValue(Connection)!, ct);
        var page = await api.GetAsync($"/api/connections/{id}/offered?limit=1000", ct);
        if (!api.IsJson && page["items"]!.AsArray().Count == 0)
        {
            Console.WriteLine(
                $"{parsed.GetValue(Connection)} offers no models that can be called. Where you know a name, add it: '{Verb.Program} models add NAME --connection {parsed.GetValue(Connection)}'."
            );
            return 0;
        }
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("CONTEXT", r => ApiClient.Text(r["context_tokens"])),
            ("MAX OUTPUT", r => ApiClient.Text(r["max_output_tokens"])),
            ("IN $/M", r => ApiClient.Text(r["input_usd_per_mtok"])),
            ("OUT $/M", r => ApiClient.Text(r["output_usd_per_mtok"])),
            ("LICENCE", r => ApiClient.Text(r["licence"])),
            ("RETIRES", r => ApiClient.Text(r["retires_on"])),
            ("IN THE HUB", r => r["model_id"] is null ? "no" : "yes")
        );
        var family = (await api.GetAsync($"/api/connections/{id}", ct))["family"]?.GetValue<string>();
        if (!api.IsJson && Notes.GetValueOrDefault(family ?? "") is { } note)
            Console.WriteLine($"\n{note}");
        return 0;
    }

    /// <summary>What the lists of some providers do not tell.</summary>
    static readonly FrozenDictionary<string, string> Notes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["azure-openai"] =
            "Azure lists what may be deployed on the resource. A call names a deployment: 'models add NAME --connection CONNECTION --upstream DEPLOYMENT'.",
        ["vertex"] =
            "Vertex AI lists the catalogue of Google and Anthropic; what the project may call is decided in Model Garden. Open models and tuned ones are added by name.",
        ["bedrock"] =
            "Bedrock lists its catalogue; the account may still have to ask for a model. Imported models and application profiles are added by their ARN.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static async Task<int> DecideAsync(ParseResult parsed, string action, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var name = parsed.GetValue(Name)!;
        var model = await ModelsVerb.IdOfAsync(api, name, ct);
        var body = new JsonObject();
        if (parsed.GetValue(Workspace) is { } workspace)
            body["workspace_id"] = await IdAsync(api, "workspaces", "workspace", workspace, ct);
        if (action == "approve")
            body["purpose"] = parsed.GetValue(For);
        if (parsed.GetValue(Reason) is { } reason)
            body["reason"] = reason;
        var made = await api.PostAsync($"/api/models/{model}/{action}", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine(
                $"{name} is {made["state"]} for {(parsed.GetValue(Workspace) is { } one ? $"workspace {one}" : "all workspaces")}"
                    + (action == "approve" && parsed.GetValue(For) is var purpose and not "any" ? $", {purpose} alone." : ".")
            );
        return 0;
    }

    /// <summary>The id of a thing by its name or its id.</summary>
    static async Task<string> IdAsync(ApiClient api, string nouns, string noun, string text, CancellationToken ct)
    {
        var found = (await api.GetAsync($"/api/{nouns}?limit=1000", ct))["items"]!
            .AsArray()
            .Where(r => r!["id"]!.GetValue<string>() == text || r["name"]!.GetValue<string>() == text)
            .ToList();
        return found.Count switch
        {
            1 => found[0]!["id"]!.GetValue<string>(),
            0 => throw Verb.Mistake($"There is no {noun} '{text}'."),
            _ => throw Verb.Mistake(
                $"{found.Count} {nouns} are named '{text}'. Give the id:\n" + string.Join('\n', found.Select(r => $"  {r!["id"]}"))
            ),
        };
    }
}
