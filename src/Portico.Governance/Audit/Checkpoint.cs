using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portico.Governance.Audit;

/// <summary>
/// Size and root of a log at a moment, in the text that is signed (https://c2sp.org/tlog-checkpoint): origin, size, root in base 64, and as extension the time in
/// microseconds since 1970.
/// </summary>
public sealed record Checkpoint(string Origin, long Size, byte[] Root, long AtUs)
{
    const string TimeLabel = "time-us ";

    /// <summary>The text that a signature covers, its last line's end included.</summary>
    public string Text =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n{TimeLabel}{AtUs}\n");

    /// <exception cref="FormatException">The text is no checkpoint of this form.</exception>
    public static Checkpoint Parse(string text)
    {
        var lines = text.Split('\n');
        if (
            lines is not [{ Length: > 0 } origin, var sizeLine, var rootLine, var timeLine, ""]
            || !TryRead(sizeLine, out var size)
            || !timeLine.StartsWith(TimeLabel, StringComparison.Ordinal)
            || !TryRead(timeLine[TimeLabel.Length..], out var atUs)
        )
            throw new FormatException("A checkpoint has four lines: origin, size, root, time-us.");
        var root = Convert.FromBase64String(rootLine);
        if (root.Length != Merkle.HashBytes)
            throw new FormatException($"A root has {Merkle.HashBytes} bytes; this one has {root.Length}.");
        var found = new Checkpoint(origin, size, root, atUs);
        // One way to write it: what reads the same and was signed otherwise is none.
        return found.Text == text ? found : throw new FormatException("A checkpoint is not written as it must be.");
    }

    static bool TryRead(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 0;
}

/// <summary>A checkpoint and its signature, as <see href="https://c2sp.org/signed-note">signed note</see>.</summary>
public sealed record SignedCheckpoint(Checkpoint Checkpoint, string KeyName, byte[] KeyId, byte[] Signature)
{
    const string Mark = "— ";

    /// <summary>The text, an empty line, and the line of the signature.</summary>
    public string Note => $"{Checkpoint.Text}\n{Mark}{KeyName} {Convert.ToBase64String([.. KeyId, .. Signature])}\n";

    /// <exception cref="FormatException">The text is no signed checkpoint.</exception>
    public static SignedCheckpoint Parse(string note)
    {
        var cut = note.IndexOf("\n\n", StringComparison.Ordinal);
        if (cut < 0)
            throw new FormatException("A signed checkpoint has an empty line between its text and its signature.");
        var signature = note[(cut + 2)..];
        if (!signature.StartsWith(Mark, StringComparison.Ordinal) || !signature.EndsWith('\n') || signature.Count(c => c == '\n') != 1)
            throw new FormatException("A signed checkpoint ends with one line of signature.");
        if (signature[Mark.Length..^1].Split(' ') is not [{ Length: > 0 } name, var base64])
            throw new FormatException("A line of signature has a name and base 64.");
        var bytes = Convert.FromBase64String(base64);
        if (bytes.Length <= AuditKey.IdBytes)
            throw new FormatException("A signature is cut off.");
        var found = new SignedCheckpoint(Checkpoint.Parse(note[..(cut + 1)]), name, bytes[..AuditKey.IdBytes], bytes[AuditKey.IdBytes..]);
        // Base 64 has spare bits at its end: what reads the same and is written otherwise was changed.
        return found.Note == note ? found : throw new FormatException("A signed checkpoint is not written as it must be.");
    }
}

/// <summary>Signs checkpoints, or with the public half alone tells whether they were signed: ECDSA over P-256 with SHA-256, signatures as DER.</summary>
public sealed class AuditKey : IDisposable
{
    /// <summary>A key is named in signatures by the first bytes of the SHA-256 of its public half, as signed notes have it for ECDSA.</summary>
    public const int IdBytes = 4;

    readonly ECDsa key;
    readonly Lock gate = new();

    AuditKey(ECDsa key)
    {
        this.key = key;
        PublicDer = key.ExportSubjectPublicKeyInfo();
        Id = SHA256.HashData(PublicDer)[..IdBytes];
    }

    public byte[] Id { get; }

    /// <summary>SHA-256 of the public half in hexadecimal: what two people compare.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(PublicDer));

    /// <summary>SubjectPublicKeyInfo.</summary>
    public byte[] PublicDer { get; }

    /// <summary>The public half, for the hands of an auditor.</summary>
    public string PublicPem => new(PemEncoding.Write("PUBLIC KEY", PublicDer));

    public static AuditKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <param name="pkcs8">What <see cref="ExportPrivate"/> gave.</param>
    public static AuditKey FromPrivate(ReadOnlySpan<byte> pkcs8)
    {
        var read = ECDsa.Create();
        read.ImportPkcs8PrivateKey(pkcs8, out _);
        return new AuditKey(read);
    }

    /// <exception cref="CryptographicException">These are no bytes of a public key.</exception>
    public static AuditKey FromPublic(ReadOnlySpan<byte> der)
    {
        var read = ECDsa.Create();
        read.ImportSubjectPublicKeyInfo(der, out _);
        return new AuditKey(read);
    }

    /// <exception cref="ArgumentException">The text holds no public key.</exception>
    public static AuditKey FromPem(string pem)
    {
        var read = ECDsa.Create();
        read.ImportFromPem(pem);
        return new AuditKey(read);
    }

    public byte[] ExportPrivate() => key.ExportPkcs8PrivateKey();

    public SignedCheckpoint Sign(Checkpoint checkpoint)
    {
        lock (gate)
            return new SignedCheckpoint(
                checkpoint,
                checkpoint.Origin,
                Id,
                key.SignData(Encoding.UTF8.GetBytes(checkpoint.Text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            );
    }

    /// <summary>True when this key signed it, under the name of the log that it is of.</summary>
    public bool Signed(SignedCheckpoint signed)
    {
        if (!signed.KeyId.AsSpan().SequenceEqual(Id) || signed.KeyName != signed.Checkpoint.Origin)
            return false;
        lock (gate)
            return key.VerifyData(
                Encoding.UTF8.GetBytes(signed.Checkpoint.Text),
                signed.Signature,
                HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence
            );
    }

    /// <summary>Signs something that is no checkpoint: its purpose is the first line, so that neither can pass for the other.</summary>
    internal byte[] SignText(string purpose, string text)
    {
        lock (gate)
            return key.SignData(
                Encoding.UTF8.GetBytes($"{purpose}\n{text}"),
                HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence
            );
    }

    internal bool SignedText(string purpose, string text, byte[] signature)
    {
        lock (gate)
            return key.VerifyData(
                Encoding.UTF8.GetBytes($"{purpose}\n{text}"),
                signature,
                HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence
            );
    }

    public void Dispose() => key.Dispose();
}
