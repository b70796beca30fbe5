using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Portico.Governance.Audit;

/// <summary>Verifies an export without a store and without its maker: makes the trees anew and compares them with what was signed and what went outside.</summary>
public sealed class AuditVerifier
{
    /// <summary>After so many faults of a log the rest says nothing new.</summary>
    const int MaxFaults = 20;
    const int MaxManifestBytes = 16 * 1024 * 1024;

    readonly Dictionary<string, AuditKey> keys = new(StringComparer.Ordinal);
    readonly List<SignedCheckpoint> anchors = [];
    readonly List<AuditFault> faults = [];
    readonly HashSet<string> signers = new(StringComparer.Ordinal);
    bool keyIsGiven;
    long entries;
    long checkpoints;
    long compared;

    /// <summary>A public key that the auditor has from elsewhere. With one, those of the export are not believed.</summary>
    /// <exception cref="ArgumentException">The text holds no public key.</exception>
    public void Trust(string pem)
    {
        var key = AuditKey.FromPem(pem);
        keys[Convert.ToHexStringLower(key.Id)] = key;
        keyIsGiven = true;
    }

    /// <summary>Checkpoints that went outside: signed notes one after another, as anchors write them.</summary>
    /// <exception cref="FormatException">One of them is no signed checkpoint.</exception>
    public void Anchor(string notes)
    {
        for (var at = 0; at < notes.Length; )
        {
            var body = notes.IndexOf("\n\n", at, StringComparison.Ordinal);
            var end = body < 0 ? -1 : notes.IndexOf('\n', body + 2);
            if (end < 0)
                throw new FormatException("The file of anchored checkpoints ends in the middle of one.");
            anchors.Add(SignedCheckpoint.Parse(notes[at..(end + 1)]));
            at = end + 1;
        }
    }

    /// <param name="export">A zip; must seek.</param>
    public AuditVerdict Verify(Stream export)
    {
        ExportManifest? manifest = null;
        try
        {
            using var zip = new ZipArchive(export, ZipArchiveMode.Read, leaveOpen: true);
            manifest = Manifest(zip);
            if (!keyIsGiven)
                TakeKeys(zip);
            foreach (var twice in manifest.Logs.GroupBy(l => l.Id).Where(g => g.Count() > 1))
                Fault(twice.Key, "The log stands twice in the manifest.");
            foreach (var log in manifest.Logs)
                Verify(zip, log);
            foreach (var anchor in anchors.Where(a => manifest.Logs.All(l => l.Origin != a.Checkpoint.Origin)))
                if (Authentic(anchor, null) && IsCovered(anchor.Checkpoint, manifest))
                    Fault(
                        anchor.Checkpoint.Origin,
                        $"A checkpoint of {anchor.Checkpoint.Size} entries went outside, but the log is not in the export."
                    );
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or JsonException
                        or FormatException
                        or CryptographicException
                        or ArgumentException
                        or IOException
            )
        {
            Fault(null, $"The export cannot be read: {e.Message}");
        }
        return new AuditVerdict(manifest, entries, checkpoints, compared, [.. signers.Order(StringComparer.Ordinal)], keyIsGiven, faults);
    }

    static ExportManifest Manifest(ZipArchive zip)
    {
        var entry = zip.GetEntry("manifest.json") ?? throw new InvalidDataException("It has no manifest.json.");
        if (entry.Length > MaxManifestBytes)
            throw new InvalidDataException("Its manifest is larger than any that Portico writes.");
        using var stream = entry.Open();
        var manifest =
            JsonSerializer.Deserialize(stream, ExportJson.Default.ExportManifest)
            ?? throw new InvalidDataException("Its manifest is empty.");
        return manifest.Form == AuditExport.Form
            ? manifest
            : throw new InvalidDataException($"It is of form {manifest.Form}; this build reads form {AuditExport.Form}.");
    }

