using System.Diagnostics;
using Portico.Guardrails;
using Portico.Guardrails.Shapes;

namespace Portico.Tests.Guardrails.Shapes;

public sealed class ShapeBookTests(ITestOutputHelper output)
{
    static readonly DateTimeOffset Start = new(2027, 3, 1, 8, 0, 0, TimeSpan.Zero);

    static CallShape Long(long characters) => new(characters, 1, 0, 0, 0, 0, 0, 1);

    static ShapeBook Known(int calls, Func<int, long> length, ShapeLimits? limits = null)
    {
        var book = new ShapeBook(limits);
        for (var i = 0; i < calls; i++)
            book.Add("ana", TextChannel.User, Long(length(i)), Start);
        return book;
    }

    static long Lognormal(Random random) =>
        (long)Math.Exp(6 + 0.7 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    static ShapeVerdict? Judge(ShapeBook book, long length, TimeSpan later = default) =>
        book.Judge("ana", TextChannel.User, Long(length), Start + later);

    [Fact]
    public void A_call_far_above_the_usual_is_odd_once_two_hundred_were_seen()
    {
        var random = new Random(1);
        Judge(Known(199, _ => Lognormal(random)), 100_000).ShouldBeNull();
        var book = Known(200, _ => Lognormal(random));
        var verdict = Judge(book, 100_000).ShouldNotBeNull();
        (verdict.Cause, verdict.IsCap, verdict.Limit).ShouldBe((ShapeCause.Deviation, false, 4));
        verdict.Value.ShouldBeGreaterThan(6);
        Judge(book, 400).ShouldBeNull();
        Judge(book, 1).ShouldBeNull();
        book.Judge("ana", TextChannel.Tool, Long(100_000), Start).ShouldBeNull();
        book.Judge("tom", TextChannel.User, Long(100_000), Start).ShouldBeNull();
    }

    [Fact]
    public void Who_always_sends_the_same_length_may_vary_it_a_little()
    {
        var book = Known(500, _ => 1_000);
        Judge(book, 1_000).ShouldBeNull();
        Judge(book, 1_750).ShouldBeNull();
        Judge(book, 2_000).ShouldNotBeNull().Cause.ShouldBe(ShapeCause.Deviation);
    }

    [Fact]
    public void The_longest_so_far_is_odd_by_its_rank_only_after_a_thousand()
    {
        // So wide that nothing is odd by its deviation.
        static long Wide(int i) => 10L << i % 12;
        Judge(Known(900, Wide), 30_000).ShouldBeNull();
        var verdict = Judge(Known(3_000, Wide), 30_000).ShouldNotBeNull();
        (verdict.Cause, verdict.Limit).ShouldBe((ShapeCause.Rank, 0.999));
        Judge(Known(3_000, Wide), 20_480).ShouldBeNull();
    }

    [Fact]
    public void Few_of_a_callers_usual_calls_are_odd()
    {
        var (odd, judged) = (0, 0);
        for (var seed = 1; seed <= 10; seed++)
        {
            var random = new Random(seed);
            var book = Known(200, _ => Lognormal(random));
            for (var i = 0; i < 3_000; i++, judged++)
            {
                var length = Lognormal(random);
                odd += Judge(book, length) is null ? 0 : 1;
                book.Add("ana", TextChannel.User, Long(length), Start);
            }
        }
        output.WriteLine($"odd of usual calls: {odd} of {judged}, {100.0 * odd / judged:0.000} %");
        ((double)odd / judged).ShouldBeLessThan(0.003);
    }

    [Fact]
    public void Caps_hold_for_who_is_not_known_and_before_all_else()
    {
        var book = new ShapeBook(
            new()
            {
                MaxCharacters = 100,
                MaxMessages = 3,
                MaxDepth = 4,
                MaxTools = 5,
            }
        );
        var shape = new CallShape(100, 3, 5, 4, 0, 0, 0, 1);
        ShapeVerdict? Of(CallShape s) => book.Judge("new", TextChannel.All, s, Start);
        Of(shape).ShouldBeNull();
        foreach (
            var (over, cause) in new[]
            {
                (shape with { Characters = 101 }, ShapeCause.Characters),
                (shape with { Messages = 4 }, ShapeCause.Messages),
                (shape with { Depth = 5 }, ShapeCause.Depth),
                (shape with { Tools = 6 }, ShapeCause.Tools),
            }
        )
        {
            var verdict = Of(over).ShouldNotBeNull();
            (verdict.Cause, verdict.IsCap).ShouldBe((cause, true));
            verdict.Value.ShouldBe(verdict.Limit + 1);
        }
        book.Count.ShouldBe(0);
    }

    [Fact]
    public void Old_calls_count_less_and_too_little_left_of_them_says_nothing()
    {
        var book = Known(400, _ => 1_000);
        Judge(book, 50_000, TimeSpan.FromDays(14)).ShouldNotBeNull();
        Judge(book, 50_000, TimeSpan.FromDays(14 * 4)).ShouldBeNull();
        // Ways change: what is usual now outweighs what was.
        for (var i = 0; i < 200; i++)
            book.Add("ana", TextChannel.User, Long(50_000), Start + TimeSpan.FromDays(60));
        Judge(book, 50_000, TimeSpan.FromDays(60)).ShouldBeNull();
        // A clock that goes back does no harm.
        book.Add("ana", TextChannel.User, Long(50_000), Start);
        book.Copy("ana", TextChannel.User)!.Weight.ShouldBeInRange(201, 230);
    }

    [Fact]
    public void The_caller_not_used_for_longest_is_let_go()
    {
        var book = new ShapeBook(new() { MaxEntries = 3 });
        foreach (var caller in new[] { "a", "b", "c" })
            book.Add(caller, TextChannel.User, Long(1), Start);
        book.Judge("a", TextChannel.User, Long(1), Start);
        book.Judge("unknown", TextChannel.User, Long(1), Start);
        book.Add("d", TextChannel.User, Long(1), Start);
        book.Count.ShouldBe(3);
        book.Copy("b", TextChannel.User).ShouldBeNull();
        foreach (var caller in new[] { "a", "c", "d" })
            book.Copy(caller, TextChannel.User)!.Weight.ShouldBe(1);
        book.Add("e", TextChannel.User, Long(1), Start);
        book.Copy("a", TextChannel.User).ShouldBeNull();
    }

    [Fact]
    public void Uses_in_any_order_keep_what_a_plain_list_would_keep()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var random = new Random(seed);
            var book = new ShapeBook(new() { MaxEntries = 5 });
            var list = new List<string>();
            for (var i = 0; i < 300; i++)
            {
                var caller = "c" + random.Next(9);
                if (random.Next(3) == 0 && !list.Contains(caller))
                    book.Judge(caller, TextChannel.User, Long(1), Start);
                else
                {
                    book.Add(caller, TextChannel.User, Long(1), Start);
                    list.Remove(caller);
                    list.Add(caller);
                    if (list.Count > 5)
                        list.RemoveAt(0);
                }
            }
            book.Count.ShouldBe(list.Count);
            for (var c = 0; c < 9; c++)
                (book.Copy("c" + c, TextChannel.User) is not null).ShouldBe(list.Contains("c" + c), $"seed {seed}");
        }
    }

    [Fact]
    public void Counting_and_judging_a_known_caller_allocate_nothing()
    {
        var random = new Random(2);
        var lengths = Enumerable.Range(0, 5_000).Select(_ => Lognormal(random)).ToArray();
        var book = Known(1_000, i => lengths[i]);
        Judge(book, 100).ShouldBeNull();
        book.Add("ana", TextChannel.User, Long(100), Start + TimeSpan.FromDays(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < lengths.Length; i++)
            book.Add("ana", TextChannel.User, Long(lengths[i]), Start + TimeSpan.FromMinutes(i));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            book.Judge("ana", TextChannel.User, Long(100), Start);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 50_000; i++)
            book.Add("ana", TextChannel.User, Long(lengths[i % lengths.Length]), Start);
        var add = watch.Elapsed.TotalNanoseconds / 50_000;
        watch.Restart();
        for (var i = 0; i < 50_000; i++)
            book.Judge("ana", TextChannel.User, Long(100), Start);
        output.WriteLine($"Add {add:0} ns, Judge {watch.Elapsed.TotalNanoseconds / 50_000:0} ns");
    }

    [Fact]
    public async Task Many_threads_lose_no_call_and_keep_the_bound()
    {
        const int threads = 8;
        const int calls = 4_000;
        var book = new ShapeBook(new() { MaxEntries = 600 });
        await Task.WhenAll(
            Enumerable
                .Range(0, threads)
                .Select(t =>
                    Task.Run(() =>
                    {
                        var random = new Random(t);
                        for (var i = 0; i < calls; i++)
                        {
                            book.Add("shared", TextChannel.User, Long(Lognormal(random)), Start);
                            book.Add("c" + random.Next(50), TextChannel.Tool, Long(i), Start);
                            book.Judge("shared", TextChannel.User, Long(10_000), Start);
                            book.Copy("c" + random.Next(50), TextChannel.Tool);
                        }
                    })
                )
        );
        book.Copy("shared", TextChannel.User)!.Weight.ShouldBe(threads * calls, 1e-3);
        Enumerable.Range(0, 50).Sum(c => book.Copy("c" + c, TextChannel.Tool)!.Weight).ShouldBe(threads * calls, 1e-3);
        book.Count.ShouldBe(51);

        var small = new ShapeBook(new() { MaxEntries = 20 });
        await Task.WhenAll(
            Enumerable
                .Range(0, threads)
                .Select(t =>
                    Task.Run(() =>
                    {
                        var random = new Random(t);
                        for (var i = 0; i < calls; i++)
                            small.Add("c" + random.Next(200), TextChannel.User, Long(i), Start);
                    })
                )
        );
        small.Count.ShouldBe(20);
    }
}
