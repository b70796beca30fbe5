using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Portico.Guardrails.Models;

/// <summary>A set of models as one file, which shows by itself whether all of it is there and as it was made.</summary>
/// <remarks>
/// Form: a line <c>PORTICO MODELS 1</c> and the SHA-256 of the line behind it; that line, JSON: version, features, workspace, reviews, files with name, bytes and SHA-256; then the files, one behind
/// the other. The same set makes the same bytes.
/// </remarks>
public static class ModelBundle
{
    /// <summary>What features the models weigh. A build that reads words otherwise has another number: weights of one mean nothing in the other.</summary>
    public const int Features = 1;

    /// <summary>Bytes of the two lines in front.</summary>
    public const int MaxHead = 64 * 1024;

    /// <summary>Bytes of a bundle.</summary>
    public const int MaxBytes = DetectorModels.MaxBytes + MaxHead;

    const int MaxVersion = 64;
    const string Magic = "PORTICO MODELS ";
    const string Form = "1";

    /// <summary>The file of a set.</summary>
    public static byte[] Write(DetectorModels models)
    {
        using var manifest = new MemoryStream();
        using (var json = new Utf8JsonWriter(manifest))
        {
            json.WriteStartObject();
            json.WriteString("version", models.Version);
            json.WriteNumber("features", Features);
            if (models.Workspace is { } workspace)
                json.WriteString("workspace", workspace);
            json.WriteNumber("reviews", models.Reviews);
            json.WriteStartArray("files");
            foreach (var file in models.Files)
            {
                json.WriteStartObject();
                json.WriteString("name", file.Name);
                json.WriteNumber("bytes", file.Bytes);
                json.WriteString("sha256", file.Sha256);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        var line = manifest.ToArray();
        using var bundle = new MemoryStream();
        bundle.Write(Encoding.ASCII.GetBytes($"{Magic}{Form} {Convert.ToHexStringLower(SHA256.HashData(line))}\n"));
        bundle.Write(line);
        bundle.WriteByte((byte)'\n');
        foreach (var file in models.Files)
            bundle.Write(models.BytesOf(file.Name).Span);
        return bundle.ToArray();
    }

    /// <summary>The set in a file, all of it read and checked.</summary>
    /// <exception cref="InvalidDataException">It is none, not whole, not as it was made, or made for other builds; the message says which.</exception>
    public static DetectorModels Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw new InvalidDataException($"A set of models has at most {DetectorModels.MaxBytes / 1024 / 1024} MB.");
        var head = bytes[..Math.Min(bytes.Length, MaxHead)];
        if (!head.StartsWith(Encoding.ASCII.GetBytes(Magic)))
            throw new InvalidDataException("This is no set of models: 'portico guardrails train --bundle FILE' makes one.");
        var first = head.IndexOf((byte)'\n');
        var second = first < 0 ? -1 : head[(first + 1)..].IndexOf((byte)'\n');
        if (second < 0)
            throw new InvalidDataException("The set of models is cut off.");
        var words = Encoding.UTF8.GetString(head[Magic.Length..first]).Split(' ');
        if (words[0] != Form)
            throw new InvalidDataException($"The set of models has the form {words[0]}; this build reads {Form}.");
        var manifest = head.Slice(first + 1, second);
        if (words.Length != 2 || words[1] != Convert.ToHexStringLower(SHA256.HashData(manifest)))
            throw new InvalidDataException("The set of models is not as it was made: its list of files has changed.");
        try
        {
            return Read(manifest, bytes[(first + 1 + second + 1)..]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("The set of models has a list of files that cannot be read.", e);
        }
    }

    static DetectorModels Read(ReadOnlySpan<byte> manifest, ReadOnlySpan<byte> rest)
    {
        var reader = new Utf8JsonReader(manifest);
        var json = JsonElement.ParseValue(ref reader);
        if (json.GetProperty("features").GetInt32() is var features && features != Features)
            throw new InvalidDataException(
                $"The set of models weighs features of the sort {features}; this build reads texts by {Features}. Train it with this build."
            );
        var version = json.GetProperty("version").GetString() ?? "";
        if (!IsVersion(version))
            throw new InvalidDataException(VersionRule);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in json.GetProperty("files").EnumerateArray())
        {
            var (name, length) = (file.GetProperty("name").GetString() ?? "", file.GetProperty("bytes").GetInt32());
            if (length < 0 || length > rest.Length)
                throw new InvalidDataException($"The set of models is cut off within {name}.");
            var bytes = rest[..length].ToArray();
            if (file.GetProperty("sha256").GetString() != Convert.ToHexStringLower(SHA256.HashData(bytes)))
                throw new InvalidDataException($"The set of models is not as it was made: {name} has changed.");
            files[name] = bytes;
            rest = rest[length..];
        }
        if (rest.Length > 0)
            throw new InvalidDataException("The set of models has something behind its last file.");
        return DetectorModels.Of(
            version,
            json.TryGetProperty("workspace", out var workspace) ? workspace.GetString() : null,
            json.GetProperty("reviews").GetInt32(),
            files
        );
    }

    /// <summary>What a version may be called.</summary>
    public const string VersionRule = "The version of a set has 1 to 64 letters, digits, points, underscores and hyphens.";

    /// <summary>Whether a version may be called so.</summary>
    public static bool IsVersion(string version) =>
        version.Length is > 0 and <= MaxVersion && version.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
