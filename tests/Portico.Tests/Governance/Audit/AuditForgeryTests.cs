using System.Text;
using Portico.Governance.Audit;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Audit;

/// <summary>Whatever is done to an export is found. Changes are random; the seed is printed when one is not.</summary>
public sealed class AuditForgeryTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    static async Task<(AuditExports Export, string Key)> MakeAsync(TestStore store)
    {
        var time = new ManualTime(Start);
        var node = await store.OpenAsync(time: time);
        for (var part = 0; part < 4; part++)
        {
            time.Set(Start.AddMinutes(part));
            AuditLogTests.Write(node, part * 400, 400);
            await node.Get<AuditSequencer>().FlushAsync(Ct);
        }
        var export = await AuditExports.OfAsync(node, to: Start.AddHours(1));
        using var key = AuditKey.FromPublic((await node.Get<AuditKeys>().ListAsync(Ct)).Single().PublicDer);
        export.Verify(key.PublicPem).Faults.ShouldBeEmpty();
        return (export, key.PublicPem);
    }

    [Fact]
    public async Task Every_flipped_bit_of_entries_and_checkpoints_is_found()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var (export, key) = await MakeAsync(store);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 150; i++)
            Flip(export.EntriesFile, random.Next(export.Files[export.EntriesFile].Length), random.Next(8));
        // All of the checkpoints: escapes of JSON and spare bits of base 64 read the same when they are changed.
        for (var at = 0; at < export.Files[export.CheckpointsFile].Length; at++)
        for (var bit = 0; bit < 8; bit++)
            Flip(export.CheckpointsFile, at, bit);

        void Flip(string name, int at, int bit)
        {
            var forged = export.Copy();
            forged.Files[name][at] ^= (byte)(1 << bit);
            forged.Verify(key).Faults.ShouldNotBeEmpty($"seed {seed}, {name}, byte {at}, bit {bit}");
        }
    }

    [Fact]
    public async Task Entries_that_are_changed_taken_out_put_in_or_moved_are_found()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var (export, key) = await MakeAsync(store);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var forged = export.Copy();
            var lines = forged.Lines;
            var (a, b) = (random.Next(lines.Count), random.Next(lines.Count));
            if (a == b)
                continue;
            var what = random.Next(5);
            switch (what)
            {
                case 0:
                    lines[a] = lines[a].Replace("\"n\":", "\"n\":1", StringComparison.Ordinal);
                    break;
                case 1:
                    lines.RemoveAt(a);
                    break;
                case 2:
                    lines.Insert(a, lines[b]);
                    break;
                case 3:
                    (lines[a], lines[b]) = (lines[b], lines[a]);
                    break;
                default:
                    var moved = lines[a];
                    lines.RemoveAt(a);
                    lines.Insert(b < lines.Count ? b : lines.Count, moved);
                    break;
            }
            forged.Lines = lines;
            // The count of the manifest is nothing that a forger could not set right.
            var log = forged.Manifest.Logs.Single();
            forged.Manifest = forged.Manifest with { Logs = [log with { End = log.First + lines.Count }] };
            forged.Verify(key).Faults.ShouldNotBeEmpty($"seed {seed}, turn {i}, {what} at {a} and {b}");
        }
    }

    [Fact]
    public async Task A_cut_tail_is_found_by_a_checkpoint_that_went_outside()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var (export, key) = await MakeAsync(store);
        var outside = string.Concat(export.Checkpoints.Select(c => c.Note));
        export.Verify(key, outside).Faults.ShouldBeEmpty();
        for (var kept = 1; kept < 4; kept++)
        {
            var forged = export.Copy();
            forged.Lines = forged.Lines.Take(kept * 400).ToList();
            forged.Checkpoints = forged.Checkpoints.Where(c => c.Checkpoint.Size <= kept * 400).ToList();
            var log = forged.Manifest.Logs.Single();
            forged.Manifest = forged.Manifest with { Logs = [log with { End = kept * 400 }] };
            forged.Verify(key).Faults.ShouldBeEmpty("what was never outside cannot be missed");
            forged.Verify(key, outside).Faults.ShouldContain(f => f.What.Contains("tail is cut", StringComparison.Ordinal));
        }
        var gone = export.Copy();
        gone.Manifest = gone.Manifest with { Logs = [] };
        gone.Verify(key, outside).Faults.ShouldContain(f => f.What.Contains("not in the export", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fork_is_found_even_when_the_key_signed_both()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var (export, _) = await MakeAsync(store);
        // Whoever has the key writes another history from entry 800 on and signs it.
        using var key = AuditKey.Create();
        var origin = export.Manifest.Logs.Single().Origin;
        var (honest, other) = (Sign(export, key, origin, export.Lines), export.Lines);
        other[801] = other[801].Replace("\"n\":", "\"n\":9", StringComparison.Ordinal);
        var forged = Sign(export, key, origin, other);
        forged.Verify(key.PublicPem).Faults.ShouldBeEmpty("it is whole in itself");
        var outside = string.Concat(honest.Checkpoints.Select(c => c.Note));
        forged.Verify(key.PublicPem, outside).Faults.ShouldContain(f => f.What.Contains("forked", StringComparison.Ordinal));
        // Both in one list.
        forged.Checkpoints = forged.Checkpoints.SelectMany((c, i) => i == 2 ? new[] { c, honest.Checkpoints[2] } : [c]).ToList();
        forged.Verify(key.PublicPem).Faults.ShouldContain(f => f.What.Contains("forked", StringComparison.Ordinal));
    }

    static AuditExports Sign(AuditExports of, AuditKey key, string origin, List<string> lines)
    {
        var signed = of.Copy();
        signed.Lines = lines;
        var tree = new MerkleFrontier();
        var notes = new List<SignedCheckpoint>();
        foreach (var line in lines)
        {
            tree.Add(Merkle.Leaf(Encoding.UTF8.GetBytes(line)));
            if (tree.Size % 400 == 0)
                notes.Add(key.Sign(new Checkpoint(origin, tree.Size, tree.Root(), Micros.Of(Start.AddMinutes(tree.Size / 400 - 1)))));
        }
        signed.Checkpoints = notes;
        return signed;
    }

    [Fact]
    public async Task A_clock_that_goes_back_inside_a_log_is_found_though_it_was_signed()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var (export, _) = await MakeAsync(store);
        using var key = AuditKey.Create();
        var lines = export.Lines;
        lines[700] = lines[10][..22] + lines[700][22..];
        var forged = Sign(export, key, export.Manifest.Logs.Single().Origin, lines);
        forged.Verify(key.PublicPem).Faults.Single().What.ShouldBe("The clock goes back at entry 700.");
    }

    [Fact]
    public void What_is_no_export_is_said_to_be_none()
    {
        var verdict = new AuditVerifier().Verify(new MemoryStream("PK no zip at all"u8.ToArray()));
        verdict.Faults.Single().What.ShouldStartWith("The export cannot be read");
        var empty = new AuditExports();
        empty.Files["manifest.json"] = "{}"u8.ToArray();
        empty.Verify().Faults.ShouldNotBeEmpty();
    }
}
