using System.Text.Json.Nodes;

namespace Portico.Governance.Identity.Scim;

/// <summary>One operation of a patch.</summary>
/// <param name="Does">add, replace or remove.</param>
/// <param name="Path">Null = the resource itself.</param>
/// <param name="Value">What is added or put in place.</param>
sealed record ScimOperation(string Does, string? Path, JsonNode? Value);

/// <summary>
/// Patches (RFC 7644, 3.5.2), also as Microsoft Entra ID and Okta send them: operations in capitals, names with dots in a value without a path, elements to remove in the
/// value (https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility,
/// https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20/).
/// </summary>
static class ScimPatch
{
    public const string Schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    const int MaxOperations = 1_000;

    /// <summary>Set by this side alone.</summary>
    static readonly string[] ReadOnly = ["id", "meta", "schemas", "groups"];

    /// <exception cref="PorticoException">It is no patch: invalidSyntax, invalidValue or noTarget.</exception>
    public static IReadOnlyList<ScimOperation> Read(JsonObject body)
    {
        if (
            ScimPath.Member(body, "schemas") is not JsonArray schemas
            || !schemas.Any(s =>
                s is JsonValue v && v.TryGetValue<string>(out var urn) && urn.Equals(Schema, StringComparison.OrdinalIgnoreCase)
            )
        )
            throw ScimErrors.Bad(ScimErrors.InvalidSyntax, $"schemas must hold {Schema}.");
        if (ScimPath.Member(body, "Operations") is not JsonArray { Count: > 0 and <= MaxOperations } list)
            throw ScimErrors.Bad(ScimErrors.InvalidSyntax, $"Operations must be a list of 1 to {MaxOperations}.");
        return list.Select(Read).ToList();
    }

    static ScimOperation Read(JsonNode? node)
    {
        if (node is not JsonObject operation)
            throw ScimErrors.Bad(ScimErrors.InvalidSyntax, "An operation must be an object.");
        var does = Text(ScimPath.Member(operation, "op"))?.ToLowerInvariant();
        if (does is not ("add" or "replace" or "remove"))
            throw ScimErrors.Bad(ScimErrors.InvalidSyntax, "op must be add, replace or remove.");
        var path = ScimPath.Member(operation, "path");
        if (path is not null && Text(path) is null)
            throw ScimErrors.Bad(ScimErrors.InvalidPath, "path must be a text.");
        var value = ScimPath.Member(operation, "value");
        if (does == "remove" && Text(path) is not { Length: > 0 })
            throw ScimErrors.Bad(ScimErrors.NoTarget, "remove needs a path.");
        if (does != "remove" && value is null && Text(path) is not { Length: > 0 })
            throw ScimErrors.Bad(ScimErrors.InvalidValue, $"{does} without a path needs a value.");
        return new ScimOperation(does, Text(path) is { Length: > 0 } text ? text : null, value);
    }

    /// <exception cref="PorticoException">invalidPath, invalidValue, noTarget, mutability.</exception>
    public static void Apply(JsonObject resource, ScimOperation operation)
    {
        if (operation.Path is { } path)
            ApplyAt(resource, operation, path);
        else if (operation.Value is JsonObject members)
            foreach (var (name, value) in members.ToList())
                ApplyMember(resource, operation, name, value);
        else
            throw ScimErrors.Bad(ScimErrors.InvalidValue, "Without a path the value must be an object.");
    }

    static void ApplyMember(JsonObject resource, ScimOperation operation, string name, JsonNode? value)
    {
        // Okta repeats the id of the resource in the value.
        if (ReadOnly.Contains(name, StringComparer.OrdinalIgnoreCase))
            return;
        if (ScimPath.IsExtension(name) && value is JsonObject extension)
            foreach (var (inner, of) in extension.ToList())
                ApplyAt(resource, operation with { Value = of }, $"{name}:{inner}");
        else
            ApplyAt(resource, operation with { Value = value }, name);
    }

    static void ApplyAt(JsonObject resource, ScimOperation operation, string text)
    {
        var (path, filter, sub) = ScimFilterReader.ReadPath(text);
        if (path.Extension is null && ReadOnly.Contains(path.Name, StringComparer.OrdinalIgnoreCase))
            throw ScimErrors.Bad(ScimErrors.Mutability, $"{path.Name} cannot be set.");
        var holder = path.HolderIn(resource);
        if (holder is null)
        {
            if (operation.Does == "remove")
                return;
            resource[path.Extension!] = holder = [];
        }
        var key = ScimPath.KeyIn(holder, path.Name);
        if (filter is not null)
            ApplyToElements(holder, key, filter, sub, operation);
        else if (path.Sub is { } inner)
            ApplyInside(holder, key, inner, operation);
        else
            ApplyWhole(holder, key, operation);
    }

