using Portico.Governance.Policy;
using Portico.Governance.Policy.Guards;

namespace Portico.Tests.Governance.Policy;

/// <summary>The meet of policies: in any order the same, never looser than what is mandatory, and wider for an exception alone.</summary>
public sealed class PolicyMeetTests
{
    const int Cases = 2_000;

    static EffectivePolicy Of(PolicyLevel level, DateTimeOffset? at = null) =>
        EffectivePolicy.Of(level, PolicyGen.Audience, at ?? PolicyGen.Now);

    static void ShouldBeSame(EffectivePolicy a, EffectivePolicy b, int seed)
    {
        a.Lines.Select(l => l.Name).ShouldBe(b.Lines.Select(l => l.Name), $"seed {seed}");
        foreach (var line in a.Lines)
        {
            var other = b.Find(line.Name)!;
            line.IsSame(other).ShouldBeTrue($"seed {seed}: {line.Name} is {line.Value.Says} and {other.Value.Says}");
            line.Value.ShouldBe(other.Value, $"seed {seed}: {line.Name}");
        }
    }

    [Fact]
    public void The_meet_does_not_depend_on_the_order_or_on_how_often()
    {
        for (var seed = 1; seed <= Cases; seed++)
        {
            var gen = new PolicyGen(new Random(seed));
            var levels = gen.Levels();
            var (a, b, c) = (Of(levels[0]), Of(levels[1]), Of(levels[2]));
            ShouldBeSame(a.Meet(b).Meet(c), a.Meet(b.Meet(c)), seed);
            ShouldBeSame(a.Meet(b), b.Meet(a), seed);
            ShouldBeSame(a.Meet(a), a, seed);
            ShouldBeSame(c.Meet(a).Meet(b).Meet(a), a.Meet(b).Meet(c), seed);
            ShouldBeSame(EffectivePolicy.None.Meet(a), a, seed);
        }
    }

    [Fact]
    public void What_holds_is_never_looser_than_any_mandatory_line_above_or_at_the_level()
    {
        for (var seed = 1; seed <= Cases; seed++)
        {
            var levels = new PolicyGen(new Random(seed)).Levels();
            var all = EffectivePolicy.Of(levels, PolicyGen.Audience, PolicyGen.Now);
            foreach (var level in levels)
            foreach (var line in level.Document.Lines.Values.Where(level.IsMandatory))
                all.Find(line.Name)!.Value.IsWithin(line.Value).ShouldBeTrue($"seed {seed}: {line.Name} of {level.Scope}");
        }
    }

    [Fact]
    public void A_free_line_is_the_choice_of_the_nearest_level_within_what_is_mandatory()
    {
        for (var seed = 1; seed <= Cases; seed++)
        {
            var levels = new PolicyGen(new Random(seed)).Levels();
            var all = EffectivePolicy.Of(levels, PolicyGen.Audience, PolicyGen.Now);
            foreach (var line in all.Lines)
            {
                var nearest = levels.Last(l => l.Document.Lines.ContainsKey(line.Name)).Document.Lines[line.Name].Value;
                var musts = levels
                    .Where(l => l.Document.Lines.TryGetValue(line.Name, out var own) && l.IsMandatory(own))
                    .Select(l => l.Document.Lines[line.Name].Value);
                line.Value.ShouldBe(musts.Aggregate(nearest, (met, must) => met.Meet(must)), $"seed {seed}: {line.Name}");
            }
        }
    }

    [Fact]
    public void A_child_that_is_not_refused_says_nothing_that_its_parents_change()
    {
        for (var seed = 1; seed <= Cases; seed++)
        {
            var levels = new PolicyGen(new Random(seed)).Levels();
            var conflicts = PolicyConflict
                .Find(levels[0], levels[1], PolicyGen.Audience, PolicyGen.Now)
                .Select(c => c.BelowLine.Name)
                .ToHashSet();
            var met = Of(levels[0]).Meet(Of(levels[1]));
            // Of these a line below may add to the one above.
            foreach (
                var line in levels[1].Document.Lines.Values.Where(l => l.Value is not (DeniedNames or Guardrail or Guard or MoneyBound))
            )
                met.Find(line.Name)!.Value.Equals(line.Value).ShouldBe(!conflicts.Contains(line.Name), $"seed {seed}: {line.Name}");
        }
    }