    void TakeKeys(ZipArchive zip)
    {
        foreach (var entry in zip.Entries.Where(e => e.FullName.StartsWith("keys/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(entry.Open());
            var key = AuditKey.FromPem(reader.ReadToEnd());
            keys[Convert.ToHexStringLower(key.Id)] = key;
        }
    }

    /// <summary>An export up to a time holds all that was signed before it.</summary>
    static bool IsCovered(Checkpoint checkpoint, ExportManifest manifest) =>
        checkpoint.AtUs < Micros.Of(manifest.To) && (manifest.From is not { } from || checkpoint.AtUs >= Micros.Of(from));

    void Verify(ZipArchive zip, ExportedLog log)
    {
        var signed = Signed(zip, log);
        var outside = anchors.Where(a => a.Checkpoint.Origin == log.Origin && Authentic(a, log.Id)).ToList();
        // Every size at which a root was signed, here or outside.
        var expected = new SortedDictionary<long, List<(Checkpoint Checkpoint, bool IsOutside)>>();
        foreach (var (checkpoint, isOutside) in signed.Select(s => (s, false)).Concat(outside.Select(o => (o.Checkpoint, true))))
            if (checkpoint.Size >= log.First && checkpoint.Size <= log.End)
                (expected.TryGetValue(checkpoint.Size, out var at) ? at : expected[checkpoint.Size] = []).Add((checkpoint, isOutside));
        var tree = new MerkleFrontier(log.First, log.Before);
        if (log.First > 0 && !expected.ContainsKey(log.First))
            Fault(log.Id, $"No signed checkpoint says what stood before entry {log.First}.");
        using var sizes = expected.GetEnumerator();
        var more = sizes.MoveNext();
        var (sound, lastUs) = (log.First, 0L);
        Compare();
        foreach (var line in Lines(zip, log))
        {
            if (AuditLine.TimeOf(line.Span) is not { } us)
                Fault(log.Id, $"Entry {tree.Size} is no entry: it begins without a time.");
            else if (us < lastUs)
                Fault(log.Id, $"The clock goes back at entry {tree.Size}.");
            else
                lastUs = us;
            tree.Add(Merkle.Leaf(line.Span));
            entries++;
            Compare();
        }
        if (tree.Size < log.End)
            Fault(log.Id, $"Entries are missing: there are lines up to entry {tree.Size}, and should be up to {log.End}.");
        else if (tree.Size > log.End)
            Fault(log.Id, $"There are lines up to entry {tree.Size}, and should be up to {log.End}.");
        if (sound < tree.Size)
            Fault(log.Id, $"The entries {sound} to {tree.Size - 1} are under no signed checkpoint that fits.");
        foreach (var anchor in outside.Where(a => a.Checkpoint.Size > log.End))
            Fault(
                log.Id,
                $"The tail is cut: a checkpoint of {anchor.Checkpoint.Size} entries went outside at {At(anchor.Checkpoint.AtUs)}, and the export ends at entry {log.End}."
            );

        void Compare()
        {
            if (!more || sizes.Current.Key != tree.Size)
                return;
            var root = tree.Root();
            var fits = true;
            foreach (var (checkpoint, isOutside) in sizes.Current.Value)
            {
                if (isOutside)
                    compared++;
                if (checkpoint.Root.AsSpan().SequenceEqual(root))
                    continue;
                fits = false;
                Fault(
                    log.Id,
                    isOutside
                        ? $"The history was forked: the first {tree.Size} entries are others than those whose checkpoint went outside at {At(checkpoint.AtUs)}."
                        : $"Something was changed, taken out, put in or moved among the entries {sound} to {tree.Size - 1}: their tree has not the root that was signed."
                );
            }
            if (fits)
                sound = tree.Size;
            more = sizes.MoveNext();
        }
    }

    /// <summary>The checkpoints of the export that are signed; faults for the others.</summary>
    List<Checkpoint> Signed(ZipArchive zip, ExportedLog log)
    {
        var found = new List<Checkpoint>();
        var entry = zip.GetEntry($"logs/{log.Id}/checkpoints.jsonl");
        if (entry is null)
        {
            Fault(log.Id, "Its checkpoints are missing.");
            return found;
        }
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            var note = JsonSerializer.Deserialize(line, ExportJson.Default.String) ?? "";
            // A text has many forms in JSON; an export has one.
            if (JsonSerializer.Serialize(note, ExportJson.Default.String) != line)
                Fault(log.Id, $"The line of checkpoint {found.Count} is not written as an export writes it.");
            var signed = SignedCheckpoint.Parse(note);
            if (!Authentic(signed, log.Id))
                continue;
            checkpoints++;
            if (signed.Checkpoint.Origin != log.Origin)
                Fault(log.Id, $"A checkpoint of {signed.Checkpoint.Origin} stands among those of {log.Origin}.");
            else if (found is [.., var last] && (signed.Checkpoint.Size <= last.Size || signed.Checkpoint.AtUs < last.AtUs))
                Fault(
                    log.Id,
                    signed.Checkpoint.Size == last.Size && !signed.Checkpoint.Root.AsSpan().SequenceEqual(last.Root)
                        ? $"The history was forked: two checkpoints of {last.Size} entries have other roots."
                        : $"The checkpoint of {signed.Checkpoint.Size} entries stands behind the one of {last.Size}, or is older."
                );
            else
                found.Add(signed.Checkpoint);
        }
        return found;
    }

    bool Authentic(SignedCheckpoint signed, string? log)
    {
        var id = Convert.ToHexStringLower(signed.KeyId);
        if (!keys.TryGetValue(id, out var key))
            Fault(log, $"The checkpoint of {signed.Checkpoint.Size} entries is signed by the key {id}, which is not one that is trusted.");
        else if (!key.Signed(signed))
            Fault(log, $"The signature of the checkpoint of {signed.Checkpoint.Size} entries is wrong.");
        else
        {
            signers.Add(key.Fingerprint);
            return true;
        }
        return false;
    }

    IEnumerable<ReadOnlyMemory<byte>> Lines(ZipArchive zip, ExportedLog log)
    {
        var entry = zip.GetEntry($"logs/{log.Id}/entries.jsonl");
        if (entry is null)
        {
            Fault(log.Id, "Its entries are missing.");
            yield break;
        }
        using var stream = entry.Open();
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        var (from, filled) = (0, 0);
        try
        {
            while (true)
            {
                var end = buffer.AsSpan(from, filled - from).IndexOf((byte)'\n');
                if (end >= 0)
                {
                    yield return buffer.AsMemory(from, end);
                    from += end + 1;
                    continue;
                }
                buffer.AsSpan(from, filled - from).CopyTo(buffer);
                (from, filled) = (0, filled - from);
                if (filled == buffer.Length)
                    throw new InvalidDataException($"A line of log {log.Id} is longer than any that Portico writes.");
                var read = stream.Read(buffer, filled, buffer.Length - filled);
                if (read == 0)
                    break;
                filled += read;
            }
            if (filled > 0)
                Fault(log.Id, "The last line is cut off.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    void Fault(string? log, string what)
    {
        if (faults.Count(f => f.Log == log) < MaxFaults)
            faults.Add(new AuditFault(log, what));
    }

    static string At(long us) => Micros.ToTime(us).ToString("yyyy-MM-dd HH:mm:ss.ffffff 'UTC'", CultureInfo.InvariantCulture);
}
