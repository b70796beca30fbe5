using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.Local;

namespace Portico.Gateway.Wire;

/// <summary>Bodies of rerank, moderation, speech and image calls. What is not read here goes on to the provider as it is.</summary>
static class SingleReaders
{
    /// <summary>https://docs.cohere.com/docs/reranking-best-practices.</summary>
    public const int MaxDocuments = 10_000;
    public const int MaxInputs = 2_048;

    /// <summary>OpenAI speaks 4,096; servers of its form speak more.</summary>
    public const int MaxSpokenLength = 100_000;
    public const int MaxPromptLength = 32_000;
    public const int MaxImages = 10;
    public const int MaxPartialImages = 3;
    const int MaxTextLength = 1_048_576;
    const int MaxWordLength = 64;
    const int MaxUserLength = 4_096;

    public static ReadSingle Rerank(ReadOnlyMemory<byte> body, int version)
    {
        string? query = null;
        List<string>? documents = null;
        int? top = null,
            cut = null;
        var withDocuments = false;
        var (model, wire) = SingleBody.Read(
            body,
            (ref Utf8JsonReader r, string name) =>
            {
                switch (name)
                {
                    case "query":
                        query = Filled(ref r, "query", MaxTextLength);
                        break;
                    case "documents":
                        documents = Documents(ref r);
                        break;
                    case "top_n":
                        top = Json.Whole(ref r, "top_n", 1, int.MaxValue);
                        break;
                    case "max_tokens_per_doc":
                        cut = Json.Whole(ref r, "max_tokens_per_doc", 1, int.MaxValue);
                        break;
                    case "return_documents":
                        withDocuments = Json.Flag(ref r, "return_documents") ?? false;
                        break;
                }
            }
        );
        return new ReadSingle(
            new RerankRequest
            {
                Model = model,
                Query = query ?? throw SingleBody.Missing("query", "the text that documents are compared with"),
                Documents = documents ?? throw SingleBody.Missing("documents", "an array of texts"),
                TopN = top,
                MaxTokensPerDocument = cut,
                ReturnDocuments = withDocuments,
                Version = version,
            },
            wire
        );
    }

    static List<string> Documents(ref Utf8JsonReader r)
    {
        Json.Expect(ref r, JsonTokenType.StartArray, "documents", "an array of texts");
        var documents = new List<string>();
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
        {
            if (documents.Count >= MaxDocuments)
                throw Json.Bad($"'documents' must hold at most {MaxDocuments} documents.", "documents");
            var at = $"documents[{documents.Count}]";
            if (r.TokenType != JsonTokenType.StartObject)
            {
                documents.Add(Json.Text(ref r, at, MaxTextLength));
                continue;
            }
            using var fields = JsonDocument.ParseValue(ref r);
            documents.Add(
                fields.RootElement.TryGetProperty("text"u8, out var text) && text.ValueKind == JsonValueKind.String
                    ? text.GetString()!
                    : fields.RootElement.GetRawText()
            );
        }
        return documents.Count > 0 ? documents : throw Json.Bad("'documents' must not be empty.", "documents");
    }

    public static ReadSingle Moderation(ReadOnlyMemory<byte> body, string contentType)
    {
        var texts = new List<string>();
        var images = 0;
        bool hasInput = false,
            isOne = false;
        var (model, wire) = SingleBody.Read(
            body,
            (ref Utf8JsonReader r, string name) =>
            {
                if (name != "input")
                    return;
                hasInput = true;
                if (r.TokenType == JsonTokenType.String)
                {
                    texts.Add(Filled(ref r, "input", MaxTextLength));
                    return;
                }
                Json.Expect(ref r, JsonTokenType.StartArray, "input", "a string, or an array of strings or of parts");
                while (r.Read() && r.TokenType != JsonTokenType.EndArray)
                {
                    var at = $"input[{texts.Count + images}]";
                    if (texts.Count + images >= MaxInputs)
                        throw Json.Bad($"'input' must hold at most {MaxInputs} items.", "input");
                    if (r.TokenType != JsonTokenType.StartObject)
                        texts.Add(Filled(ref r, at, MaxTextLength));
                    else if (Part(ref r, at) is { } text)
                        (isOne, _) = (true, Add(texts, text));
                    else
                        (isOne, images) = (true, images + 1);
                }
            },
            otherwise: LocalModels.DefaultModeration
        );
        if (!hasInput)
            throw SingleBody.Missing("input", "a string, or an array of strings or of parts");
        if (texts.Count + images == 0)
            throw Json.Bad("'input' must not be empty.", "input");
        return new ReadSingle(
            new ModerationRequest
            {
                Model = model,
                Texts = texts,
                Images = images,
                IsOneInput = isOne,
            },
            wire
        );
    }

