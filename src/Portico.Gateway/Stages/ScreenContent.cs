using System.Globalization;
using Microsoft.Extensions.Logging;
using Portico.Core.Chat;
using Portico.Gateway.Guards;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Guardrails;
using Portico.Governance.Policy.Requests;
using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Observability;
using Portico.Observability.Reviews;

namespace Portico.Gateway.Stages;

/// <summary>
/// Searches all texts of the request, and those of the answer as they come, for what the policy's content rules name; notes, takes out, or refuses. Behind the rules, on both ways, the policy's
/// guards are asked. A call without either is untouched: its answer goes on as the provider's own bytes.
/// </summary>
sealed partial class ScreenContent(
    PersonAsker person,
    GuardAsker guards,
    FalseAlarms alarms,
    DetectorModelCatalog detectors,
    CleanTexts? clean,
    PolicyGrants keys,
    TimeProvider time,
    ILogger<ScreenContent> logger
) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        if (call.Caller.Policies.InForce is not { } chain || call.Options.ForGuard)
            return next(call, ct);
        var policy = chain.At(time.GetUtcNow());
        call.Context.Record.ScreenedBy = policy.ScreenedBy;
        if (policy.Screen is not { } screen)
        {
            // What was said of them before the call walked holds no more.
            call.Context.Words = null;
            return policy.Guards is null ? next(call, ct) : GuardAsync(call, call, null, policy, new TokenVault(), next, ct);
        }
        if (!screen.Detects)
            return RunAsync(call, screen, policy, next, ct);
        // The models in force now are those of this call to its end.
        screen = screen.With(detectors.Current.Of(call.Caller.WorkspaceId));
        return alarms.Of(call.Caller.WorkspaceId) is { } known
            ? RunAsync(call, screen.Knowing(known), policy, next, ct)
            : RunWithKeyAsync(call, screen, policy, next, ct);
    }

    /// <summary>The first call of an installation that a detector looks at makes the key of digests.</summary>
    async ValueTask<ModelReply> RunWithKeyAsync(ModelCall call, Screen screen, CompiledPolicy policy, Next next, CancellationToken ct)
    {
        try
        {
            await alarms.KeyAsync(ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            // A rule is not weaker for it: what it finds cannot be reported as a false alarm, and that is all.
            Log.NoKey(logger, call.Context.Record.Id.ToString(), e);
        }
        if (alarms.Of(call.Caller.WorkspaceId) is { } known)
            screen = screen.Knowing(known);
        return await RunAsync(call, screen, policy, next, ct);
    }

    ValueTask<ModelReply> RunAsync(ModelCall call, Screen screen, CompiledPolicy policy, Next next, CancellationToken ct)
    {
        screen = person.Granted(call, screen);
        var vault = new TokenVault(call.Caller.IsPerson);
        call.Context.Words = KeptWords.Of(screen, vault);
        var given = call;
        call = ScreenInput(call, screen, policy, vault, out var asks);
        if (asks is not null)
            return AskAsync(given, policy, asks, ct);
        return policy.Guards is null
            ? ReadAnswer(call, given, screen, policy, vault, next, ct)
            : GuardAsync(call, given, screen, policy, vault, next, ct);
    }

    /// <summary>What is below, with its answer read where rules or guards want that.</summary>
    ValueTask<ModelReply> ReadAnswer(
        ModelCall call,
        ModelCall given,
        Screen? screen,
        CompiledPolicy policy,
        TokenVault vault,
        Next next,
        CancellationToken ct
    )
    {
        var judges = policy.Guards is { } asked && asked.Watches(TextChannel.Output);
        // Behind all that looks at the prompt, and before anything counts it.
        var sent = screen?.WantsCanary == true ? WithCanary(call, policy, ref screen) : call;
        if (call.CountsOnly || !(judges || screen?.Watches(TextChannel.Output) == true || vault.Restores))
            return next(sent, ct);
        if (call.Chat is null)
        {
            // Audio, images, vectors and scores have no text of a model; what is transcribed has, and its forms are not read.
            if (call.Single is TranscriptionRequest)
                RefuseTranscript(call.Context, screen, policy);
            return next(sent, ct);
        }
        if (call.Responses is { Bond: not null })
            throw Unreadable(policy, screen, "an answer of the provider's own Responses API");
        return ReadAsync(call, sent with { DecodesAnswer = true }, given, screen, policy, vault, judges, next, ct);
    }

    async ValueTask<ModelReply> AskAsync(ModelCall call, CompiledPolicy policy, ScreenedInput asks, CancellationToken ct) =>
        throw await person.AskAsync(call, policy, asks.Refusal!, asks.RefusedBy!, ct);

    async ValueTask<ModelReply> ReadAsync(
        ModelCall call,
        ModelCall sent,
        ModelCall given,
        Screen? screen,
        CompiledPolicy policy,
        TokenVault vault,
        bool judges,
        Next next,
        CancellationToken ct
    )
    {
        var reply = await next(sent, ct);
        var sources = screen is null ? JudgeContext.None : AnswerSources.Of(call.Chat!, screen);
        ScreenedReply Screened(ModelEventStream events, Screen? rules, TokenVault words) =>
            new(events, given, rules, sources, policy, words, person, e => Fail(call.Context, policy, e));
        if (!judges)
            return reply with { Events = Screened(reply.Events, screen, vault) };
        // What rules take out goes to no guard, and neither does what a placeholder stands for.
        var ruled = screen?.Watches(TextChannel.Output) == true ? Screened(reply.Events, screen, new TokenVault()) : reply.Events;
        var judged = new GuardedReply(ruled, call, given, policy, guards, counts: ruled is not ScreenedReply);
        return reply with { Events = vault.Restores ? Screened(judged, null, vault) : judged };
    }

    /// <summary>A rule that cannot be searched for lets nothing pass: the call is refused, or its answer ends here.</summary>
    PorticoException Fail(CallContext context, CompiledPolicy policy, ScreenFailedException e)
    {
        Log.Failed(logger, context.Record.Id.ToString(), e.Rule.Name, e);
        context.Note("screen_content", $"the search for {e.Rule.Name} failed, and nothing passes");
        return CannotSearch(policy, e);
    }

    internal static PorticoException CannotSearch(CompiledPolicy policy, ScreenFailedException e) =>
        new(
            ErrorTable.Internal,
            $"The search for the rule {e.Rule.Name} failed, so that nothing passes it: {policy.Tell(LineOf(e.Rule))}. Try again; an officer may let texts pass then by on_error: open.",
            inner: e
        );

    /// <summary>The call with its texts as they may go on.</summary>
    /// <param name="call">As it came.</param>
    /// <param name="screen">The rules.</param>
    /// <param name="policy">Where they stand.</param>
    /// <param name="vault">Keeps what placeholders stand for.</param>
    /// <param name="asks">Receives what a person has to decide about; null = nothing.</param>
    /// <exception cref="PorticoException">A rule refuses it.</exception>
    ModelCall ScreenInput(ModelCall call, Screen screen, CompiledPolicy policy, TokenVault vault, out ScreenedInput? asks)
    {
        asks = null;
        ScreenedInput screened;
        try
        {
            screened = ScreenedInput.Of(call, screen, vault, clean);
        }
        catch (ScreenFailedException e)
        {
            // What the rule would have left is not known: no word is kept.
            call.Context.Words = KeptWords.Nothing;
            if (policy.Capture == CaptureState.Redacted)
                call.Context.Contents?.LeaveOut();
            throw Fail(call.Context, policy, e);
        }
        catch (Exception e) when (e is not OutOfMemoryException && screen.FailsOpen)
        {
            call.Context.Note("screen_content", $"the search failed and all rules fail open: {e.GetType().Name}");
            return call;
        }
        Note(call.Context, "input", screened.Counts);
        call.Context.Found(screened.Findings);
        NoteModels(call.Context, "input", screen, screened.Findings.Any(f => f.Kind is not null));
        NoteFailed(call.Context, "input", screened.Failed);
        foreach (var name in vault.Kept)
            call.Context.Note("screen_content", $"input: placeholders of {name} stay in the answer: they are not undone for this caller");
        var kept = call.Context.Contents;
        if ((screened.Refusal ?? screened.Unchangeable) is { } rule)
        {
            // Of what is refused nothing is kept where only what rules leave may be.
            if (policy.Capture == CaptureState.Redacted)
                kept?.LeaveOut();
            if (screened.Refusal is { Action: ContentAction.Ask })
            {
                asks = screened;
                return call;
            }
            throw screened.Refusal is null ? CannotChange(policy, rule) : Denied(policy, rule, screened.RefusedBy!);
        }
        if (screened.Changed is not { } changed)
            return call;
        var passed = call with { Chat = changed, BodyIsStale = call.Body is not null };
        if (policy.Capture == CaptureState.Redacted)
            kept?.Rewrite(passed, call.Context.Words);
        if (call.Responses is { Bond: not null })
            throw Unreadable(policy, screen, "a request of the provider's own Responses API");
        return passed;
    }

    internal static void Note(CallContext context, string where, IReadOnlyDictionary<string, int> counts)
    {
        if (counts.Count == 0)
            return;
        foreach (var (name, count) in counts.OrderBy(c => c.Key, StringComparer.Ordinal))
            context.Note(
                "screen_content",
                string.Create(CultureInfo.InvariantCulture, $"{where}: {name} found {count} time{(count == 1 ? "" : "s")}")
            );
    }

    /// <summary>By which models something was found; nothing where they are the product's own.</summary>
    internal static void NoteModels(CallContext context, string where, Screen screen, bool isFound)
    {
        if (screen.Models is { IsShipped: false } models && isFound)
            context.Note("screen_content", $"{where}: detectors went by models {models.Version} ({models.Digest[..12]})");
    }

    internal static void NoteFailed(CallContext context, string where, IEnumerable<string> rules)
    {
        foreach (var name in rules)
            context.Note("screen_content", $"{where}: the search for {name} failed, and it fails open: the text passed");
    }

    /// <param name="policy">Where the rule stands.</param>
    /// <param name="rule">What refuses.</param>
    /// <param name="by">What it found; null where the text is no part of a call.</param>
    internal static PorticoException Denied(CompiledPolicy policy, ContentRule rule, CallFinding? by) =>
        new(ErrorTable.ContentFilter, Refuse(policy, rule, by));

    static PorticoException CannotChange(CompiledPolicy policy, ContentRule rule) =>
        new(
            ErrorTable.ContentFilter,
            $"The rule {rule.Name} would take something out of this call, which cannot be rewritten: it is refused. {policy.Tell(LineOf(rule))}."
        );

    internal static string Refuse(CompiledPolicy policy, ContentRule rule, CallFinding? by) =>
        rule.Action == ContentAction.Ask
            ? $"The rule {rule.Name} wants a person to decide about this call{(by is null ? "" : $" ({Says(by)})")}: {policy.Tell(LineOf(rule))}."
            : $"The rule {rule.Name} blocks this call{(by is null ? "" : $": {Says(by)}")}. {policy.Tell(LineOf(rule))}. Leave out what it names, or ask an officer.";

    /// <summary>What was found and where, and no word of it.</summary>
    static string Says(CallFinding by)
    {
        var what = by.Kind is { } kind ? $"{kind}, {by.ScorePercent} % sure," : "one of its words or patterns";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"it found {what} at characters {by.Start} to {by.Start + by.Length} of {by.Where}"
        );
    }

    internal static string LineOf(ContentRule rule) => $"{PolicySchema.Guardrails}.{rule.Name}";

    static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "The key of digests could not be made: what is found in call {CallId} cannot be reported as a false alarm"
        )]
        public static partial void NoKey(ILogger logger, string callId, Exception e);

        [LoggerMessage(LogLevel.Error, "The search for the rule {Rule} failed in call {CallId}: nothing passes")]
        public static partial void Failed(ILogger logger, string callId, string rule, Exception e);
    }
}
