using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;
using Portico.Governance.Policy.Guards;
using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Normalising;

namespace Portico.Governance.Policy.Guardrails;

/// <summary>What detectors can find, and a text to try rules on, on the management API. Nothing of the text is kept.</summary>
static class GuardrailEndpoints
{
    /// <summary>Characters of a text to try.</summary>
    public const int MaxText = 100_000;

    /// <summary>The name of the rule that a list of kinds makes.</summary>
    const string Own = "detect";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/guardrails/kinds", Kinds).WithSummary("Kinds that detectors find, as the detect of a content rule names them");
        api.MapPost("/guardrails/scan", Scan)
            .WithSummary("What content rules find in a text and how it would go on; nothing is called and nothing of it is kept");
    }

    /// <summary>
    /// Channel: user, system, retrieved, tool, output (what a model says) or arguments (JSON, of a call of a tool); user where nothing is said. Question: what the person asked, where the text came from a tool or a search. Sources: what an answer is compared with, for grounding. Rules are those in force at the Level, or those of the
    /// Policy text, or one rule that only notes and looks for the kinds of Detect from MinScore on; all kinds where nothing is said.
    /// </summary>
    public sealed record GuardrailScan(
        string Text,
        string? Channel = null,
        string? Question = null,
        IReadOnlyList<string>? Sources = null,
        string? Level = null,
        string? Policy = null,
        IReadOnlyList<string>? Detect = null,
        double? MinScore = null
    );

    /// <summary>Start and Length: in UTF-16 units of the text. Kind: null for the rule's own words and patterns. Score: from 0 to 1.</summary>
    public sealed record GuardrailFinding(
        string Rule,
        string? Kind,
        string? Title,
        long Start,
        int Length,
        double Score,
        ContentAction Action
    );

    /// <summary>What a part of the search takes on this machine, by itself and warm: normalise, the family of a detector, or rules for words and patterns.</summary>
    public sealed record GuardrailTiming(string Part, double Microseconds);

    /// <summary>
    /// Outcome: passes, changed, asks or refused. Result: the text as it would go on; null where it would not. Microseconds: of the search, on this machine. Normalised: the text without
    /// disguises, as judges read it; null where that is the text itself. Timings: of each part, measured once more after the search. Guards: names of those that a call would ask about such a
    /// text too; they are asked in calls alone.
    /// </summary>
    public sealed record GuardrailVerdict(
        string Outcome,
        string? RefusedBy,
        string? Result,
        IReadOnlyList<GuardrailFinding> Findings,
        long Microseconds,
        string? Normalised,
        IReadOnlyList<GuardrailTiming> Timings,
        IReadOnlyList<string> Guards
    );

    static Ok<Page<DetectorKind>> Kinds(int? limit, string? cursor) =>
        TypedResults.Ok(GovernanceEndpoints.PageOf(DetectorCatalog.Shipped.Kinds, k => k.Id, limit, cursor));

    static Ok<GuardrailVerdict> Scan(
        HttpContext http,
        GuardrailScan body,
        GovernanceCatalog catalog,
        DetectorModelCatalog detectors,
        TimeProvider time
    )
    {
        if (body.Text is not { Length: > 0 and <= MaxText })
            throw Bad($"text has 1 to {MaxText} characters.", "text");
        var channel = ChannelOf(body.Channel);
        if ((body.Level, body.Policy, body.Detect ?? (object?)body.MinScore) is not ((_, null, null) or (null, _, null) or (null, null, _)))
            throw Bad("Say one of level, policy and detect.", "level");
        var (screen, guards) = RulesOf(http, body, catalog.Current, detectors.Current, time.GetUtcNow());
        string[] asked = [.. (guards?.Guards ?? []).Where(g => GuardSet.Asks(g, channel)).Select(g => g.Name)];
        if (screen is null || !screen.Watches(channel))
            return TypedResults.Ok(new GuardrailVerdict("passes", null, body.Text, [], 0, NormalOf(body.Text), [], asked));
        var context = ContextOf(body, channel);
        var lane = screen.LaneFor(channel, new TokenVault(), isJson: channel == TextChannel.Arguments, context);
        var before = Stopwatch.GetTimestamp();
        string result;
        try
        {
            result = (channel & TextChannel.Output) != TextChannel.None ? Screen.Answer(body.Text, lane) : Screen.Whole(body.Text, lane);
        }
        catch (ScreenFailedException e)
        {
            throw new PorticoException(ErrorTable.Internal, $"The search for the rule {e.Rule.Name} failed.", inner: e);
        }
        var took = Stopwatch.GetElapsedTime(before);
        var titles = DetectorCatalog.Shipped.Kinds.ToDictionary(k => k.Id, k => k.Title, StringComparer.Ordinal);
        return TypedResults.Ok(
            new GuardrailVerdict(
                lane.Refusal is { } rule ? (rule.Action == ContentAction.Ask ? "asks" : "refused")
                    : lane.Changed ? "changed"
                    : "passes",
                lane.Refusal?.Name,
                lane.Refusal is null ? result : null,
                [
                    .. lane
                        .Told.OrderBy(t => t.Start)
                        .ThenBy(t => t.Rule, StringComparer.Ordinal)
                        .Select(t => new GuardrailFinding(
                            t.Rule,
                            t.Kind,
                            t.Kind is { } kind ? titles.GetValueOrDefault(kind) : null,
                            t.Start,
                            t.Length,
                            Math.Round(t.Score, 3),
                            t.Action
                        )),
                ],
                (long)took.TotalMicroseconds,
                NormalOf(body.Text),
                [
                    .. screen
                        .Measure(body.Text, channel, context)
                        .Select(m => new GuardrailTiming(m.Part, Math.Round(m.Took.TotalMicroseconds, 1))),
                ],
                asked
            )
        );
    }

    /// <summary>As a call would have it: a question for what was found, sources for an answer.</summary>
    static JudgeContext ContextOf(GuardrailScan body, TextChannel channel)
    {
        var sources = body.Sources ?? [];
        if (sources.Any(s => s is null) || sources.Sum(s => (long)s.Length) > MaxText)
            throw Bad($"sources are texts of {MaxText} characters together.", "sources");
        return channel == TextChannel.Answer ? new JudgeContext(null, sources) : new JudgeContext(body.Question);
    }

    /// <summary>Null where a text wears no disguise.</summary>
    static string? NormalOf(string text) =>
        Normaliser.Normalise(text).Text is var normal && string.Equals(normal, text, StringComparison.Ordinal) ? null : normal;

    static (Screen? Screen, GuardSet? Guards) RulesOf(
        HttpContext http,
        GuardrailScan body,
        GovernanceSnapshot snapshot,
        DetectorsInForce detectors,
        DateTimeOffset now
    )
    {
        if (body.Level is { } level)
        {
            var place = PolicyPlace.Of(snapshot, level, AdminAccess.ReachOf(http), "level");
            var levels = snapshot.Policies.LevelsOf(place.Organisation, place.Workspace, place.UseCase).ToList();
            var policy = PolicyBook.Compile(levels, place.Audience, now);
            return (policy?.Screen?.With(detectors.Of(place.Workspace?.Id.ToString())), policy?.Guards);
        }
        if (body.Policy is { } text)
        {
            var (document, problems) = PolicyReader.Read(text);
            if (document is null)
                throw Bad($"Line {problems[0].Line}: {problems[0].Message}", "policy");
            var values = document.Lines.Values.Select(l => l.Value).ToList();
            return (Screen.Of(values.OfType<Guardrail>().Select(g => g.Rule), detectors.Platform), GuardSet.Of(values));
        }
        var kinds = body.Detect ?? DetectorCatalog.Shipped.Families;
        if (kinds.FirstOrDefault(k => !DetectorCatalog.Shipped.Knows(k)) is { } unknown)
            throw Bad($"No detector finds '{ShortText.UpTo(unknown, 64)}'. GET /api/guardrails/kinds lists what they find.", "detect");
        if (body.Detect?.FirstOrDefault(DetectorCatalog.Shipped.NeedsCall) is { } canary)
            throw Bad($"{canary} is told in answers of calls alone, whose prompts have one: no text by itself does.", "detect");
        if (body.MinScore is <= 0 or > 1)
            throw Bad("min_score is more than 0 and at most 1.", "min_score");
        var own = Screen.Of(
            [
                new ContentRule
                {
                    Name = Own,
                    Kinds = kinds,
                    MinScore = body.MinScore ?? ContentRule.DefaultMinScore,
                    Action = ContentAction.Flag,
                },
            ],
            detectors.Platform
        );
        return (own, null);
    }

    static TextChannel ChannelOf(string? name) =>
        name switch
        {
            null or "user" => TextChannel.User,
            "system" => TextChannel.System,
            "retrieved" => TextChannel.Retrieved,
            "tool" => TextChannel.Tool,
            "output" or "answer" => TextChannel.Answer,
            "arguments" => TextChannel.Arguments,
            _ => throw Bad("channel must be user, system, retrieved, tool, output or arguments.", "channel"),
        };

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
