using System.Text;
using Portico.Core.Chat;
using Portico.Gateway.Guards;
using Portico.Governance.Policy;
using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Observability;

namespace Portico.Gateway.Stages;

/// <summary>
/// An answer with its texts as content rules leave them, and placeholders undone. A lane for each text of each choice, the arguments of each tool call included: what may yet
/// become a finding is held, and no more. What is refused ends the answer; nothing behind it goes on.
/// </summary>
/// <param name="inner">As the provider gave it.</param>
/// <param name="call">As it came.</param>
/// <param name="screen">The rules; null = none, placeholders are undone and no more.</param>
/// <param name="sources">What the call gave the model to answer from.</param>
/// <param name="policy">Whose they are.</param>
/// <param name="vault">Placeholders of the request.</param>
/// <param name="person">Asks where a rule wants a person to decide.</param>
/// <param name="fail">What the caller is told where the search fails for a rule that fails closed: the answer ends there, and what came is billed.</param>
sealed class ScreenedReply(
    ModelEventStream inner,
    ModelCall call,
    Screen? screen,
    JudgeContext sources,
    CompiledPolicy policy,
    TokenVault vault,
    PersonAsker person,
    Func<ScreenFailedException, PorticoException> fail
) : ModelEventStream
{
    readonly CallContext context = call.Context;

    readonly record struct Text(int Choice, ModelEventKind Kind, int Tool);

    readonly Dictionary<Text, AnswerLane> lanes = [];
    ModelEvent[] batch = [];
    int given;
    bool noted;

    public override ReadOnlyMemory<ModelEvent> Batch => batch.AsMemory(0, given);
    public override Dialect Dialect => Dialect.Canonical;
    public override Usage ReportedUsage => inner.ReportedUsage;

    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        // A batch of which all is held is none: the reader waits for the next.
        do
        {
            if (!await inner.ReadAsync(ct))
                return false;
            given = 0;
            try
            {
                Take(inner.Batch.Span);
            }
            catch (ScreenFailedException e)
            {
                NoteFindings();
                throw fail(e);
            }
            catch (AsksException e)
            {
                throw await person.AskAsync(call, policy, e.Rule, e.By, ct);
            }
        } while (given == 0);
        return true;
    }

    void Give(in ModelEvent e)
    {
        if (given == batch.Length)
            Array.Resize(ref batch, Math.Max(4, 2 * given));
        batch[given++] = e;
    }

    /// <summary>A rule wants a person to decide: nothing behind goes on, and asking takes the store.</summary>
    sealed class AsksException(ContentRule rule, CallFinding by) : Exception
    {
        public ContentRule Rule => rule;
        public CallFinding By => by;
    }

    /// <summary>Fragments that one read delivered are one piece of their text: where one ends and the next begins says nothing, and each would be searched and written by itself.</summary>
    void Take(ReadOnlySpan<ModelEvent> events)
    {
        for (var i = 0; i < events.Length; i++)
        {
            ref readonly var e = ref events[i];
            Tally(e);
            switch (e.Kind)
            {
                case ModelEventKind.Frame:
                    throw new InvalidOperationException("An answer that is to be screened came as bytes.");
                case ModelEventKind.Text or ModelEventKind.Refusal:
                case ModelEventKind.Reasoning when e.Text is not null:
                    Take(e, new Text(e.Choice, e.Kind, 0), Run(events, ref i, static one => one.Text), IsEnd(events, i));
                    break;
                case ModelEventKind.ToolCall when e.ToolCall is { } delta:
                    Take(e, delta, Run(events, ref i, static one => one.ToolCall?.Arguments));
                    break;
                case ModelEventKind.Reasoning:
                    // The seal stands behind the thinking.
                    Complete(e.Choice, ModelEventKind.Reasoning);
                    Give(e);
                    break;
                case ModelEventKind.Finish:
                    Complete(e.Choice);
                    Give(e);
                    break;
                default:
                    Complete();
                    NoteFindings();
                    Give(e);
                    break;
            }
        }
    }

    /// <summary>Counts what the provider sent: what is taken out is paid for all the same. What guards were asked about is counted by whoever read it for them.</summary>
    void Tally(in ModelEvent e)
    {
        if (inner is not GuardedReply)
            context.Tally.Add(e, inner.Dialect, inner.IsWhole);
    }

    readonly StringBuilder run = new();

    /// <summary>The text of a fragment and of those behind it that only go on with it.</summary>
    /// <param name="events">Of one read.</param>
    /// <param name="at">The first of them; then the last.</param>
    /// <param name="said">Its text.</param>
    string? Run(ReadOnlySpan<ModelEvent> events, ref int at, Func<ModelEvent, string?> said)
    {
        var first = events[at];
        if (at + 1 == events.Length || !GoesOn(first, events[at + 1]))
            return said(first);
        run.Clear().Append(said(first));
        while (at + 1 < events.Length && GoesOn(first, events[at + 1]))
        {
            at++;
            Tally(events[at]);
            run.Append(said(events[at]));
        }
        return run.ToString();
    }

    /// <summary>The choice ends behind this: its text will not go on.</summary>
    static bool IsEnd(ReadOnlySpan<ModelEvent> events, int at) =>
        at + 1 < events.Length && events[at + 1].Kind == ModelEventKind.Finish && events[at + 1].Choice == events[at].Choice;

    static bool GoesOn(in ModelEvent first, in ModelEvent next) =>
        next.Kind == first.Kind
        && next.Choice == first.Choice
        && (
            first.Kind == ModelEventKind.ToolCall
                ? next.ToolCall is { Id: null, Name: null } more && more.Index == first.ToolCall!.Index
                : next.Text is not null && next.Signature is null && next.Sealed is null
        );

    void Take(in ModelEvent e, Text at, string? text, bool isEnd)
    {
        var lane = LaneOf(at);
        var safe = lane.Take(text, isEnd);
        RefuseIf(at);
        if (safe.Length > 0)
            Give(e with { Text = safe });
        if (isEnd)
            Close(at, lane);
    }

    void Close(Text at, AnswerLane lane)
    {
        Count(at, lane);
        lanes.Remove(at);
    }

    void Take(in ModelEvent e, ToolCallDelta call, string? arguments)
    {
        var at = new Text(e.Choice, ModelEventKind.ToolCall, call.Index);
        var safe = arguments is { Length: > 0 } ? LaneOf(at).Take(arguments, isEnd: false) : null;
        RefuseIf(at);
        if (safe is { Length: > 0 } || call.Id is not null || call.Name is not null)
            Give(e with { ToolCall = call with { Arguments = safe } });
    }

    /// <summary>Ends the texts of a choice and of a kind, or of all.</summary>
    void Complete(int? choice = null, ModelEventKind? kind = null)
    {
        // Most answers have one text.
        if (lanes.Count == 0)
            return;
        foreach (var at in lanes.Count == 1 ? [.. lanes.Keys] : lanes.Keys.OrderBy(t => (t.Choice, t.Kind, t.Tool)).ToArray())
        {
            if ((choice is not null && at.Choice != choice) || (kind is not null && at.Kind != kind))
                continue;
            var rest = lanes[at].Take(null, isEnd: true);
            RefuseIf(at);
            Close(at, lanes[at]);
            if (rest.Length > 0)
                Give(
                    at.Kind == ModelEventKind.ToolCall
                        ? new ModelEvent
                        {
                            Kind = at.Kind,
                            Choice = at.Choice,
                            ToolCall = new ToolCallDelta(at.Tool, null, null, rest),
                        }
                        : new ModelEvent
                        {
                            Kind = at.Kind,
                            Choice = at.Choice,
                            Text = rest,
                        }
                );
        }
    }

    AnswerLane LaneOf(Text at)
    {
        if (lanes.TryGetValue(at, out var lane))
            return lane;
        var (isJson, channel) = (at.Kind == ModelEventKind.ToolCall, ChannelOf(at));
        var rules =
            screen?.Watches(channel) == true
                ? screen.LaneFor(channel, null, isJson, at.Kind == ModelEventKind.Text ? sources : null)
                : null;
        return lanes[at] = new AnswerLane(rules, !vault.Restores && rules is not null ? null : new TokenVault.Lane(vault, isJson));
    }

    readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    bool isLearned;
    SortedSet<string>? failed;

    void Count(Text at, AnswerLane lane)
    {
        if (lane.Rules is not { IsClean: false } rules)
            return;
        var where = PlaceOf(at);
        var findings = rules.Told.Select(t => where.Finding(t, ChannelOf(at))).ToList();
        context.Found(findings);
        isLearned |= findings.Exists(f => f.Kind is not null);
        foreach (var rule in rules.Failed)
            (failed ??= new(StringComparer.Ordinal)).Add(rule.Name);
        foreach (var (rule, count) in rules.Findings)
            counts[rule.Name] = counts.GetValueOrDefault(rule.Name) + count;
    }

    void NoteFindings()
    {
        if (noted)
            return;
        noted = true;
        ScreenContent.Note(context, "answer", counts);
        if (screen is not null)
            ScreenContent.NoteModels(context, "answer", screen, isLearned);
        if (failed is not null)
            ScreenContent.NoteFailed(context, "answer", failed);
    }

    static TextChannel ChannelOf(Text at) => at.Kind == ModelEventKind.ToolCall ? TextChannel.Arguments : TextChannel.Answer;

    static TextPlace PlaceOf(Text at) => PlaceOf(at.Choice, at.Kind, at.Tool);

    /// <summary>Where a text of an answer stands.</summary>
    internal static TextPlace PlaceOf(int choice, ModelEventKind kind, int tool) =>
        new TextPlace("choices", choice).Of(
            kind switch
            {
                ModelEventKind.ToolCall => "tool_calls",
                ModelEventKind.Reasoning => "reasoning",
                ModelEventKind.Refusal => "refusal",
                _ => "message",
            },
            kind == ModelEventKind.ToolCall ? tool : null
        );

    void RefuseIf(Text at)
    {
        if (!lanes.TryGetValue(at, out var refused) || refused.Rules?.Refusal is not { } rule)
            return;
        foreach (var (place, lane) in lanes)
            Count(place, lane);
        NoteFindings();
        var by = PlaceOf(at).Finding(refused.Rules.RefusedBy!, ChannelOf(at));
        throw rule.Action == ContentAction.Ask ? new AsksException(rule, by) : ScreenContent.Denied(policy, rule, by);
    }

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