    static bool Add(List<string> texts, string text)
    {
        texts.Add(text);
        return true;
    }

    /// <summary>The text of a part; null for an image.</summary>
    static string? Part(ref Utf8JsonReader r, string at)
    {
        using var part = JsonDocument.ParseValue(ref r);
        string? Text(JsonElement of, string name) =>
            of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        switch (Text(part.RootElement, "type"))
        {
            case "text":
                return Text(part.RootElement, "text") ?? throw Json.Bad($"'{at}.text' must be a string.", $"{at}.text");
            case "image_url":
                return part.RootElement.TryGetProperty("image_url"u8, out var image) && Text(image, "url") is { Length: > 0 }
                    ? null
                    : throw Json.Bad($"'{at}.image_url.url' must be an address or a data URL.", $"{at}.image_url.url");
            default:
                throw Json.Bad($"'{at}.type' must be \"text\" or \"image_url\".", $"{at}.type");
        }
    }

    public static ReadSingle Speech(ReadOnlyMemory<byte> body, string contentType)
    {
        string? input = null,
            instructions = null,
            format = null,
            streamFormat = null;
        double? speed = null;
        var (model, wire) = SingleBody.Read(
            body,
            (ref Utf8JsonReader r, string name) =>
            {
                switch (name)
                {
                    case "input":
                        input = Filled(ref r, "input", MaxSpokenLength);
                        break;
                    case "instructions":
                        instructions = Json.TextOrNull(ref r, "instructions", MaxPromptLength);
                        break;
                    case "voice" when r.TokenType is not (JsonTokenType.String or JsonTokenType.StartObject):
                        throw Json.Wrong(ref r, "voice", "the name of a voice");
                    case "response_format":
                        format = Json.TextOrNull(ref r, "response_format", MaxWordLength);
                        break;
                    case "stream_format":
                        streamFormat = Json.TextOrNull(ref r, "stream_format", MaxWordLength);
                        if (streamFormat is not (null or "audio" or "sse"))
                            throw Json.Bad("'stream_format' must be \"audio\" or \"sse\".", "stream_format");
                        break;
                    case "speed":
                        speed = Json.Number(ref r, "speed", 0.25, 4);
                        break;
                }
            }
        );
        return new ReadSingle(
            new SpeechRequest
            {
                Model = model,
                Input = input ?? throw SingleBody.Missing("input", "the text to speak"),
                Instructions = instructions,
                Format = format ?? "mp3",
                AsEvents = streamFormat == "sse",
                Speed = speed ?? 1,
            },
            wire
        );
    }

    public static ReadSingle Image(ReadOnlyMemory<byte> body, string contentType)
    {
        string? prompt = null,
            size = null,
            quality = null,
            format = null,
            user = null;
        int? count = null,
            partial = null;
        var stream = false;
        var (model, wire) = SingleBody.Read(
            body,
            (ref Utf8JsonReader r, string name) =>
            {
                switch (name)
                {
                    case "prompt":
                        prompt = Filled(ref r, "prompt", MaxPromptLength);
                        break;
                    case "n":
                        count = Json.Whole(ref r, "n", 1, MaxImages);
                        break;
                    case "size":
                        size = Word(Json.TextOrNull(ref r, "size", MaxWordLength), "size");
                        break;
                    case "quality":
                        quality = Word(Json.TextOrNull(ref r, "quality", MaxWordLength), "quality");
                        break;
                    case "response_format":
                        format = Json.TextOrNull(ref r, "response_format", MaxWordLength);
                        break;
                    case "stream":
                        stream = Json.Flag(ref r, "stream") ?? false;
                        break;
                    case "partial_images":
                        partial = Json.Whole(ref r, "partial_images", 0, MaxPartialImages);
                        break;
                    case "user":
                        user = Json.TextOrNull(ref r, "user", MaxUserLength);
                        break;
                }
            }
        );
        return new ReadSingle(
            new ImageRequest
            {
                Model = model,
                Prompt = prompt ?? throw SingleBody.Missing("prompt", "what the image should show"),
                Count = count ?? 1,
                Size = size,
                Quality = quality,
                ResponseFormat = format,
                Stream = stream,
                PartialImages = partial ?? 0,
                User = user,
            },
            wire
        );
    }

    /// <summary>A word by which images are priced; null where the choice is the provider's.</summary>
    public static string? Word(string? text, string name) =>
        text is null or "auto" ? null
        : text.Length > 0 && !text.Any(char.IsWhiteSpace) ? text
        : throw Json.Bad($"'{name}' must be one word.", name);

    static string Filled(ref Utf8JsonReader r, string at, int maxLength)
    {
        var text = Json.Text(ref r, at, maxLength);
        return text.Length > 0 ? text : throw Json.Bad($"'{at}' must not be an empty string.", at);
    }
}
