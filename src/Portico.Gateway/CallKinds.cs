using Portico.Core.Chat;

namespace Portico.Gateway;

/// <summary>The kinds of calls by name: of records, spans and questions to the management API, and as people say them.</summary>
static class CallKinds
{
    static readonly (CallKind Kind, string Name, string Said)[] All =
    [
        (CallKind.Chat, "chat", "chat"),
        (CallKind.Embeddings, "embeddings", "embeddings"),
        (CallKind.Rerank, "rerank", "rerank"),
        (CallKind.Moderation, "moderation", "moderations"),
        (CallKind.Speech, "speech", "speech"),
        (CallKind.Transcription, "transcription", "transcriptions"),
        (CallKind.Translation, "translation", "translations of audio"),
        (CallKind.Image, "image", "images"),
        (CallKind.ImageEdit, "image_edit", "edits of images"),
    ];

    public static string Name(CallKind kind) => All[(int)kind].Name;

    public static string Say(CallKind kind) => All[(int)kind].Said;

    /// <exception cref="PorticoException">There is no such kind.</exception>
    public static CallKind Parse(string name)
    {
        foreach (var (kind, known, _) in All)
            if (known == name)
                return kind;
        throw new PorticoException(ErrorTable.InvalidRequest, $"kind must be one of {string.Join(", ", All.Select(k => k.Name))}.", "kind");
    }
}
