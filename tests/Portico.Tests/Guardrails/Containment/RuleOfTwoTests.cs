using Portico.Guardrails.Containment;

namespace Portico.Tests.Guardrails.Containment;

public sealed class RuleOfTwoTests
{
    static readonly SessionTraits[] Each = [SessionTraits.UntrustedInput, SessionTraits.PrivateData, SessionTraits.ExternalEffect];

    [Fact]
    public void Any_two_pass_and_the_third_asks_in_every_order()
    {
        foreach (var first in Each)
        foreach (var second in Each.Where(t => t != first))
        {
            var third = SessionTraits.All & ~first & ~second;
            var one = RuleOfTwo.None.Add("one", first);
            var two = one.After.Add("two", second);
            var three = two.After.Add("three", third);
            (one.IsAllowed, two.IsAllowed, three.IsAllowed).ShouldBe((true, true, false));
            three.Reason.ShouldContain("'one'");
            three.Reason.ShouldContain("'two'");
            three.Reason.ShouldContain("'three'");
            three.After.History.Select(h => (h.Call, h.Traits)).ShouldBe([("one", first), ("two", second), ("three", third)]);
            // The state before stays as it was for a call that is not made.
            two.After.Traits.ShouldBe(first | second);
            two.After.Add("again", first | second).IsAllowed.ShouldBeTrue();
        }
    }

    [Fact]
    public void One_call_with_all_three_asks_at_once() => RuleOfTwo.None.Add("browse", SessionTraits.All).IsAllowed.ShouldBeFalse();

    [Fact]
    public void A_person_lets_one_call_pass_and_the_next_one_asks_again()
    {
        var two = RuleOfTwo.None.Add("read", SessionTraits.UntrustedInput | SessionTraits.PrivateData).After;
        var three = two.Approved("send", SessionTraits.ExternalEffect);
        three.History[^1].ShouldBe(new TraitEntry("send", SessionTraits.ExternalEffect, true));
        three.Add("send", SessionTraits.ExternalEffect).IsAllowed.ShouldBeFalse();
        three.Add("calc", SessionTraits.None).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void The_history_has_a_bound_and_names_are_cut()
    {
        var state = RuleOfTwo.None;
        for (var i = 0; i < 500; i++)
            state = state.Approved(new string('n', 200) + "\u202E\n", SessionTraits.PrivateData);
        state.History.Count.ShouldBe(RuleOfTwo.MaxHistory);
        state.History[0].Call.Length.ShouldBe(RuleOfTwo.MaxName + 1);
    }
}
