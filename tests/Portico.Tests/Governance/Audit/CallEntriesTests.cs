using System.Text;
using System.Text.Json.Nodes;
using Portico.Governance.Audit;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Audit;

public sealed class CallEntriesTests
{
    const long T0 = 1_790_000_000_000_000;

    static string Intent(string call, long at) =>
        $$"""{"at":{{T0 + at}},"kind":"call.intent","call":"{{call}}","key":"key_1","requested":"sim/echo"}""";

    static string Outcome(string call, long at, string outcome = "completed") =>
        $$"""{"at":{{T0 + at}},"kind":"call.outcome","call":"{{call}}","outcome":"{{outcome}}","status":200}""";

    static string Act(int n, long at) => $$"""{"at":{{T0 + at}},"kind":"act.intent","act":"act_{{n}}"}""";

    static string NewCall() => CallId.New(TimeProvider.System).ToString();

    static string[] Join(params IEnumerable<string> lines) =>
        Encoding
            .UTF8.GetString(new CallEntries().Join(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n")))))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void The_intent_and_the_outcome_of_a_call_become_one_entry_where_the_outcome_stood()
    {
        var (first, second) = (NewCall(), NewCall());
        Join(Intent(first, 1), Act(1, 2), Intent(second, 3), Outcome(first, 4), Act(2, 5), Outcome(second, 6, "failed"))
            .ShouldBe([
                Act(1, 2),
                $$"""{"at":{{T0 + 4}},"kind":"call","begun_at":{{T0 + 1}},"call":"{{first}}","key":"key_1","requested":"sim/echo","outcome":"completed","status":200}""",
                Act(2, 5),
                $$"""{"at":{{T0 + 6}},"kind":"call","begun_at":{{T0 + 3}},"call":"{{second}}","key":"key_1","requested":"sim/echo","outcome":"failed","status":200}""",
            ]);
    }

    [Fact]
    public void What_has_no_partner_in_its_stretch_stays_as_it_is()
    {
        string[] lines = [Outcome(NewCall(), 1), Intent(NewCall(), 2), Act(1, 3)];
        Join(lines).ShouldBe(lines);
        Join().ShouldBeEmpty();
    }

    [Fact]
    public void Lines_that_only_look_like_those_of_a_call_stay_as_they_are()
    {
        var call = NewCall();
        string[] lines =
        [
            $$"""{"at":{{T0}},"kind":"call.intent","call":"{{call}}"}""",
            // Another call with the same random end cannot be; it is told apart all the same.
            Outcome("call_00" + call["call_00".Length..^16].ToUpperInvariant() + call[^16..], 1),
            $$"""{"at":{{T0}},"kind":"call.outcome"}""",
            "no entry at all",
            "",
        ];
        var joined = Encoding.UTF8.GetString(new CallEntries().Join(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n")))));
        joined.ShouldBe(string.Concat(lines.Select(l => l + "\n")));
    }

    [Fact]
    public void In_any_order_of_lines_no_fact_is_lost_and_no_time_goes_back()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var entries = new CallEntries();
        for (var round = 0; round < 200; round++)
        {
            var open = new List<string>();
            var lines = new List<string>();
            for (var i = 0; i < 60; i++)
            {
                if (random.Next(3) == 0)
                    lines.Add(Act(i, i));
                else if (open.Count > 0 && random.Next(2) == 0)
                {
                    var at = random.Next(open.Count);
                    lines.Add(Outcome(open[at], i));
                    open.RemoveAt(at);
                }
                else
                {
                    open.Add(NewCall());
                    lines.Add(Intent(open[^1], i));
                }
            }
            // A stretch begins and ends anywhere.
            var stretch = lines.Skip(random.Next(20)).Take(random.Next(40)).ToList();
            var joined = Encoding
                .UTF8.GetString(entries.Join(Encoding.UTF8.GetBytes(string.Concat(stretch.Select(l => l + "\n")))))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonNode.Parse(l)!)
                .ToList();

            var because = $"seed {seed}, round {round}";
            joined.Select(l => l["at"]!.GetValue<long>()).ShouldBeInOrder(SortDirection.Ascending, because);
            joined.SelectMany(Apart).Order().ShouldBe(stretch.Select(l => JsonNode.Parse(l)!.ToJsonString()).Order(), because);
        }
    }

    /// <summary>The lines that an entry was made of.</summary>
    static IEnumerable<string> Apart(JsonNode entry)
    {
        if (entry["kind"]!.GetValue<string>() != "call")
            return [entry.ToJsonString()];
        var (at, begun) = (entry["at"]!.GetValue<long>() - T0, entry["begun_at"]!.GetValue<long>() - T0);
        return
        [
            Intent(entry["call"]!.GetValue<string>(), begun),
            Outcome(entry["call"]!.GetValue<string>(), at, entry["outcome"]!.GetValue<string>()),
        ];
    }
}