    [Fact]
    public void Guards_are_a_lattice_in_which_a_child_weakens_nothing()
    {
        for (var seed = 1; seed <= Cases; seed++)
        {
            var gen = new PolicyGen(new Random(seed));
            var guards = Enumerable
                .Range(0, 12)
                .SelectMany(_ => gen.Document().Lines.Values)
                .Select(l => l.Value)
                .OfType<Guard>()
                .Where(g => g.Name == "a")
                .Take(3)
                .ToList();
            if (guards.Count < 3)
                continue;
            var (a, b, c) = (guards[0], guards[1], guards[2]);
            a.Meet(b).Meet(c).ShouldBe(a.Meet(b.Meet(c)), $"seed {seed}");
            a.Join(b).Join(c).ShouldBe(a.Join(b.Join(c)), $"seed {seed}");
            (a.Meet(b), a.Join(b)).ShouldBe((b.Meet(a), b.Join(a)), $"seed {seed}");
            a.Meet(a.Join(b)).ShouldBe(a, $"seed {seed}");
            a.Join(a.Meet(b)).ShouldBe(a, $"seed {seed}");
            var met = (Guard)a.Meet(b);
            met.Targets.ShouldBe([.. a.Targets.Union(b.Targets).OrderBy(t => met.Targets.ToList().IndexOf(t))], $"seed {seed}");
            (met.Action >= a.Action, met.TimeoutMs >= a.TimeoutMs, met.MinScore <= a.MinScore, !met.FailsOpen || a.FailsOpen).ShouldBe(
                (true, true, true, true),
                $"seed {seed}"
            );
        }
    }

    [Fact]
    public void An_exception_widens_its_own_lines_in_its_own_time_and_no_other()
    {
        for (var seed = 1; seed <= Cases; seed++)
        {
            var random = new Random(seed);
            var gen = new PolicyGen(random);
            var levels = gen.Levels();
            var until = PolicyGen.Now.AddDays(10);
            var (document, lifted) = gen.Excepted(levels[0].Document, until);
            PolicyLevel[] wider = [levels[0] with { Document = document }, levels[1], levels[2]];
            var plain = EffectivePolicy.Of(levels, PolicyGen.Audience, PolicyGen.Now);
            var during = EffectivePolicy.Of(wider, PolicyGen.Audience, until.AddTicks(-1));
            foreach (var line in plain.Lines)
            {
                var now = during.Find(line.Name)!.Value;
                line.Value.IsWithin(now).ShouldBeTrue($"seed {seed}: {line.Name} became narrower");
                if (!lifted.Contains(line.Name))
                    now.ShouldBe(line.Value, $"seed {seed}: {line.Name} is not lifted");
            }
            ShouldBeSame(EffectivePolicy.Of(wider, PolicyGen.Audience, until), plain, seed);
            ShouldBeSame(EffectivePolicy.Of(wider, ["ws_other", "uc_other"], PolicyGen.Now), plain, seed);
        }
    }

    [Fact]
    public void A_compiled_policy_turns_at_the_end_of_each_exception()
    {
        var level = new PolicyGen(new Random(1)).Level(
            PolicyScope.Organisation,
            PolicyReader
                .Read(
                    $"""
                    models:
                      allow: [gpt-4o]
                    exceptions:
                      - {"{"} name: one, for: {PolicyGen.UseCase}, owner: Ann, reason: trial, until: 2026-07-01, lifts: {"{"} models.allow: [o3] {"}"} {"}"}
                      - {"{"} name: two, for: {PolicyGen.Workspace}, owner: Ann, reason: trial, until: 2026-08-01, lifts: {"{"} models.allow: [llama-*] {"}"} {"}"}
                    """
                )
                .Document
        );
        var policy = PolicyBook.Compile([level], PolicyGen.Audience, PolicyGen.Now)!;
        string At(int month, int day) => policy.At(new DateTimeOffset(2026, month, day, 0, 0, 0, TimeSpan.Zero)).Models.Allow!.ToString();
        At(6, 2).ShouldBe("[gpt-4o, llama-*, o3]");
        At(6, 30).ShouldBe("[gpt-4o, llama-*, o3]");
        At(7, 1).ShouldBe("[gpt-4o, llama-*]");
        At(8, 1).ShouldBe("[gpt-4o]");
        At(12, 1).ShouldBe("[gpt-4o]");
    }
}
