using System.Text.Json;
using System.Text.Unicode;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>An embeddings call as read from the wire.</summary>
readonly record struct ReadEmbedding(EmbeddingRequest Request, WireBody Body);

/// <summary>Reads OpenAI's embeddings request. Unknown fields stay in the body; a member that stands twice is refused.</summary>
static class OpenAiEmbeddingReader
{
    /// <summary>OpenAI's published bound of inputs in one request.</summary>
    const int MaxInputs = 2_048;
    const int MaxInputLength = 16 * 1024 * 1024;

    /// <exception cref="PorticoException">The body is not a valid embeddings request.</exception>
    public static ReadEmbedding Read(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
            throw new PorticoException(ErrorTable.InvalidJson, "The body is not valid UTF-8.");
        try
        {
            Json.CheckEscapes(body.Span, 64);
            return ReadObject(body);
        }
        catch (JsonException e)
        {
            throw new PorticoException(
                ErrorTable.InvalidJson,
                $"The body is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} of that line.",
                inner: e
            );
        }
        catch (InvalidOperationException e)
        {
            throw new PorticoException(ErrorTable.InvalidJson, "The body holds a string escape that is not valid Unicode.", inner: e);
        }
    }

    static ReadEmbedding ReadObject(ReadOnlyMemory<byte> body)
    {
        var r = new Utf8JsonReader(body.Span);
        if (!r.Read() || r.TokenType != JsonTokenType.StartObject)
            throw new PorticoException(ErrorTable.InvalidJson, "The body must be one JSON object.");
        var objectStart = (int)r.TokenStartIndex;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var inputs = new List<string>();
        var tokenInputs = new List<IReadOnlyList<int>>();
        WireField modelField = default;
        string? model = null,
            format = null,
            user = null;
        int? dimensions = null;
        List<KeyValuePair<string, JsonElement>>? extra = null;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)r.TokenStartIndex;
            var name = r.GetString()!;
            if (!seen.Add(name))
                throw Json.Bad($"'{Json.Short(name)}' stands twice in the body.", Json.Short(name));
            r.Read();
            var valueStart = (int)r.TokenStartIndex;
            switch (name)
            {
                case "model":
                    model = Json.Text(ref r, "model", 512);
                    modelField = new WireField(start, valueStart, (int)r.BytesConsumed);
                    break;
                case "input":
                    ReadInput(ref r, inputs, tokenInputs);
                    break;
                case "dimensions":
                    dimensions = Json.Whole(ref r, "dimensions", 1, 65_536);
                    break;
                case "encoding_format":
                    format = Json.TextOrNull(ref r, "encoding_format", 32);
                    if (format is not (null or "float" or "base64"))
                        throw Json.Bad("'encoding_format' must be \"float\" or \"base64\".", "encoding_format");
                    break;
                case "user":
                    user = Json.TextOrNull(ref r, "user", 4_096);
                    break;
                default:
                    (extra ??= []).Add(new(name, JsonElement.ParseValue(ref r)));
                    break;
            }
        }
        if (r.Read())
            throw new PorticoException(ErrorTable.InvalidJson, "Something follows the JSON object.");
        if (string.IsNullOrEmpty(model))
            throw Json.Bad("'model' is required: the name of a route or a model.", "model");
        if (!seen.Contains("input"))
            throw Json.Bad("'input' is required: a string, or an array of strings or of tokens.", "input");
        return new ReadEmbedding(
            new EmbeddingRequest
            {
                Model = model,
                Inputs = inputs,
                TokenInputs = tokenInputs,
                Dimensions = dimensions,
                EncodingFormat = format,
                User = user,
                Extra = extra ?? (IReadOnlyList<KeyValuePair<string, JsonElement>>)[],
            },
            new WireBody
            {
                Dialect = Dialect.OpenAiEmbeddings,
                Bytes = body,
                ObjectStart = objectStart,
                Model = modelField,
            }
        );
    }

    static void ReadInput(ref Utf8JsonReader r, List<string> inputs, List<IReadOnlyList<int>> tokenInputs)
    {
        if (r.TokenType == JsonTokenType.String)
        {
            inputs.Add(Text(ref r, "input"));
            return;
        }
        Json.Expect(ref r, JsonTokenType.StartArray, "input", "a string, or an array of strings or of tokens");
        List<int>? tokens = null;
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
        {
            var at = $"input[{inputs.Count + tokenInputs.Count}]";
            if (inputs.Count + tokenInputs.Count >= MaxInputs)
                throw Json.Bad($"'input' must hold at most {MaxInputs} items.", "input");
            if (r.TokenType == JsonTokenType.Number)
                (tokens ??= []).Add(Json.Whole(ref r, at, 0, int.MaxValue)!.Value);
            else if (r.TokenType == JsonTokenType.StartArray)
                tokenInputs.Add(Tokens(ref r, at));
            else
                inputs.Add(Text(ref r, at));
        }
        if (tokens is not null)
            tokenInputs.Add(tokens);
        if (inputs.Count + tokenInputs.Count == 0)
            throw Json.Bad("'input' must not be empty.", "input");
        if (inputs.Count > 0 && tokenInputs.Count > 0)
            throw Json.Bad("'input' must hold strings or tokens, not both.", "input");
    }

    static List<int> Tokens(ref Utf8JsonReader r, string at)
    {
        var tokens = new List<int>();
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
            tokens.Add(Json.Whole(ref r, at, 0, int.MaxValue) ?? throw Json.Wrong(ref r, at, "an array of tokens"));
        return tokens.Count > 0 ? tokens : throw Json.Bad($"'{at}' must not be empty.", at);
    }

    static string Text(ref Utf8JsonReader r, string at)
    {
        var text = Json.Text(ref r, at, MaxInputLength);
        return text.Length > 0 ? text : throw Json.Bad($"'{at}' must not be an empty string.", at);
    }
}
