using System.Security.Cryptography;
using Portico.Storage;

namespace Portico.Governance.Keys;

/// <summary>The key above all sealed things: 32 bytes from the environment, a vault, or a file of the data directory.</summary>
public sealed class MasterKey : IKeyAbove
{
    public const int Bytes = 32;
    public const string EnvironmentName = "PORTICO_MASTER_KEY";

    readonly byte[] key;

    MasterKey(byte[] key, string source) => (this.key, Source) = (key, source);

    /// <summary>Where it came from, for doctor and start-up; never the key itself.</summary>
    public string Source { get; }

    /// <summary>What it is known by: the beginning of its SHA-256, in hexadecimal.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, SealedBox.KeyIdBytes));

    /// <summary>The boxes of before the key hierarchy.</summary>
    public SealedBox BoxFor(string purpose) => new(key, purpose);

    void IKeyAbove.Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> into) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, into, salt, info);

    /// <summary>For people who will each have a part of it.</summary>
    internal byte[] Reveal() => [.. key];

    /// <exception cref="InvalidOperationException">They are not 32.</exception>
    public static MasterKey FromBytes(ReadOnlySpan<byte> bytes, string source) =>
        bytes.Length == Bytes
            ? new MasterKey(bytes.ToArray(), source)
            : throw new InvalidOperationException($"The master key from {source} must be {Bytes} bytes.");

    /// <exception cref="InvalidOperationException">The text is not 32 bytes in base 64.</exception>
    public static MasterKey FromBase64(string text, string source)
    {
        var bytes = new byte[Bytes + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == Bytes
            ? new MasterKey(bytes[..Bytes], source)
            : throw new InvalidOperationException(
                $"The master key from {source} must be {Bytes} bytes in base 64, as 'openssl rand -base64 32' makes them."
            );
    }

    /// <summary>A new one, kept nowhere yet.</summary>
    public static MasterKey New(string source) => FromBytes(RandomNumberGenerator.GetBytes(Bytes), source);

    /// <summary>Reads the file, or makes it with a new key readable by its owner alone.</summary>
    /// <exception cref="InvalidOperationException">Others may read the file, or it holds no key.</exception>
    public static MasterKey FromFile(string path)
    {
        if (!File.Exists(path))
            Make(path);
        if (
            !OperatingSystem.IsWindows()
            && (
                File.GetUnixFileMode(path)
                & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)
            ) != UnixFileMode.None
        )
            throw new InvalidOperationException($"Others than its owner may read or write the master key file. Run: chmod 600 '{path}'");
        return FromBase64(File.ReadAllText(path), $"the file '{path}'");
    }

    /// <summary>Writes it into a new file, for its owner alone.</summary>
    /// <exception cref="IOException">There is such a file.</exception>
    public void WriteTo(string path)
    {
        PrivateDirectory.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Write(path, key);
    }

    static void Make(string path)
    {
        PrivateDirectory.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Write(path, RandomNumberGenerator.GetBytes(Bytes));
    }

    static void Write(string path, byte[] bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.WriteLine(Convert.ToBase64String(bytes));
    }
}
