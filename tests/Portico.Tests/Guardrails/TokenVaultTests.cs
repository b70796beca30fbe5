using System.Text;
using Portico.Guardrails;

namespace Portico.Tests.Guardrails;

/// <summary>Placeholders come back in answers, however these are cut, for whom the rule says.</summary>
public sealed class TokenVaultTests
{
    [Theory]
    [InlineData(PlaceholderRestore.Caller, true, true)]
    [InlineData(PlaceholderRestore.Caller, false, true)]
    [InlineData(PlaceholderRestore.People, true, true)]
    [InlineData(PlaceholderRestore.People, false, false)]
    [InlineData(PlaceholderRestore.Never, true, false)]
    [InlineData(PlaceholderRestore.Never, false, false)]
    public void Placeholders_come_back_for_whom_the_rule_says_for_every_cut(PlaceholderRestore restore, bool isPerson, bool comesBack)
    {
        var vault = new TokenVault(isPerson);
        ContentRule Rule(string name, string pattern) =>
            new()
            {
                Name = name,
                Patterns = [pattern],
                Action = ContentAction.Tokenise,
            };
        var screen = Screen.Of([Rule("mail", "[a-z]+@[a-z]+") with { Restore = restore }, Rule("card", @"\d{4}")])!;
        Screen.Whole("ann@home has 1234", screen.LaneFor(TextChannel.User, vault)).ShouldBe("⟦mail:1⟧ has ⟦card:2⟧");
        vault.Kept.ShouldBe(comesBack ? [] : ["mail"]);
        var answer = "⟦mail:1⟧, ⟦card:2⟧";
        for (var cut = 0; cut <= answer.Length; cut++)
        {
            Undone(vault, answer, cut).ShouldBe(comesBack ? "ann@home, 1234" : "⟦mail:1⟧, 1234", $"cut at {cut}");
        }
        vault.Mask("ann@home").ShouldBe("⟦mail:1⟧", "what is kept has no word of it either way");
    }

    [Fact]
    public void Placeholders_come_back_for_every_cut()
    {
        var vault = new TokenVault();
        var screen = Screen.Of([
            new ContentRule
            {
                Name = "mail",
                Patterns = ["[a-z]+@[a-z]+"],
                Action = ContentAction.Tokenise,
            },
        ])!;
        var sent = Screen.Whole("write to ann@home and bob@work, then ann@home", screen.LaneFor(TextChannel.User, vault));
        sent.ShouldBe("write to ⟦mail:1⟧ and ⟦mail:2⟧, then ⟦mail:1⟧");
        var answer = "⟦⟦mail:2⟧ ⟦mail:9⟧ ⟦mail:1⟧⟦ma";
        for (var cut = 0; cut <= answer.Length; cut++)
        {
            Undone(vault, answer, cut).ShouldBe("⟦bob@work ⟦mail:9⟧ ann@home⟦ma", $"cut at {cut}");
        }
    }

    /// <summary>An answer with its placeholders undone, in two pieces.</summary>
    static string Undone(TokenVault vault, string answer, int cut)
    {
        var target = new StringBuilder();
        var lane = new TokenVault.Lane(vault);
        lane.Add(answer.AsSpan(0, cut), target);
        lane.Add(answer.AsSpan(cut), target);
        lane.Complete(target);
        return target.ToString();
    }
}
