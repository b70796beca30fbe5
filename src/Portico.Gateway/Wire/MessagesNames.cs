using System.Text.Json;

namespace Portico.Gateway.Wire;

/// <summary>Names and numbers of Anthropic's form.</summary>
static class MessagesNames
{
    public static string MessageId(ModelCall call) => "msg_" + call.Context.Record.Id.ToString()["call_".Length..];

    /// <summary>The id of a tool call to which the provider gave none: unique over the turns of a conversation.</summary>
    public static string ToolId(ModelCall call, int index) => $"toolu_{call.Context.Record.Id.ToString()["call_".Length..]}_{index}";

    /// <summary>Disjoint parts in Anthropic's, which are disjoint too (https://platform.claude.com/docs/en/api/messages).</summary>
    public static void WriteUsage(Utf8JsonWriter json, in Usage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, usage.Input + usage.AudioInput + usage.ImageInput);
        json.WriteNumber("cache_creation_input_tokens"u8, usage.CacheWrite + usage.CacheWriteLong);
        json.WriteNumber("cache_read_input_tokens"u8, usage.CacheRead);
        if (usage.CacheWrite + usage.CacheWriteLong > 0)
        {
            json.WriteStartObject("cache_creation"u8);
            json.WriteNumber("ephemeral_5m_input_tokens"u8, usage.CacheWrite);
            json.WriteNumber("ephemeral_1h_input_tokens"u8, usage.CacheWriteLong);
            json.WriteEndObject();
        }
        json.WriteNumber("output_tokens"u8, usage.TotalOutput);
        if (usage.Reasoning > 0)
        {
            json.WriteStartObject("output_tokens_details"u8);
            json.WriteNumber("thinking_tokens"u8, usage.Reasoning);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
