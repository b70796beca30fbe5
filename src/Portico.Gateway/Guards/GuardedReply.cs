using System.Text;
using Portico.Core.Chat;
using Portico.Gateway.Stages;
using Portico.Governance.Policy;
using Portico.Guardrails;

namespace Portico.Gateway.Guards;

/// <summary>
/// An answer that guards judge when it is whole. Where one of them may hold it back, nothing of it goes on before; else it goes on as it comes, and its end waits for the judgement, so that the
/// record has it.
/// </summary>
/// <param name="inner">The answer as content rules leave it.</param>
/// <param name="call">Its call.</param>
/// <param name="given">The call as it came.</param>
/// <param name="policy">Whose guards are asked.</param>
/// <param name="asker">Asks them.</param>
/// <param name="counts">The answer comes as the provider sent it, and nobody counted it yet.</param>
sealed class GuardedReply(ModelEventStream inner, ModelCall call, ModelCall given, CompiledPolicy policy, GuardAsker asker, bool counts)
    : ModelEventStream
{
    readonly record struct Place(int Choice, ModelEventKind Kind, int Tool);

    readonly bool holds = policy.Guards!.HoldsAnswers;
    readonly List<ModelEvent> waiting = [];
    readonly List<ModelEvent> passing = [];
    readonly Dictionary<Place, StringBuilder> texts = [];
    ModelEvent[] current = [];
    ModelEvent? end;
    bool hasEnded;

    public override ReadOnlyMemory<ModelEvent> Batch => current;
    public override Dialect Dialect => Dialect.Canonical;

    /// <summary>Of an answer that is all there and may not go on: it is paid for as it was told.</summary>
    public override Usage ReportedUsage => end?.Completion is { Usage: { Source: not UsageSource.None } told } ? told : inner.ReportedUsage;

    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        while (end is null)
        {
            if (!await inner.ReadAsync(ct))
                return false;
            Take(inner.Batch.Span);
            if (passing.Count == 0)
                continue;
            // What came with the end does not wait for the judgement.
            current = [.. passing];
            passing.Clear();
            return true;
        }
        if (hasEnded)
            return false;
        hasEnded = true;
        current = [.. await JudgedAsync(ct), end.Value];
        return true;
    }

    void Take(ReadOnlySpan<ModelEvent> batch)
    {
        foreach (ref readonly var e in batch)
        {
            if (counts)
                call.Context.Tally.Add(e, inner.Dialect, inner.IsWhole);
            Collect(e);
            if (e.Kind == ModelEventKind.Completed)
                end = e;
            else
                (holds ? waiting : passing).Add(e);
        }
    }

    void Collect(in ModelEvent e)
    {
        if (e.Kind == ModelEventKind.Frame)
            throw new InvalidOperationException("An answer that is to be judged came as bytes.");
        if (e.Kind is ModelEventKind.Text or ModelEventKind.Refusal or ModelEventKind.Reasoning && e.Text is { Length: > 0 } text)
            TextAt(new Place(e.Choice, e.Kind, 0)).Append(text);
        else if (e is { Kind: ModelEventKind.ToolCall, ToolCall: { Arguments: { Length: > 0 } arguments } tool })
            TextAt(new Place(e.Choice, e.Kind, tool.Index)).Append(arguments);
    }

    StringBuilder TextAt(Place at) => texts.TryGetValue(at, out var text) ? text : texts[at] = new StringBuilder();

    /// <summary>What was held, as it goes on.</summary>
    /// <exception cref="PorticoException">Nothing goes on.</exception>
    async Task<IReadOnlyList<ModelEvent>> JudgedAsync(CancellationToken ct)
    {
        var places = texts.Keys.OrderBy(t => (t.Choice, t.Kind, t.Tool)).ToList();
        if (places.Count == 0)
            return waiting;
        var judged = places.ConvertAll(p => new CallText(
            texts[p].ToString(),
            p.Kind == ModelEventKind.ToolCall ? TextChannel.Arguments : TextChannel.Answer,
            ScreenedReply.PlaceOf(p.Choice, p.Kind, p.Tool),
            p.Kind == ModelEventKind.ToolCall,
            // The provider's seal is over the thinking as it was.
            p.Kind != ModelEventKind.Reasoning
        ));
        var outcome = await asker.JudgeAsync(call, given, policy, judged, isAnswer: true, ct);
        if (outcome.Refusal is { } refusal)
            throw refusal;
        if (outcome.Left.Count == 0)
            return waiting;
        return Changed(outcome.Left.ToDictionary(l => places[l.Key], l => (string?)l.Value));
    }

    /// <summary>The same events with other texts: all of a text with its first piece.</summary>
    List<ModelEvent> Changed(Dictionary<Place, string?> left)
    {
        var changed = new List<ModelEvent>(waiting.Count);
        foreach (var e in waiting)
        {
            var at = new Place(e.Choice, e.Kind, e.ToolCall?.Index ?? 0);
            if (!left.TryGetValue(at, out var text) || e is { Text: null, ToolCall: null })
                changed.Add(e);
            else if (e.ToolCall is { } tool)
            {
                var has = tool.Arguments is { Length: > 0 };
                changed.Add(e with { ToolCall = tool with { Arguments = has ? text : null } });
                if (has)
                    left[at] = null;
            }
            else
            {
                if (text is not null)
                    changed.Add(e with { Text = text });
                left[at] = null;
            }
        }
        return changed;
    }

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
