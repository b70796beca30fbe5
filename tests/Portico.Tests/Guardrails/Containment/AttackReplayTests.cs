using Portico.Guardrails.Containment;

namespace Portico.Tests.Guardrails.Containment;

/// <summary>
/// Conversations of our own making against a policy as a house would have it: a model that believes everything does no harm, and work is
/// not held up.
/// </summary>
public sealed class AttackReplayTests
{
    [Fact]
    public void No_call_that_a_text_from_outside_led_to_is_made()
    {
        var scripts = AttackScripts.All.ToList();
        scripts.Count.ShouldBeGreaterThanOrEqualTo(30);
        scripts.DistinctBy(s => s.Name).Count().ShouldBe(scripts.Count);
        var policy = ScriptedSession.Policy();
        var made = new List<string>();
        foreach (var script in scripts)
        {
            var session = new ScriptedSession(policy);
            session.Play(script);
            script.Calls.Count(c => c.IsAttack).ShouldBe(1, script.Name);
            foreach (var (call, verdict) in session.Played)
            {
                // What leads up to it happens, else the attack would not have been tried in earnest.
                if (!call.IsAttack)
                    verdict.Action.ShouldBe(ToolAction.Allow, $"{script.Name}: {call.Tool}: {verdict.Reason}");
                else if (verdict.Action == ToolAction.Allow)
                    made.Add(script.Name);
                else
                    verdict.Reason.ShouldContain(call.Tool);
            }
        }
        made.ShouldBeEmpty();
    }

    [Fact]
    public void Daily_work_passes_without_anybody_being_asked()
    {
        var scripts = BenignScripts.All.ToList();
        scripts.Count.ShouldBeGreaterThanOrEqualTo(20);
        var policy = ScriptedSession.Policy();
        var held = new List<string>();
        foreach (var script in scripts)
        {
            var session = new ScriptedSession(policy);
            session.Play(script);
            held.AddRange(
                session
                    .Played.Where(p => p.Verdict.Action != ToolAction.Allow)
                    .Select(p => $"{script.Name}: {p.Verdict.Cause}: {p.Verdict.Reason}")
            );
        }
        held.ShouldBeEmpty();
    }
}
