using Microsoft.Extensions.Logging;
using Portico.Gateway.Stages;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Guards;
using Portico.Guardrails;
using Portico.Observability;

namespace Portico.Gateway.Guards;

/// <summary>
/// Asks all guards of a policy about texts, at once, and says what is left of them. Who gives no verdict, for whatever reason, is an error that the guard's line decides about;
/// the trail says so.
/// </summary>
sealed partial class GuardAsker(ServiceGuards services, JudgeGuards judges, PersonAsker person, ILogger<GuardAsker> logger)
{
    public const string Stage = "ask_guards";

    /// <param name="call">What is judged, or whose answer is.</param>
    /// <param name="given">As it came: a person who decides decides about that.</param>
    /// <param name="policy">Whose guards are asked.</param>
    /// <param name="texts">What is judged.</param>
    /// <param name="isAnswer">They are of the answer.</param>
    /// <param name="ct">The caller left.</param>
    public async Task<GuardOutcome> JudgeAsync(
        ModelCall call,
        ModelCall given,
        CompiledPolicy policy,
        IReadOnlyList<CallText> texts,
        bool isAnswer,
        CancellationToken ct
    )
    {
        // Step 1: everybody is asked at once.
        var asked = new List<Task<GuardAnswer>>();
        foreach (var guard in policy.Guards!.Guards)
        {
            var its = Enumerable.Range(0, texts.Count).Where(i => GuardSet.Asks(guard, texts[i].Channel)).ToList();
            if (its.Count > 0)
                asked.AddRange(guard.Targets.Select(t => AskAsync(call, guard, t, its, texts, ct)));
        }
        var answers = await Task.WhenAll(asked);
        // Step 2: what they said, for the record.
        foreach (var answer in answers)
            Note(call.Context, answer, isAnswer ? "answer" : "input");
        call.Context.Found([.. answers.SelectMany(a => a.Flagged.SelectMany(f => FindingsOf(a.Guard, texts[f.Text], f.Verdict)))]);
        // Step 3: what is left.
        var left = new Dictionary<int, string>();
        if (Blocked(answers, texts, left) is { } refusal)
            return new GuardOutcome(GuardWords.Denied(policy, refusal, isAnswer), false, left);
        if (Array.Find(answers, a => a.Failure is not null && !a.Guard.PassesWithout) is { } failed)
            return new GuardOutcome(GuardWords.Failed(policy, failed), true, left);
        foreach (var answer in answers.Where(a => a.Guard.Action == ContentAction.Ask))
        foreach (var (text, verdict) in answer.Flagged.Take(1))
            if (!person.Passes(given, answer.Guard))
                return new GuardOutcome(
                    await person.AskAsync(given, policy, answer.Guard, FindingsOf(answer.Guard, texts[text], verdict)[0], ct),
                    false,
                    left
                );
        return new GuardOutcome(null, false, left);
    }

    async Task<GuardAnswer> AskAsync(
        ModelCall call,
        Guard guard,
        GuardTarget target,
        IReadOnlyList<int> which,
        IReadOnlyList<CallText> texts,
        CancellationToken ct
    )
    {
        CallId? inner = null;
        try
        {
            CallText[] its = [.. which.Select(i => texts[i])];
            var verdicts = target.Url is null
                ? await judges.AskAsync(call, guard, target, its, id => inner = id, ct)
                : await services.AskAsync(call, guard, target, its, ct);
            return new GuardAnswer(guard, target, which, verdicts, null, inner);
        }
        catch (GuardFailedException e)
        {
            return new GuardAnswer(guard, target, which, null, e, inner);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !(e is OperationCanceledException && ct.IsCancellationRequested))
        {
            // A mistake of ours is no verdict either: the line decides, and the operators see it.
            Log.Failed(logger, guard.Name, call.Context.Record.Id.ToString(), e);
            return new GuardAnswer(
                guard,
                target,
                which,
                null,
                new GuardFailedException("it could not be asked", $"it could not be asked: {e.GetType().Name}", e),
                inner
            );
        }
    }

    static void Note(CallContext context, GuardAnswer answer, string where)
    {
        var (guard, who) = (answer.Guard, answer.Inner is { } inner ? $"{answer.Target.Name} in {inner}" : answer.Target.Name);
        context.Note(
            Stage,
            answer.Failure is { } failure
                ? $"{where}: {guard.Name} had no verdict of {who}: {failure.Detail}; "
                    + (
                        guard.FailsOpen ? "it fails open: the text passed"
                        : guard.Holds ? "it fails closed: nothing passed"
                        : "it only flags: the text passed"
                    )
                : $"{where}: {guard.Name} asked {who} about {Count(answer.Texts.Count, "text")}: {answer.Flagged.Count()} flagged"
        );
    }

    static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>A finding a place, or one of the whole text.</summary>
    static List<CallFinding> FindingsOf(Guard guard, CallText text, GuardVerdict verdict) =>
        [
            .. (verdict.Spans.Count > 0 ? verdict.Spans : [new GuardSpan(0, text.Text.Length)]).Select(s => new CallFinding(
                guard.Name,
                guard.Kind,
                TextPlace.Names.Of(text.Channel),
                text.Where.ToString(),
                s.Start,
                s.Length,
                (int)Math.Round(verdict.Score * 100),
                TextPlace.Names.Of(guard.Action)
            )),
        ];

    /// <summary>The strictest refusal; else null, and what is taken out of texts.</summary>
    static GuardRefusal? Blocked(GuardAnswer[] answers, IReadOnlyList<CallText> texts, Dictionary<int, string> left)
    {
        GuardRefusal? refusal = null;
        void Refuse(Guard guard, int text, GuardVerdict verdict, bool cannotChange)
        {
            refusal ??= new GuardRefusal(guard, FindingsOf(guard, texts[text], verdict)[0], verdict.Reason, text, cannotChange);
            left[text] = texts[text].IsJson ? "{}" : $"[blocked:{guard.Kind}]";
        }
        var places = new Dictionary<int, List<(GuardSpan, string)>>();
        foreach (var answer in answers)
        foreach (var (text, verdict) in answer.Flagged)
            if (answer.Guard.Action == ContentAction.Block)
                Refuse(answer.Guard, text, verdict, cannotChange: false);
            else if (answer.Guard.Action == ContentAction.Redact && (verdict.Spans.Count == 0 || !texts[text].CanChange))
                Refuse(answer.Guard, text, verdict, cannotChange: true);
            else if (answer.Guard.Action == ContentAction.Redact)
            {
                if (!places.TryGetValue(text, out var known))
                    places[text] = known = [];
                known.AddRange(verdict.Spans.Select(s => (s, answer.Guard.Name)));
            }
        foreach (var (text, its) in places)
            if (left.ContainsKey(text))
                continue;
            else if (GuardWords.Without(texts[text], its) is { } redacted)
                left[text] = redacted;
            else
                foreach (var answer in answers.Where(a => a.Guard.Action == ContentAction.Redact))
                foreach (var (_, verdict) in answer.Flagged.Where(f => f.Text == text))
                    Refuse(answer.Guard, text, verdict, cannotChange: true);
        return refusal;
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The guard {Guard} could not be asked about call {CallId}")]
        public static partial void Failed(ILogger logger, string guard, string callId, Exception e);
    }
}
