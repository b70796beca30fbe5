using Portico.Gateway.Responses;

namespace Portico.Gateway.Wire;

/// <summary>
/// What of a call cannot be carried over to another protocol, so that only a provider that has the Responses API itself can answer it. See
/// docs/decisions/0011-responses-pass-through.md.
/// </summary>
/// <param name="Fact">The first of it, with its place: <c>tools[0].type web_search</c>.</param>
/// <param name="Refusal">What the caller is told where no provider of that kind is left; null where nothing binds but a place.</param>
/// <param name="Tools">The types of tools that are not the caller's own functions, each once.</param>
sealed record ResponsesBond(string Fact, PorticoException? Refusal, IReadOnlyList<string> Tools)
{
    /// <summary>Where alone the call can be answered, because a provider thought there; null = wherever this API is.</summary>
    public Place? Place { get; init; }
}

/// <summary>Gathers what binds a call while its body is read.</summary>
sealed class ResponsesBonds
{
    List<string>? tools;
    string? fact;
    PorticoException? refusal;
    (string By, Place Place)? bound;

    public ResponsesBond? Bond =>
        (fact ?? bound?.By) is { } first
            ? new ResponsesBond(first, refusal, tools ?? (IReadOnlyList<string>)[]) { Place = bound?.Place }
            : null;

    /// <summary>What was read of a call's body, and what was found behind it of what the call continues.</summary>
    public ResponsesBond? With(ResponsesBond? read) => read is null ? Bond : read with { Place = bound?.Place };

    /// <summary>Something that a provider said at a place.</summary>
    /// <exception cref="PorticoException">Something else was said at another account.</exception>
    public void At(string by, Place place)
    {
        if (bound is { } other && other.Place.Connection != place.Connection)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"'{other.By}' and '{by}' were thought at two accounts of providers, of which neither can read the other's: send one of them.",
                by
            );
        // What was said last is where it goes on.
        bound = (bound?.By ?? by, place);
    }

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
