using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portico.Storage;

namespace Portico.Tests.Storage;

public sealed class JournalTests : IDisposable
{
    const int HeaderBytes = 8;
    readonly string folder = Directory.CreateTempSubdirectory("portico-test-").FullName;

    string LastSegment => Directory.EnumerateFiles(folder, "*.journal").Order(StringComparer.Ordinal).Last();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static List<string> Read(Journal journal, long from = 0, List<long>? damaged = null) =>
        journal.ReadFrom(from, damaged is null ? null : damaged.Add).Select(r => Encoding.UTF8.GetString(r.Payload)).ToList();

    List<long> Write(params string[] records)
    {
        using var journal = new Journal(folder);
        return records.Select(r => journal.Append(Bytes(r))).ToList();
    }

    [Fact]
    public void Gives_back_what_was_appended_with_the_positions_that_were_told()
    {
        var told = Write("one", "two", "three");
        using var journal = new Journal(folder);
        journal.ReadFrom(0).Select(r => r.Position).ShouldBe(told);
        Read(journal).ShouldBe(["one", "two", "three"]);
        Read(journal, told[1]).ShouldBe(["three"]);
        Read(journal, told[2]).ShouldBeEmpty();
        journal.End.ShouldBe(told[2]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Records_of_any_length_come_back_whole_wherever_a_window_of_the_segment_ends(int seed)
    {
        var random = new Random(seed);
        var records = Enumerable
            .Range(0, 400)
            .Select(i => random.Next(20) == 0 ? random.Next(1, 3 * 1024 * 1024) : random.Next(1, 64 * 1024))
            .Select(length =>
            {
                var bytes = new byte[length];
                random.NextBytes(bytes);
                return bytes;
            })
            .ToList();
        using (var journal = new Journal(folder))
            foreach (var record in records)
                journal.Append(record);
        using var again = new Journal(folder);
        again.ReadFrom(0, at => Assert.Fail($"damaged at {at}")).Select(r => r.Payload).SequenceEqual(records, ByBytes).ShouldBeTrue();
    }

    static EqualityComparer<byte[]> ByBytes =>
        EqualityComparer<byte[]>.Create((a, b) => a.AsSpan().SequenceEqual(b), static bytes => bytes.Length);

    [Fact]
    public void Keeps_its_identity_over_restarts()
    {
        string id;
        using (var journal = new Journal(folder))
            id = journal.JournalId;
        using var again = new Journal(folder);
        again.JournalId.ShouldBe(id);
    }

    [Fact]
    public void Has_one_owner_at_a_time()
    {
        using var journal = new Journal(folder);
        Should.Throw<PorticoException>(() => new Journal(folder)).Kind.ShouldBe(ErrorTable.StorageUnavailable);
    }

    [Fact]
    public void A_cut_at_any_byte_loses_only_the_record_that_was_cut()
    {
        string[] records = ["first", "second record", "the third and last"];
        Write(records);
        var whole = File.ReadAllBytes(LastSegment);
        var path = LastSegment;
        for (var length = whole.Length; length >= 0; length--)
        {
            File.WriteAllBytes(path, whole[..length]);
            var (kept, end) = Kept(records, length);
            using (var journal = new Journal(folder))
            {
                Read(journal).SequenceEqual(records[..kept]).ShouldBeTrue($"cut at byte {length}");
                journal.End.ShouldBe(end);
                journal.Append("after the crash"u8);
                Read(journal, end).ShouldBe(["after the crash"]);
            }
        }
    }

    static (int Records, long End) Kept(string[] records, int length)
    {
        var end = 0;
        for (var i = 0; i < records.Length; i++)
        {
            var next = end + HeaderBytes + records[i].Length;
            if (next > length)
                return (i, end);
            end = next;
        }
        return (records.Length, end);
    }

    [Fact]
    public void A_changed_byte_of_a_payload_loses_that_record_alone_and_is_told()
    {
        var positions = Write("one", "two", "three", "four");
        Flip(positions[0] + HeaderBytes);
        using var journal = new Journal(folder);
        var damaged = new List<long>();
        Read(journal, 0, damaged).ShouldBe(["one", "three", "four"]);
        damaged.ShouldBe([positions[0]]);

        // Nothing is written over: the next record stands behind all that was there.
        journal.Append("five"u8).ShouldBeGreaterThan(positions[3]);
        Read(journal).ShouldBe(["one", "three", "four", "five"]);
    }

    [Fact]
    public void A_changed_length_loses_no_record_of_an_earlier_or_later_segment()
    {
        var positions = new List<long>();
        using (var journal = new Journal(folder, segmentBytes: 30))
            foreach (var record in Enumerable.Range(0, 9))
                positions.Add(journal.Append(Bytes($"record {record}")));
        var segments = Directory.EnumerateFiles(folder, "*.journal").Order(StringComparer.Ordinal).ToList();
        segments.Count.ShouldBeGreaterThan(3);
        var bytes = File.ReadAllBytes(segments[1]);
        bytes[3] = 0x7f; // a length of 2 GB
        File.WriteAllBytes(segments[1], bytes);

        using var again = new Journal(folder, segmentBytes: 30);
        var read = Read(again);
        read.ShouldContain("record 0");
        read.ShouldContain("record 8");
        read.Count.ShouldBe(9 - 2);
        again.End.ShouldBe(positions[^1]);
    }

    [Fact]
    public void Zeros_that_a_power_cut_left_are_not_taken_for_records()
    {
        var positions = Write("one");
        using (var file = new FileStream(LastSegment, FileMode.Append))
            file.Write(new byte[4096]);
        using var journal = new Journal(folder);
        Read(journal).ShouldBe(["one"]);
        journal.End.ShouldBe(positions[0]);
        Should.Throw<ArgumentException>(() => journal.Append([]));
    }

    [Fact]
    public void Positions_go_on_over_segments_and_trimming_deletes_only_what_lies_before()
    {
        using var journal = new Journal(folder, segmentBytes: 64);
        var positions = Enumerable.Range(0, 50).Select(i => journal.Append(Bytes($"record {i}"))).ToList();
        positions.ShouldBe(positions.Order());
        journal.KeptBytes.ShouldBe(journal.End);

        journal.TrimTo(positions[30]);

        journal.KeptBytes.ShouldBeLessThan(journal.End - positions[20]);
        Read(journal, positions[30]).ShouldBe(Enumerable.Range(31, 19).Select(i => $"record {i}"));
    }

    [Fact]
    public void A_reader_that_is_ahead_makes_the_journal_go_on_behind_it()
    {
        Write("one");
        using (var journal = new Journal(folder))
        {
            journal.SkipTo(10_000);
            journal.End.ShouldBe(10_000);
            journal.SkipTo(5_000);
            journal.Append("two"u8).ShouldBeGreaterThan(10_000);
        }
        using var again = new Journal(folder);
        Read(again, 10_000).ShouldBe(["two"]);
    }

    [Fact]
    public void Replaying_from_any_position_that_was_told_gives_the_rest_and_repeats_nothing() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(50).WithQuietOnSuccess(true),
            Prop.ForAll(
                Gen.ListOf(Gen.Choose(1, 200)).Resize(30).ToArbitrary(),
                sizes =>
                {
                    var at = Directory.CreateTempSubdirectory("portico-test-").FullName;
                    try
                    {
                        using var journal = new Journal(at, segmentBytes: 300);
                        var told = sizes.Select((size, i) => journal.Append(Bytes($"{i}:" + new string('x', size)))).ToList();
                        for (var i = 0; i < told.Count; i++)
                            if (journal.ReadFrom(told[i]).Select(r => r.Position).SequenceEqual(told.Skip(i + 1)) == false)
                                return false;
                        return journal.ReadFrom(0).Count() == told.Count;
                    }
                    finally
                    {
                        Directory.Delete(at, recursive: true);
                    }
                }
            )
        );

    [Fact]
    public async Task Appends_from_many_threads_are_all_there_and_whole()
    {
        using var journal = new Journal(folder, segmentBytes: 10_000);
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(t =>
                    Task.Run(() =>
                    {
                        for (var i = 0; i < 500; i++)
                            journal.Append(Bytes($"{t}/{i}"));
                    })
                )
        );
        var damaged = new List<long>();
        var read = Read(journal, 0, damaged);
        damaged.ShouldBeEmpty();
        read.Count.ShouldBe(4_000);
        read.ShouldBeUnique();
    }

