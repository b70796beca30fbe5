using System.Text.Json;
using Portico.Core;

namespace Portico.Providers.OpenAi;

/// <summary>
/// What tools of the provider did, counted by the items of the output (https://platform.openai.com/docs/pricing#built-in-tools): a search of the web is
/// charged where it searches and not where it opens a page that it found, a container once however often code runs in it.
/// </summary>
sealed class OpenAiToolCalls
{
    readonly HashSet<string> containers = new(StringComparer.Ordinal);
    long web;
    long files;
    long images;
    string? imageClass;

    /// <summary>The usage with these calls in it.</summary>
    public Usage In(in Usage usage) =>
        usage with
        {
            WebSearches = web,
            FileSearches = files,
            Containers = containers.Count,
            Images = images,
            ImageClass = imageClass,
        };

    /// <summary>Counts those of another item too.</summary>
    public void Add(OpenAiToolCalls other)
    {
        containers.UnionWith(other.containers);
        (web, files, images) = (web + other.web, files + other.files, images + other.images);
        imageClass = other.imageClass ?? imageClass;
    }

    /// <summary>Reads an item to its end and counts it; null stays null where it is none that is charged.</summary>
    /// <param name="r">Stands at the brace that opens it.</param>
    /// <param name="calls">What was counted so far.</param>
    /// <returns>It is a call of a function.</returns>
    public static bool Read(ref Utf8JsonReader r, ref OpenAiToolCalls? calls)
    {
        string? type = null,
            action = null,
            container = null,
            quality = null,
            size = null;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            if (r.ValueTextEquals("type"u8))
                type = Text(ref r);
            else if (r.ValueTextEquals("container_id"u8))
                container = Text(ref r);
            else if (r.ValueTextEquals("quality"u8))
                quality = Text(ref r);
            else if (r.ValueTextEquals("size"u8))
                size = Text(ref r);
            else if (r.ValueTextEquals("action"u8))
                action = Action(ref r);
            else
                r.Skip();
        switch (type)
        {
            case "web_search_call" when action is null or "search":
                (calls ??= new OpenAiToolCalls()).web++;
                break;
            case "file_search_call":
                (calls ??= new OpenAiToolCalls()).files++;
                break;
            case "code_interpreter_call":
                (calls ??= new OpenAiToolCalls()).containers.Add(container ?? "");
                break;
            case "image_generation_call":
                calls ??= new OpenAiToolCalls();
                calls.images++;
                calls.imageClass = ClassOf(quality, size);
                break;
            default:
                break;
        }
        return type == "function_call";
    }

    /// <summary>As requests name it; what the provider chose itself is told by neither word.</summary>
    static string? ClassOf(string? quality, string? size) =>
        string.Join(' ', new[] { quality, size }.Where(w => w is { Length: > 0 and <= 32 } and not "auto")) is { Length: > 0 } said
            ? said
            : null;

    static string? Action(ref Utf8JsonReader r)
    {
        r.Read();
        if (r.TokenType != JsonTokenType.StartObject)
        {
            r.Skip();
            return null;
        }
        string? type = null;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            if (r.ValueTextEquals("type"u8))
                type = Text(ref r);
            else
                r.Skip();
        return type;
    }

    static string? Text(ref Utf8JsonReader r)
    {
        r.Read();
        if (r.TokenType == JsonTokenType.String)
            return r.GetString();
        r.Skip();
        return null;
    }
}
