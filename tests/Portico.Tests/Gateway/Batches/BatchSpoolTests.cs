using System.Text;
using Portico.Core;
using Portico.Gateway.Batches;
using Portico.Governance.Keys;
using Portico.Storage;
using Portico.Tests.Repository;

namespace Portico.Tests.Gateway.Batches;

/// <summary>What a killed process leaves of a batch is found again, and nothing else.</summary>
public sealed class BatchSpoolTests
{
    const string Batch = "batch_01k0000000000000000000000a";
    static readonly Box Key = MasterKey.FromBase64("pHO0vZ5vH8rV7o3VqWq2m0F0aS1Yb7cM2a4o8m0tq3E=", "the test").BoxFor("gateway/batches");

    static StorageOptions In(TemporaryFolder folder) => new() { DataDirectory = folder.Path };

    static LineAnswer Answer(int line) =>
        new(line, line % 3 == 0, new Spent(line, 2, 3, 4, 5), Encoding.UTF8.GetBytes($"the answer of {line}\n"))
        {
            IsNotAsked = line % 3 == 1,
        };

    static void ShouldBe(IEnumerable<LineAnswer> found, params int[] lines)
    {
        var answers = found.ToList();
        answers.Select(a => a.Line).ShouldBe(lines);
        foreach (var answer in answers)
        {
            var wanted = Answer(answer.Line);
            (answer.IsGood, answer.IsNotAsked, answer.Spent).ShouldBe((wanted.IsGood, wanted.IsNotAsked, wanted.Spent));
            answer.Json.ShouldBe(wanted.Json);
        }
    }

    [Fact]
    public void Answers_are_found_again_and_calls_without_one_are_known()
    {
        using var folder = new TemporaryFolder();
        var calls = Enumerable.Range(0, 4).Select(_ => CallId.New(TimeProvider.System)).ToList();
        using (var spool = BatchSpool.Open(In(folder), Key, Batch))
        {
            spool.Begin(1, calls[1]);
            spool.Begin(2, calls[2]);
            spool.Answer(Answer(1));
            spool.Begin(3, calls[0]);
            // A line that is asked again has another call.
            spool.Begin(3, calls[3]);
        }
        using var again = BatchSpool.Open(In(folder), Key, Batch);
        ShouldBe(again.Left, 1);
        again.Cut.ShouldBe(new Dictionary<int, CallId> { [2] = calls[2], [3] = calls[3] }, ignoreOrder: true);
    }

    [Fact]
    public void What_is_in_the_store_is_forgotten_and_what_is_under_way_is_not()
    {
        using var folder = new TemporaryFolder();
        var call = CallId.New(TimeProvider.System);
        using (var spool = BatchSpool.Open(In(folder), Key, Batch))
        {
            spool.Begin(1, CallId.New(TimeProvider.System));
            spool.Begin(2, call);
            spool.Answer(Answer(1));
            var turn = spool.Turn();
            spool.Answer(Answer(3));
            spool.Drop(turn);
        }
        using (var again = BatchSpool.Open(In(folder), Key, Batch))
        {
            ShouldBe(again.Left, 3);
            again.Cut.ShouldBe(new Dictionary<int, CallId> { [2] = call });
        }
        // A process that died leaves what the one before it had, also where it brought all answers to the store.
        using (var second = BatchSpool.Open(In(folder), Key, Batch))
            ShouldBe(second.Left, 3);
        using (var third = BatchSpool.Open(In(folder), Key, Batch))
        {
            ShouldBe(third.Left, 3);
            third.Drop(third.Turn());
        }
        using (var fourth = BatchSpool.Open(In(folder), Key, Batch))
        {
            ShouldBe(fourth.Left);
            fourth.Cut.ShouldBe(new Dictionary<int, CallId> { [2] = call });
            fourth.Delete();
        }
        Directory.Exists(Path.Combine(BatchSpool.DirectoryOf(In(folder)), Batch)).ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_was_cut_anywhere_has_what_stood_before_the_cut()
    {
        using var folder = new TemporaryFolder();
        using (var spool = BatchSpool.Open(In(folder), Key, Batch))
            for (var line = 1; line <= 3; line++)
                spool.Answer(Answer(line));
        var path = Directory.GetFiles(Path.Combine(BatchSpool.DirectoryOf(In(folder)), Batch)).Single();
        var whole = File.ReadAllBytes(path);
        var entry = whole.Length / 3;
        for (var length = whole.Length; length >= 0; length--)
        {
            foreach (var other in Directory.GetFiles(Path.GetDirectoryName(path)!))
                File.Delete(other);
            File.WriteAllBytes(path, whole[..length]);
            using var again = BatchSpool.Open(In(folder), Key, Batch);
            ShouldBe(again.Left, Enumerable.Range(1, length / entry).ToArray());
        }
    }

    [Fact]
    public void Nothing_of_an_answer_can_be_read_in_the_file()
    {
        using var folder = new TemporaryFolder();
        using (var spool = BatchSpool.Open(In(folder), Key, Batch))
            spool.Answer(Answer(1));
        var path = Directory.GetFiles(Path.Combine(BatchSpool.DirectoryOf(In(folder)), Batch)).Single();
        Encoding.Latin1.GetString(File.ReadAllBytes(path)).ShouldNotContain("answer");
        // And a file of another batch does not open in its place.
        var other = Path.Combine(BatchSpool.DirectoryOf(In(folder)), "batch_other");
        Directory.CreateDirectory(other);
        File.Copy(path, Path.Combine(other, "000000000"));
        Should.Throw<PorticoException>(() => BatchSpool.Open(In(folder), Key, "batch_other")).Kind.ShouldBe(ErrorTable.StorageUnavailable);
    }
}
