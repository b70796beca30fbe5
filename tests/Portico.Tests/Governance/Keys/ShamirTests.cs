using System.Security.Cryptography;
using Portico.Core;
using Portico.Governance.Keys;

namespace Portico.Tests.Governance.Keys;

/// <summary>The root in shares: any k give it, k−1 say nothing of it, and what is wrong with a share is told.</summary>
public sealed class ShamirTests(ITestOutputHelper output)
{
    static MasterKey Root() => MasterKey.New("a test");

    [Fact]
    public void Any_k_shares_give_the_secret_whatever_k_and_however_many_there_are()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var threshold = random.Next(2, 12);
            var count = random.Next(threshold, 20);
            var secret = new byte[random.Next(1, 40)];
            random.NextBytes(secret);
            var shares = Shamir.Split(secret, threshold, count);
            var chosen = Enumerable.Range(0, count).OrderBy(_ => random.Next()).Take(threshold).ToList();
            Shamir.Combine(chosen.Select(i => ((byte)(i + 1), shares[i])).ToList()).ShouldBe(secret, $"round {round}");
            // More than enough do no harm.
            Shamir.Combine(shares.Select((s, i) => ((byte)(i + 1), s)).ToList()).ShouldBe(secret, $"round {round}, all");
        }
    }

    [Fact]
    public void To_who_has_one_share_too_few_every_secret_is_as_likely()
    {
        // For each value that the missing share may have there is one secret, and no two give the same: all 256 remain possible.
        var shares = Shamir.Split([0x5A], 3, 5);
        foreach (var (a, b, missing) in new[] { (0, 1, 2), (1, 3, 4), (4, 0, 3) })
        {
            var possible = Enumerable
                .Range(0, 256)
                .Select(value =>
                    Shamir.Combine([((byte)(a + 1), shares[a]), ((byte)(b + 1), shares[b]), ((byte)(missing + 1), [(byte)value])])[0]
                )
                .ToHashSet();
            possible.Count.ShouldBe(256);
        }
    }

    [Fact]
    public void Two_splits_of_a_secret_have_nothing_in_common()
    {
        var secret = new byte[32];
        var (one, two) = (Shamir.Split(secret, 3, 5), Shamir.Split(secret, 3, 5));
        for (var i = 0; i < 5; i++)
            one[i].ShouldNotBe(two[i]);
    }

    [Fact]
    public void The_field_is_one()
    {
        for (var a = 1; a < 256; a++)
        {
            Shamir.Times((byte)a, Shamir.Inverse((byte)a)).ShouldBe((byte)1);
            Shamir.Times((byte)a, 1).ShouldBe((byte)a);
            for (var b = 0; b < 256; b += 7)
                Shamir.Times((byte)a, (byte)b).ShouldBe(Shamir.Times((byte)b, (byte)a));
        }
        // FIPS 197, 4.2: {57} · {83} = {c1}.
        Shamir.Times(0x57, 0x83).ShouldBe((byte)0xC1);
    }

    [Fact]
    public void Shares_travel_as_text_and_come_together_in_any_order()
    {
        var root = Root();
        var texts = RootShare.Of(root, 3, 5).Select(s => s.ToText()).ToList();
        var gathering = new ShareGathering(root.Id);
        gathering.Take(texts[4]).ShouldBe((new Gathered(RootShare.Parse(texts[4]).Set, 1, 3), null));
        gathering.Take("  " + texts[0] + "\n").Root.ShouldBeNull();
        var found = gathering.Take(texts[2]).Root.ShouldNotBeNull();
        found.Id.ShouldBe(root.Id);
        found.BoxFor("x").Open(root.BoxFor("x").Seal("kept"u8, "row"), "row").ShouldBe("kept"u8.ToArray());
        gathering.State.ShouldBeEmpty("nothing is kept of them");
    }

    [Fact]
    public void Every_mistyped_character_of_a_share_is_told()
    {
        var text = RootShare.Of(Root(), 3, 5)[1].ToText();
        for (var i = 0; i < text.Length; i++)
        {
            var typo = text.ToCharArray();
            typo[i] = typo[i] == '7' ? '8' : '7';
            var refused = Should.Throw<PorticoException>(() => RootShare.Parse(new string(typo)), $"character {i}");
            refused.Message.ShouldNotContain(text[40..60]);
        }
        foreach (var nonsense in new[] { null, "", "portico-share-", "portico-share-3of5-1-a-b-c-d", "pa_live_x" })
            Should.Throw<PorticoException>(() => RootShare.Parse(nonsense)).Kind.ShouldBe(ErrorTable.InvalidRequest);
    }

    [Fact]
    public void A_share_given_twice_one_of_another_root_and_a_forged_one_are_told_apart()
    {
        var (root, other) = (Root(), Root());
        var shares = RootShare.Of(root, 3, 5);
        var gathering = new ShareGathering(root.Id);
        gathering.Take(shares[0].ToText());
        Message(() => gathering.Take(shares[0].ToText())).ShouldContain("Share 1 is here already");
        Message(() => gathering.Take(RootShare.Of(other, 3, 5)[1].ToText())).ShouldContain($"the store is under {root.Id}");
        gathering.Take(shares[1].ToText());
        var forged = shares[2] with { Bytes = RandomNumberGenerator.GetBytes(32) };
        Message(() => gathering.Take(forged.ToText())).ShouldContain("one of them is forged");
        gathering.State.ShouldBeEmpty();
    }

    [Fact]
    public void Shares_of_two_splits_are_gathered_apart_and_false_ones_keep_nobody_out()
    {
        var root = Root();
        var (good, old) = (RootShare.Of(root, 2, 3), RootShare.Of(root, 3, 5));
        var gathering = new ShareGathering(null);
        gathering.Take(old[0].ToText()).Now.Held.ShouldBe(1);
        for (var i = 0; i < 2; i++)
            gathering.Take(RootShare.Of(Root(), 5, 5)[0].ToText());
        gathering.Take(good[0].ToText()).Now.ShouldBe(new Gathered(good[0].Set, 1, 2));
        gathering.Take(good[2].ToText()).Root!.Id.ShouldBe(root.Id);
    }

    static string Message(Action act) => Should.Throw<PorticoException>(act).Message;
}
