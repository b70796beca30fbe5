using System.Security.Cryptography;
using System.Text;
using Portico.Guardrails.Content;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Names;

namespace Portico.Guardrails.Models;

/// <summary>A file of a set.</summary>
/// <param name="Name">As <see cref="ModelFiles.All"/> names it.</param>
/// <param name="Family">injection, content or names.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
/// <param name="Sources">What it was made from, as its head says; none for a calibration table.</param>
public sealed record ModelFile(string Name, string Family, int Bytes, string Sha256, IReadOnlyList<string> Sources);

/// <summary>All models of the detectors with their calibration, of one version. Immutable: any number of calls use it at once, and those that began with it end with it.</summary>
public sealed class DetectorModels
{
    /// <summary>Bytes of a set, all files together.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>The version of the set that this assembly carries: a test holds it to its files.</summary>
    public const string ShippedVersion = "3";

    readonly Func<string, byte[]> file;
    readonly Lazy<InjectionDetector> injection;
    readonly Lazy<ContentClassifier> content;
    readonly Lazy<NameModel> names;
    readonly Lazy<IReadOnlyList<ModelFile>> list;

    DetectorModels(string version, string? workspace, int reviews, Func<string, byte[]> file)
    {
        (Version, Workspace, Reviews, this.file) = (version, workspace, reviews, file);
        injection = new(() =>
            InjectionDetector.Of(file(InjectionDetector.UserFile), file(InjectionDetector.DataFile), file(InjectionDetector.WeightsFile))
        );
        content = new(() => ContentClassifier.Of(file));
        names = new(() => NameModel.Read(file(NameModel.File)));
        list = new(() => [.. ModelFiles.All.Select(name => Described(name, file(name)))]);
    }

    static ModelFile Described(string name, byte[] bytes) =>
        new(
            name,
            ModelFiles.FamilyOf(name),
            bytes.Length,
            Convert.ToHexStringLower(SHA256.HashData(bytes)),
            ModelFiles.SourcesOf(name, bytes)
        );

    /// <summary>The set that comes with the product; a model is read when it is first wanted.</summary>
    public static DetectorModels Shipped { get; } = new(ShippedVersion, null, 0, ModelFiles.Resource);

    /// <summary>A set from its files, all of which are read.</summary>
    /// <param name="version">What people call it.</param>
    /// <param name="workspace">Whose reviewed findings it was trained on too: it may be used there and nowhere else; null = on nobody's.</param>
    /// <param name="reviews">How many they were.</param>
    /// <param name="files">By name: all of <see cref="ModelFiles.All"/>.</param>
    /// <exception cref="InvalidDataException">One is missing, or is no model.</exception>
    public static DetectorModels Of(string version, string? workspace, int reviews, IReadOnlyDictionary<string, byte[]> files)
    {
        foreach (var name in ModelFiles.All)
            if (!files.ContainsKey(name))
                throw new InvalidDataException($"The set has no file {name}.");
        if (files.Count != ModelFiles.All.Count)
            throw new InvalidDataException(
                $"The set has a file that no detector reads: {files.Keys.First(f => !ModelFiles.All.Contains(f))}."
            );
        if (files.Values.Sum(f => (long)f.Length) > MaxBytes)
            throw new InvalidDataException($"The set has more than {MaxBytes / 1024 / 1024} MB.");
        var own = new Dictionary<string, byte[]>(files, StringComparer.Ordinal);
        var models = new DetectorModels(version, workspace, reviews, name => own[name]);
        _ = (models.injection.Value, models.content.Value, models.names.Value, models.list.Value);
        return models;
    }

    /// <summary>What people call it.</summary>
    public string Version { get; }

    /// <summary>The one workspace that may use it; null = all may.</summary>
    public string? Workspace { get; }

    /// <summary>Reviewed findings that it was trained on too.</summary>
    public int Reviews { get; }

    /// <summary>It is the one that this assembly carries.</summary>
    public bool IsShipped => ReferenceEquals(this, Shipped);

    /// <summary>Its files, with what they were made from.</summary>
    public IReadOnlyList<ModelFile> Files => list.Value;

    /// <summary>SHA-256 over the names and the digests of its files: two sets with one digest find the same.</summary>
    public string Digest =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(Files.Select(f => $"{f.Name} {f.Sha256}\n")))));

    /// <summary>The bytes of a file.</summary>
    public ReadOnlyMemory<byte> BytesOf(string name) => file(name);

    /// <summary>Attacks on the model.</summary>
    public InjectionDetector Injection => injection.Value;

    /// <summary>Classes of content.</summary>
    public ContentClassifier Content => content.Value;

    internal NameModel Names => names.Value;
}
