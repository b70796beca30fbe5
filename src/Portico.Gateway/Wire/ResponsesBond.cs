namespace Portico.Gateway.Wire;

/// <summary>
/// What of a call cannot be carried over to another protocol, so that only a provider that has the Responses API itself can answer it. See
/// docs/decisions/0011-responses-pass-through.md.
/// </summary>
/// <param name="Fact">The first of it, with its place: <c>tools[0].type web_search</c>.</param>
/// <param name="Refusal">What the caller is told where no provider of that kind is left.</param>
/// <param name="Tools">The types of tools that are not the caller's own functions, each once.</param>
sealed record ResponsesBond(string Fact, PorticoException Refusal, IReadOnlyList<string> Tools);

/// <summary>Gathers what binds a call while its body is read.</summary>
sealed class ResponsesBonds
{
    List<string>? tools;
    string? fact;
    PorticoException? refusal;

    public ResponsesBond? Bond => fact is null ? null : new ResponsesBond(fact, refusal!, tools ?? (IReadOnlyList<string>)[]);

    /// <summary>A tool that the caller does not run by way of a function.</summary>
    public void Tool(string path, string type)
    {
        tools ??= [];
        if (!tools.Contains(type))
            tools.Add(type);
        Add(path, type, Hosted(path, type));
    }

    /// <summary>A choice of such a tool.</summary>
    public void Choice(string path, string type) => Add(path, type, Hosted(path, type));

    /// <summary>An item that other protocols have no word for.</summary>
    public void Item(string path, string type) => Add($"{path}.type", type, UnknownItem(path, type));

    void Add(string path, string type, PorticoException otherwise)
    {
        if (fact is not null)
            return;
        (fact, refusal) = ($"{path} {Json.Short(type)}", otherwise);
    }

    public static PorticoException UnknownItem(string path, string type) =>
        new(
            ErrorTable.UnsupportedByModel,
            $"'{path}.type' is '{Json.Short(type)}', which cannot be carried to other providers. Known: message, function_call, function_call_output, reasoning.",
            $"{path}.type"
        );

    /// <summary>To leave such a tool out would give another kind of answer than the caller counts on.</summary>
    static PorticoException Hosted(string path, string type) =>
        new(
            ErrorTable.UnsupportedByModel,
            $"'{path}' is '{Json.Short(type)}': tools that OpenAI runs itself are not carried here. Offer a tool of the type function.",
            path
        );
}