    [Fact]
    public async Task Reading_while_a_new_segment_begins_sees_no_damage()
    {
        using var journal = new Journal(folder, segmentBytes: 200);
        var damaged = new List<long>();
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
                journal.Append(Bytes($"record {i}"));
        });
        var next = 0;
        var position = 0L;
        while (next < 5_000)
        {
            foreach (var (at, payload) in journal.ReadFrom(position, damaged.Add))
            {
                Encoding.UTF8.GetString(payload).ShouldBe($"record {next++}");
                position = at;
            }
            journal.TrimTo(position);
        }
        await writing;
        damaged.ShouldBeEmpty();
    }

    [Fact]
    public void A_full_disk_is_told_as_such_and_not_as_an_appended_record()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "The device that is always full exists on Linux alone.");
        File.CreateSymbolicLink(Path.Combine(folder, new string('0', 19) + ".journal"), "/dev/full");
        using var journal = new Journal(folder);
        Should.Throw<JournalUnavailableException>(() => journal.Append("lost"u8)).Message.ShouldContain("Free space");
        journal.End.ShouldBe(0);
    }

    [Fact]
    public void Takes_records_again_when_the_disk_does()
    {
        using var journal = new Journal(folder, segmentBytes: 16);
        var end = journal.Append("sixteen bytes at least"u8);
        // The next segment cannot be made, as on a disk without room.
        var obstacle = Directory.CreateDirectory(Path.Combine(folder, end.ToString("D19", null) + ".journal"));
        Should.Throw<JournalUnavailableException>(() => journal.Append("refused"u8));
        Should.Throw<JournalUnavailableException>(() => journal.Append("refused"u8));
        obstacle.Delete();

        journal.Append("taken"u8);
        Read(journal).ShouldBe(["sixteen bytes at least", "taken"]);
    }

    void Flip(long offset)
    {
        var bytes = File.ReadAllBytes(LastSegment);
        bytes[offset] ^= 0xff;
        File.WriteAllBytes(LastSegment, bytes);
    }
}
