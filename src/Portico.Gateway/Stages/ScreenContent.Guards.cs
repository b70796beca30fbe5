using Portico.Core.Chat;
using Portico.Gateway.Guards;
using Portico.Governance.Policy;
using Portico.Guardrails;

namespace Portico.Gateway.Stages;

/// <summary>Guards behind the rules.</summary>
sealed partial class ScreenContent
{
    async ValueTask<ModelReply> GuardAsync(
        ModelCall call,
        ModelCall given,
        Screen? screen,
        CompiledPolicy policy,
        TokenVault vault,
        Next next,
        CancellationToken ct
    ) => await ReadAnswer(await JudgedAsync(call, given, screen, policy, ct), given, screen, policy, vault, next, ct);

    /// <summary>The call as guards leave it.</summary>
    /// <exception cref="PorticoException">A guard refuses it, or gave no verdict and fails closed.</exception>
    async ValueTask<ModelCall> JudgedAsync(ModelCall call, ModelCall given, Screen? screen, CompiledPolicy policy, CancellationToken ct)
    {
        var (watches, texts) = ((Func<TextChannel, bool>)policy.Guards!.Watches, new List<CallText>());
        if (call.Chat is { } chat)
            CallTexts.Each(
                chat,
                watches,
                t =>
                {
                    texts.Add(t);
                    return null;
                }
            );
        else
            CallTexts.Each(call.Single!, watches, texts.Add);
        if (texts.Count == 0)
            return call;
        var (context, words) = (call.Context, call.Context.Words);
        // What a guard will leave is not known yet, and where it gives no verdict never: no word is kept.
        if (policy.Guards!.Guards.Any(g => g.Holds))
            context.Words = KeptWords.Nothing;
        var outcome = await guards.JudgeAsync(call, given, policy, texts, isAnswer: false, ct);
        if (!outcome.IsFailure)
            context.Words = outcome.Left.Count > 0 ? KeptWords.Replacing(words, Kept(texts, outcome.Left)) : words;
        if (outcome.Refusal is { } refusal)
        {
            // Of what is refused nothing is kept where only what is left may be.
            if (policy.Capture == CaptureState.Redacted)
                context.Contents?.LeaveOut();
            throw refusal;
        }
        if (outcome.Left.Count == 0)
            return call;
        var number = 0;
        var left = CallTexts.Each(call.Chat!, watches, _ => outcome.Left.GetValueOrDefault(number++));
        var passed = call with { Chat = left, BodyIsStale = call.Body is not null };
        if (policy.Capture == CaptureState.Redacted)
            context.Contents?.Rewrite(passed, context.Words);
        if (call.Responses is { Bond: not null })
            throw Unreadable(policy, screen, "a request of the provider's own Responses API");
        return passed;
    }

    static Dictionary<string, string> Kept(List<CallText> texts, IReadOnlyDictionary<int, string> left)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (number, text) in left)
            kept[texts[number].Text] = text;
        return kept;
    }

    /// <summary>A transcript goes on as the provider wrote it, in forms that nobody reads: what would have to change or be held of it is refused ahead.</summary>
    static void RefuseTranscript(CallContext context, Screen? screen, CompiledPolicy policy)
    {
        if (screen?.Alters(TextChannel.Answer) == true || policy.Guards?.HoldsAnswers == true)
            throw Unreadable(policy, screen, "a transcript");
        if (policy.Guards?.Watches(TextChannel.Answer) == true)
            context.Note(GuardAsker.Stage, "answer: no guard was asked: a transcript is not read");
    }

    static PorticoException Unreadable(CompiledPolicy policy, Screen? screen, string what)
    {
        var rule = screen?.Rules.FirstOrDefault(r =>
            r.Action > ContentAction.Flag || (r.Channels & TextChannel.Output) != TextChannel.None
        );
        var line = rule is not null ? LineOf(rule) : GuardWords.LineOf(policy.Guards!.Guards[0]);
        return new PorticoException(
            ErrorTable.PolicyDenied,
            $"The policy has {(rule is null ? "guards" : "content rules")}, and {what} cannot be screened: {policy.Tell(line)}. An officer can change the {(rule is null ? "guard" : "rule")}."
        );
    }
}
