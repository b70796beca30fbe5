using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Tenants;

/// <summary>A place in a request where an id stands.</summary>
/// <param name="Operation">Of the description.</param>
/// <param name="In">path, query or body.</param>
/// <param name="Path">The name of a parameter; of a body, the way to the member: <c>grants[].place</c>.</param>
/// <param name="Prefix">The kind of id that stands there, <c>ws</c>.</param>
sealed record IdField(ApiOperation Operation, string In, string Path, string Prefix)
{
    public override string ToString() => $"{Operation}, {In} {Path}";
}

/// <summary>Finds the fields of the description that hold ids of tenants.</summary>
static class IdFields
{
    /// <summary>Names of fields and parameters whose kind their schema does not say, with the kind of id that stands there.</summary>
    static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["organisation_id"] = "org",
        ["workspace_id"] = "ws",
        ["use_case_id"] = "uc",
        ["key_id"] = "key",
        ["person_id"] = "person",
        ["admin_token_id"] = "admin",
        ["call_id"] = "call",
        ["break_glass"] = "person",
        ["budget_id"] = "budget",
        // Whichever of them: the strictest is a workspace.
        ["scope_id"] = "ws",
        ["place"] = "ws",
        ["person"] = "person",
        // Of a policy: the strictest is a workspace.
        ["level"] = "ws",
    };

    /// <summary>What <c>{id}</c> is in an address, by the noun before it.</summary>
    static readonly Dictionary<string, string> OfNoun = new(StringComparer.Ordinal)
    {
        ["organisations"] = "org",
        ["workspaces"] = "ws",
        ["use-cases"] = "uc",
        ["people"] = "person",
        ["accounts"] = "person",
        ["keys"] = "key",
        ["admin-tokens"] = "admin",
        ["budgets"] = "budget",
        ["limits"] = "limit",
        ["budget-requests"] = "ask",
        ["policy-requests"] = "polreq",
        ["use-case-approvals"] = "uc",
        ["calls"] = "call",
        ["batches"] = "batch",
        ["model-rules"] = "rule",
        ["views"] = "view",
        ["certificates"] = "cert",
        ["policies"] = "ws",
        ["reveals"] = "reveal",
        ["holds"] = "hold",
        ["subject-requests"] = "subject",
        ["policy-replays"] = "replay",
        ["finding-reviews"] = "review",
    };

    /// <summary>Things of the platform, which are nobody's: their ids are no secret of a tenant. Each with what it is.</summary>
    static readonly Dictionary<string, string> NotOfATenant = new(StringComparer.Ordinal)
    {
        ["connection_id"] = "a connection",
        ["deployment_id"] = "a deployment",
        ["model_id"] = "a model",
        ["connections"] = "a connection",
        ["deployments"] = "a deployment",
        ["prices"] = "a price",
        ["reratings"] = "a run over the calls of all",
        ["audit"] = "an act or a log of all",
        ["models"] = "a model",
        ["hub"] = "a model",
        ["guardrails"] = "a set of models, brought by who sees all; one of a workspace is out of sight elsewhere",
        ["routes"] = "a route, whose names calls say",
        ["roles"] = "a role by its name",
        ["identity-providers"] = "who lets people in, set up by who sees all",
        ["scim-tokens"] = "what a directory keeps people with, set up by who sees all",
        ["workloads"] = "a service whose tokens are taken, set up by who sees all",
        ["client_id"] = "this Portico at an identity provider",
        ["course_id"] = "a course by its name",
        ["learning"] = "a course by its name, or an exercise of who asks",
        ["keyring"] = "a key, seen by who may see all",
        ["key-destructions"] = "a destruction of a key, decided by who may see all",
        ["courses"] = "a course by its name",
        ["assignments"] = "what somebody is to learn, set by who sees all",
        ["access-rules"] = "what must be learned, set by who sees all",
        ["of"] = "one of the counts of the budget in the address",
        ["deployment"] = "a deployment of a route that is drafted",
    };

    /// <summary>Every field of an operation that holds an id.</summary>
    /// <exception cref="ShouldAssertException">One of which nothing is known here.</exception>
    public static IEnumerable<IdField> Of(ApiDocument document, ApiOperation operation)
    {
        foreach (var parameter in operation.Parameters)
        {
            var (name, place) = (parameter.Text("name"), parameter.Text("in"));
            // A number beside an id.
            if (place == "path" && name is "version" or "number")
                continue;
            if (place == "path")
            {
                var noun = operation.Pattern.Split('/')[2];
                if (KindOf(operation, place, noun, OfNoun) is { } kind)
                    yield return new IdField(operation, place, name, kind);
            }
            else if (place == "query" && IsId(name, parameter["schema"]) && KindOf(operation, place, name, Known) is { } kind)
                yield return new IdField(operation, place, name, kind);
        }
        if (operation.Body["requestBody"]?["content"]?["application/json"]?["schema"] is { } body)
            foreach (var (path, name) in Members(document, body, "", []))
                if (KindOf(operation, "body", name, Known) is { } kind)
                    yield return new IdField(operation, "body", path, kind);
    }

    static string? KindOf(ApiOperation operation, string place, string name, Dictionary<string, string> known) =>
        known.TryGetValue(name, out var kind) ? kind
        : NotOfATenant.ContainsKey(name) ? null
        : throw new ShouldAssertException(
            $"{operation} takes '{name}' in its {place}, which may be an id of another workspace. Say in {nameof(IdFields)} of which kind it is (Known, or OfNoun for an address) and have {nameof(TwoTenants)} make one in both workspaces; or name it in NotOfATenant with the reason."
        );

    static IEnumerable<(string Path, string Name)> Members(ApiDocument document, JsonNode schema, string at, HashSet<string> above)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference && !above.Add(reference))
            yield break;
        var resolved = document.Resolve(schema);
        foreach (var choice in resolved["oneOf"]?.AsArray() ?? [])
        foreach (var found in Members(document, choice!, at, [.. above]))
            yield return found;
        if (resolved["items"] is { } items)
            foreach (var found in Members(document, items, at + "[]", [.. above]))
                yield return found;
        foreach (var (name, member) in resolved["properties"]?.AsObject() ?? [])
        {
            var path = at.Length == 0 ? name : $"{at}.{name}";
            if (IsId(name, member) || (member is not null && IsId(name, document.Resolve(member))))
                yield return (path, name);
            else if (member is not null)
                foreach (var found in Members(document, member, path, [.. above]))
                    yield return found;
        }
    }

    /// <summary>By the form that an id has, or by its name.</summary>
    static bool IsId(string name, JsonNode? schema) =>
        schema?["pattern"] is { } pattern && Regex.IsMatch(pattern.GetValue<string>(), "^\\^[a-z]+_\\[")
        || name.EndsWith("_id", StringComparison.Ordinal)
        || name is "of" or "place" or "person" or "deployment" or "level";
}
