using System.Text.Json;

namespace Portico.Gateway.Files;

/// <summary>What a file is for.</summary>
static class FilePurpose
{
    /// <summary>Lines of a batch.</summary>
    public const string Batch = "batch";

    /// <summary>What a batch wrote.</summary>
    public const string BatchOutput = "batch_output";

    /// <summary>Whatever a program of the workspace keeps.</summary>
    public const string UserData = "user_data";

    public static bool MayBeUploaded(string purpose) => purpose is Batch or UserData;
}

/// <summary>A file of a workspace; its bytes lie apart.</summary>
sealed record StoredFile
{
    public required string Id { get; init; }
    public required string WorkspaceId { get; init; }
    public required string KeyId { get; init; }

    /// <summary>For whom it was kept, where the caller named a person.</summary>
    public string? PersonId { get; init; }
    public string Name { get; init; } = "";
    public string Purpose { get; init; } = "";
    public long Bytes { get; init; }
    public long CreatedUs { get; init; }
    public long ExpiresUs { get; init; }

    /// <summary>Writes the file as OpenAI's API gives it (https://platform.openai.com/docs/api-reference/files/object).</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        json.WriteString("object"u8, "file"u8);
        json.WriteNumber("bytes"u8, Bytes);
        json.WriteNumber("created_at"u8, CreatedUs / 1_000_000);
        json.WriteNumber("expires_at"u8, ExpiresUs / 1_000_000);
        json.WriteString("filename"u8, Name);
        json.WriteString("purpose"u8, Purpose);
        json.WriteString("status"u8, "processed"u8);
        json.WriteNull("status_details"u8);
        json.WriteEndObject();
    }
}

/// <summary>Which part of a list is wanted, by the ids of the things in it.</summary>
/// <param name="After">Behind this one; null = from the start.</param>
/// <param name="Limit">How many.</param>
/// <param name="OldestFirst">Else the newest first.</param>
readonly record struct ListPart(string? After, int Limit, bool OldestFirst);
