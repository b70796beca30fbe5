using System.Text.Json;
using System.Text.Unicode;

namespace Portico.Gateway.Wire;

/// <summary>
/// Reads OpenAI's older completions request (https://platform.openai.com/docs/api-reference/completions/create): the prompt becomes the one message of a
/// chat call, what both APIs have keeps its name and place, what only the older one has and would change the answer is refused.
/// </summary>
static class CompletionsReader
{
    /// <summary>What the API gives where the caller names no cap.</summary>
    const int DefaultTokens = 16;

    /// <exception cref="PorticoException">The body is not a completions request that a chat model can serve; message and param name the place.</exception>
    public static ReadChat Read(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
            throw new PorticoException(ErrorTable.InvalidJson, "The body is not valid UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = OpenAiChatReader.MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new PorticoException(ErrorTable.InvalidJson, "The body must be one JSON object.");
            return OpenAiChatReader.Read(AsChat(document.RootElement));
        }
        catch (JsonException e)
        {
            throw new PorticoException(ErrorTable.InvalidJson, OpenAiChatReader.Explain(e), inner: e);
        }
        catch (InvalidOperationException e)
        {
            throw new PorticoException(ErrorTable.InvalidJson, "The body holds a string escape that is not valid Unicode.", inner: e);
        }
    }

    static byte[] AsChat(JsonElement root)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var hasPrompt = false;
            var hasCap = false;
            json.WriteStartObject();
            foreach (var member in root.EnumerateObject())
                switch (member.Name)
                {
                    case "prompt":
                        if (hasPrompt)
                            throw Json.Bad("'prompt' stands twice in the body.", "prompt");
                        hasPrompt = true;
                        WriteMessage(json, PromptOf(member.Value));
                        break;
                    case "messages":
                        throw Json.Bad("'messages' belong to /v1/chat/completions; a completion has a 'prompt'.", "messages");
                    case "suffix" or "echo" or "logprobs" or "best_of":
                        RefuseUnlessEmpty(member, root);
                        break;
                    default:
                        hasCap |= member.NameEquals("max_tokens"u8) && member.Value.ValueKind != JsonValueKind.Null;
                        member.WriteTo(json);
                        break;
                }
            if (!hasPrompt)
                throw Json.Bad("'prompt' is missing.", "prompt");
            if (!hasCap && !root.TryGetProperty("max_tokens"u8, out _))
                json.WriteNumber("max_tokens"u8, DefaultTokens);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    static void WriteMessage(Utf8JsonWriter json, string prompt)
    {
        json.WriteStartArray("messages"u8);
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteString("content"u8, prompt);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>A text, or a list that holds one.</summary>
    static string PromptOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array when value.GetArrayLength() == 1 && value[0].ValueKind == JsonValueKind.String => value[0].GetString()!,
            JsonValueKind.Array when value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.String => throw Json.Bad(
                "'prompt' may hold one text here: a chat model serves this call. Send a call for each.",
                "prompt"
            ),
            JsonValueKind.Array => throw Json.Bad(
                "'prompt' must be a text: a chat model serves this call and takes no token ids.",
                "prompt"
            ),
            _ => throw Json.Bad("'prompt' must be a string or an array with one string.", "prompt"),
        };

    static void RefuseUnlessEmpty(JsonProperty member, JsonElement root)
    {
        var value = member.Value;
        var isEmpty =
            value.ValueKind is JsonValueKind.Null or JsonValueKind.False
            || (member.NameEquals("suffix"u8) && value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0)
            // As many as are asked for: there is none to choose from.
            || (member.NameEquals("best_of"u8) && value.ValueKind == JsonValueKind.Number && value.GetRawText() == Choices(root));
        if (!isEmpty)
            throw Json.Bad($"'{member.Name}' cannot be served: a chat model serves this call. Leave it out.", member.Name);
    }

    static string Choices(JsonElement root) =>
        root.TryGetProperty("n"u8, out var n) && n.ValueKind == JsonValueKind.Number ? n.GetRawText() : "1";
}
