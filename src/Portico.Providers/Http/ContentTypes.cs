namespace Portico.Providers.Http;

/// <summary>What an answer says that it is. Looked at and not parsed: a parsed media type costs more than all other headers together.</summary>
static class ContentTypes
{
    const string EventStream = "text/event-stream";

    public static bool IsEventStream(HttpResponseMessage response)
    {
        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values))
            return false;
        var type = values.ToString().AsSpan().Trim();
        return type.StartsWith(EventStream, StringComparison.OrdinalIgnoreCase)
            && (type.Length == EventStream.Length || type[EventStream.Length..].TrimStart() is [';', ..]);
    }
}
