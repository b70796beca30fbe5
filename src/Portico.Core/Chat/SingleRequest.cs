using System.Text.Json;

namespace Portico.Core.Chat;

/// <summary>What a call asks a model for.</summary>
public enum CallKind : byte
{
    Chat,
    Embeddings,
    Rerank,
    Moderation,
    Speech,
    Transcription,
    Translation,
    Image,
    ImageEdit,
}

/// <summary>
/// A call that is one question and one answer, without a conversation: a record for each kind. It holds what is measured, priced and mapped; a provider
/// of the same form gets the body as it came, so that fields which are not here survive.
/// </summary>
public abstract record SingleRequest
{
    /// <summary>The name the caller used: a route or a model.</summary>
    public required string Model { get; init; }
    public abstract CallKind Kind { get; }

    /// <summary>The answer goes on as it comes, so that its end is not known with its head.</summary>
    public virtual bool Streams => false;

    /// <summary>The caller's own name for its end user; recorded, never trusted for permissions.</summary>
    public string? User { get; init; }
}

/// <summary>An embeddings call: texts in, one vector each out, in order. Token-id inputs are kept in <see cref="TokenInputs"/>.</summary>
public sealed record EmbeddingRequest : SingleRequest
{
    public override CallKind Kind => CallKind.Embeddings;
    public IReadOnlyList<string> Inputs { get; init; } = [];
    public IReadOnlyList<IReadOnlyList<int>> TokenInputs { get; init; } = [];
    public int? Dimensions { get; init; }

    /// <summary>float or base64.</summary>
    public string? EncodingFormat { get; init; }

    /// <summary>Members that the canonical form does not know, in their order: a same-dialect provider gets them from the body.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Extra { get; init; } = [];
}

/// <summary>Sorts documents by how well they answer a query (https://docs.cohere.com/reference/rerank).</summary>
public sealed record RerankRequest : SingleRequest
{
    public override CallKind Kind => CallKind.Rerank;
    public required string Query { get; init; }

    /// <summary>The texts; of a document with fields the JSON.</summary>
    public required IReadOnlyList<string> Documents { get; init; }
    public int? TopN { get; init; }
    public int? MaxTokensPerDocument { get; init; }

    /// <summary>The documents are given back with their scores.</summary>
    public bool ReturnDocuments { get; init; }

    /// <summary>Of the address that the caller used: 1 or 2. A document with fields is of the first.</summary>
    public int Version { get; init; } = 2;
}

/// <summary>Asks whether texts and images are harmful (https://platform.openai.com/docs/api-reference/moderations/create).</summary>
public sealed record ModerationRequest : SingleRequest
{
    public override CallKind Kind => CallKind.Moderation;
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Images among the inputs.</summary>
    public int Images { get; init; }

    /// <summary>The inputs are parts of one thing, which gets one verdict; else each text gets its own.</summary>
    public bool IsOneInput { get; init; }
}

/// <summary>Has a text spoken (https://platform.openai.com/docs/api-reference/audio/createSpeech).</summary>
public sealed record SpeechRequest : SingleRequest
{
    public override CallKind Kind => CallKind.Speech;
    public override bool Streams => true;
    public required string Input { get; init; }
    public string? Instructions { get; init; }

    /// <summary>mp3, opus, aac, flac, wav or pcm.</summary>
    public string Format { get; init; } = "mp3";

    /// <summary>The audio comes in server-sent events, with the usage at their end, and not as a file.</summary>
    public bool AsEvents { get; init; }

    /// <summary>0.25 to 4 times the usual speed.</summary>
    public double Speed { get; init; } = 1;
}

/// <summary>Has audio written down, in its language or in English (https://platform.openai.com/docs/api-reference/audio/createTranscription).</summary>
public sealed record TranscriptionRequest : SingleRequest
{
    public override CallKind Kind => ToEnglish ? CallKind.Translation : CallKind.Transcription;
    public override bool Streams => Stream;
    public bool ToEnglish { get; init; }
    public bool Stream { get; init; }
    public string? Prompt { get; init; }

    /// <summary>json, text, srt, verbose_json, vtt, diarized_json.</summary>
    public string Format { get; init; } = "json";
    public string? FileName { get; init; }

    /// <summary>The file's size, and how long it can be at most by what its head tells (see AudioLength).</summary>
    public int FileBytes { get; init; }
    public long MostMs { get; init; }
}

/// <summary>Has images made, or made from others (https://platform.openai.com/docs/api-reference/images).</summary>
public sealed record ImageRequest : SingleRequest
{
    public override CallKind Kind => IsEdit ? CallKind.ImageEdit : CallKind.Image;
    public override bool Streams => Stream;
    public bool IsEdit { get; init; }
    public bool Stream { get; init; }
    public required string Prompt { get; init; }

    /// <summary>Images to make.</summary>
    public int Count { get; init; } = 1;

    /// <summary>As the request says; null = the provider's own choice.</summary>
    public string? Size { get; init; }
    public string? Quality { get; init; }

    /// <summary>Images sent along, the mask included.</summary>
    public int InputImages { get; init; }

    /// <summary>Unfinished images that a stream shows on the way.</summary>
    public int PartialImages { get; init; }
    public string? ResponseFormat { get; init; }

    /// <summary>Quality and size as the price book names them, null when the request names neither.</summary>
    public string? Class => (Quality, Size) is (null, null) ? null : $"{Quality} {Size}".Trim();
}
