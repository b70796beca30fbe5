using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers;

/// <summary>What the families whose protocols name tools by a JSON schema write alike.</summary>
static class ToolForms
{
    /// <summary>The schema of a tool's parameters, required and of an object there; OpenAI lets both be left out.</summary>
    public static void WriteSchema(Utf8JsonWriter json, JsonElement? parameters)
    {
        if (parameters is { ValueKind: JsonValueKind.Object } schema && schema.TryGetProperty("type"u8, out _))
        {
            schema.WriteTo(json);
            return;
        }
        json.WriteStartObject();
        json.WriteString("type"u8, "object"u8);
        if (parameters is { ValueKind: JsonValueKind.Object } open)
        {
            foreach (var member in open.EnumerateObject())
                member.WriteTo(json);
        }
        else
        {
            json.WriteStartObject("properties"u8);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>Where a protocol cannot name one tool: the choice of it is the choice among that one alone.</summary>
    /// <exception cref="UpstreamException">It is none of the tools.</exception>
    public static IReadOnlyList<ToolDefinition> Chosen(ChatRequest r)
    {
        if (r.ToolChoice is not { Mode: ToolChoiceMode.Named, Name: var name })
            return r.Tools;
        var tools = r.Tools.Where(t => t.Name == name).ToList();
        return tools.Count > 0 ? tools : throw Refusals.Wrong("tool_choice", $"names '{name}', which is none of the tools");
    }

    /// <summary>Members that callers added and the protocol knows, as they are; the others are left out and named.</summary>
    public static void WriteExtras(Utf8JsonWriter json, ChatRequest r, IReadOnlyList<string> native, DroppedNames dropped)
    {
        foreach (var (name, value) in r.Extra)
        {
            if (!native.Contains(name, StringComparer.Ordinal))
            {
                dropped.Add(name);
                continue;
            }
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}