    static void ApplyWhole(JsonObject holder, string key, ScimOperation operation)
    {
        var old = holder[key];
        switch (operation.Does)
        {
            // Entra names the elements to remove in the value.
            case "remove" when operation.Value is not null && old is JsonArray list:
                foreach (var gone in AsList(operation.Value))
                    RemoveWhere(list, e => IsSame(e, gone));
                if (list.Count == 0)
                    holder.Remove(key);
                break;
            case "remove":
                holder.Remove(key);
                break;
            case "add" when old is JsonArray list:
                foreach (var element in AsList(operation.Value))
                    if (!list.Any(e => IsSame(e, element)))
                        list.Add(element?.DeepClone());
                break;
            case "add" or "replace" when old is JsonObject into && operation.Value is JsonObject members:
                foreach (var (name, value) in members)
                    into[ScimPath.KeyIn(into, name)] = value?.DeepClone();
                break;
            default:
                if (operation.Value is null)
                    holder.Remove(key);
                else
                    holder[key] = operation.Value.DeepClone();
                break;
        }
    }

    static void ApplyInside(JsonObject holder, string key, string inner, ScimOperation operation)
    {
        if (holder[key] is JsonArray list)
        {
            foreach (var element in list.OfType<JsonObject>())
                Set(element, inner, operation);
            return;
        }
        if (holder[key] is not JsonObject into)
        {
            if (operation.Does == "remove")
                return;
            if (holder[key] is not null)
                throw ScimErrors.Bad(ScimErrors.InvalidPath, $"{key} has nothing inside.");
            holder[key] = into = [];
        }
        Set(into, inner, operation);
    }

    static void ApplyToElements(JsonObject holder, string key, ScimFilter filter, string? sub, ScimOperation operation)
    {
        if (holder[key] is not (null or JsonArray))
            throw ScimErrors.Bad(ScimErrors.InvalidPath, $"{key} is no list.");
        var list = holder[key] as JsonArray ?? [];
        var fitting = list.OfType<JsonObject>().Where(filter.Fits).ToList();
        if (operation.Does == "remove")
        {
            if (sub is not null)
                fitting.ForEach(e => Set(e, sub, operation));
            else
                RemoveWhere(list, e => e is JsonObject of && fitting.Contains(of));
            return;
        }
        if (fitting.Count == 0)
        {
            // RFC 7644, 3.5.2.3: nothing to replace is an error. An add makes the element that the filter describes, as Entra expects.
            if (operation.Does == "replace" || Described(filter) is not { } made)
                throw ScimErrors.Bad(ScimErrors.NoTarget, $"No element of {key} fits the filter of the path.");
            if (holder[key] is null)
                holder[key] = list;
            list.Add(made);
            fitting.Add(made);
        }
        foreach (var element in fitting)
            if (sub is not null)
                Set(element, sub, operation);
            else if (operation.Value is JsonObject members)
                foreach (var (name, value) in members)
                    element[ScimPath.KeyIn(element, name)] = value?.DeepClone();
            else
                throw ScimErrors.Bad(ScimErrors.InvalidValue, $"An element of {key} is an object.");
    }

    /// <summary>The element that a filter of equalities alone describes.</summary>
    static JsonObject? Described(ScimFilter filter) =>
        filter switch
        {
            ScimFilter.Compare { Operator: ScimOperator.Equal, Path: { Extension: null, Sub: null } path, Value: string text } =>
                new JsonObject { [path.Name] = text },
            ScimFilter.Compare { Operator: ScimOperator.Equal, Path: { Extension: null, Sub: null } path, Value: bool truth } =>
                new JsonObject { [path.Name] = truth },
            ScimFilter.And both when Described(both.Left) is { } left && Described(both.Right) is { } right => Joined(left, right),
            _ => null,
        };

    static JsonObject Joined(JsonObject left, JsonObject right)
    {
        foreach (var (name, value) in right)
            left[name] = value?.DeepClone();
        return left;
    }

    static void Set(JsonObject into, string name, ScimOperation operation)
    {
        var key = ScimPath.KeyIn(into, name);
        if (operation.Does == "remove" || operation.Value is null)
            into.Remove(key);
        else
            into[key] = operation.Value.DeepClone();
    }

    static void RemoveWhere(JsonArray list, Func<JsonNode?, bool> isGone)
    {
        for (var i = list.Count - 1; i >= 0; i--)
            if (isGone(list[i]))
                list.RemoveAt(i);
    }

    internal static IReadOnlyList<JsonNode?> AsList(JsonNode? value) => value is JsonArray list ? [.. list] : [value];

    /// <summary>Elements are the same when their values are; those without one when they are equal.</summary>
    static bool IsSame(JsonNode? left, JsonNode? right) =>
        left is JsonObject l && right is JsonObject r && ScimPath.Member(l, "value") is { } a && ScimPath.Member(r, "value") is { } b
            ? JsonNode.DeepEquals(a, b)
            : JsonNode.DeepEquals(left, right);

    internal static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
