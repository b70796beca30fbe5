using Microsoft.OpenApi;

namespace Portico.Server;

/// <summary>
/// What answers alone are made of has every member, null or not, since nothing is left out when an answer is written. The generator cannot know that: it takes a
/// member for optional when a request might leave it out.
/// </summary>
static class AnswerSchemas
{
    public static void MarkRequired(OpenApiDocument document)
    {
        if (document.Components?.Schemas is not { } schemas)
            return;
        var operations = document.Paths.Values.SelectMany(p => p.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>()).ToList();
        var asked = Named(schemas, operations.SelectMany(o => o.RequestBody?.Content?.Values ?? []).Select(c => c.Schema));
        var answered = Named(
            schemas,
            operations
                .SelectMany(o => o.Responses ?? [])
                .Where(r => r.Key != "default")
                .SelectMany(r => r.Value.Content?.Values ?? [])
                .Select(c => c.Schema)
        );
        foreach (var name in answered.Except(asked))
            if (schemas[name] is OpenApiSchema { Properties: { Count: > 0 } members } schema)
                schema.Required = members.Keys.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The names of all schemas that some lead to.</summary>
    static HashSet<string> Named(IDictionary<string, IOpenApiSchema> schemas, IEnumerable<IOpenApiSchema?> from)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<IOpenApiSchema?>(from);
        while (open.TryPop(out var schema))
        {
            if (schema is OpenApiSchemaReference { Reference.Id: { } id })
            {
                if (names.Add(id))
                    open.Push(schemas.TryGetValue(id, out var named) ? named : null);
                continue;
            }
            if (schema is not OpenApiSchema plain)
                continue;
            open.Push(plain.Items);
            open.Push(plain.AdditionalProperties);
            foreach (var part in (plain.Properties?.Values ?? []).Concat(plain.AllOf ?? []).Concat(plain.AnyOf ?? []).Concat(plain.OneOf ?? []))
                open.Push(part);
        }
        return names;
    }
}
