using Portico.Gateway.Routing;
using Portico.Governance;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Approvals;
using Portico.Governance.Policy.Guardrails;
using Portico.Guardrails;
using Portico.Models.Approval;
using Portico.Observability.Contents;

namespace Portico.Gateway.Stages;

/// <summary>
/// What of a call is kept, and whether its class of data may be sent; asks drafts and notes what they would have refused. What may serve was narrowed when the plan was
/// made. From the caller's compiled policy alone: no store is asked.
/// </summary>
sealed class EnforcePolicy(
    ContentKeeper contents,
    RouteTable routes,
    PolicyShadow shadow,
    DetectorModelCatalog detectors,
    CleanTexts? clean,
    TimeProvider time
) : IStage
{
    public const string Stage = "enforce_policy";

    /// <summary>Before the class of data that a call names, in its record.</summary>
    public const string ClassFact = "data class ";
    public const string NoClass = "no data class";

    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var (context, policies) = (call.Context, call.Caller.Policies);
        if (call.Options.DataClass is { } named)
            context.Note(Stage, ClassFact + named);
        var keeps = call.Plan!.Route.KeepContents || call.Caller.Key is { KeepContent: true };
        (string? refusal, long? keepDays) = (null, null);
        if (policies.InForce is { } chain)
        {
            var policy = chain.At(time.GetUtcNow());
            context.Note(Stage, policy.Fact);
            // A replay asks the record for it. A call that names none says so where a line would have wanted it.
            if (call.Options.DataClass is null && policy.AsksForData)
                context.Note(Stage, NoClass);
            if (policy.Capture is { } capture)
                keeps = capture >= CaptureState.Redacted;
            keepDays = policy.KeepDays;
            if (policy.Capture == CaptureState.None)
                context.Record.EndUser = null;
            if (policy.DataRefusal(call.Options.DataClass, IsProduction(call.Caller)) is { } breach)
                refusal = policy.Refuse(breach.Line, breach.Why, call.Options.DataClass);
        }
        if (policies.Shadow is { } draft)
            AskDraft(call, draft.At(time.GetUtcNow()));
        if (keeps && !call.CountsOnly)
        {
            context.Contents = new KeptContents(call, contents) { KeepDays = keepDays };
            context.OnEnd(context.Contents.Offer);
        }
        return refusal is null ? next(call, ct) : throw new PorticoException(ErrorTable.PolicyDenied, refusal, DataClasses.Header);
    }

    void AskDraft(ModelCall call, CompiledPolicy draft)
    {
        if (Refusal(call, draft) is { } would)
        {
            shadow.Count();
            call.Context.Note("policy_shadow", $"the draft would have refused: {would}");
        }
        else if (draft.Guards is not null)
            call.Context.Note("policy_shadow", "the guards of the draft were not asked: guards are asked by policies in force alone");
    }

    /// <summary>Why a policy would refuse the call, by what is known of it here; null = it would not.</summary>
    string? Refusal(ModelCall call, CompiledPolicy policy) =>
        ApprovalCheck.Refusal(call.Caller, policy, time.GetUtcNow()) is { } unapproved ? unapproved
        : policy.DataRefusal(call.Options.DataClass, IsProduction(call.Caller)) is { } breach
            ? policy.Refuse(breach.Line, breach.Why, call.Options.DataClass)
        : routes.FindUnder(call.RequestedModel, call.Caller, policy)?.Refusal
            ?? (
                policy.Screen is { } screen
                && ScreenOrNull(call, screen.With(detectors.Current.Of(call.Caller.WorkspaceId))) is { Refusal: { } rule } input
                    ? ScreenContent.Refuse(policy, rule, input.RefusedBy!)
                    : null
            );

    /// <summary>A draft costs no call: where its search fails, that is noted and nothing else.</summary>
    ScreenedInput? ScreenOrNull(ModelCall call, Screen screen)
    {
        try
        {
            return ScreenedInput.Of(call, screen, null, clean);
        }
        catch (ScreenFailedException e)
        {
            call.Context.Note("policy_shadow", $"the draft could not be asked: {e.Message}");
            return null;
        }
    }

    internal static bool IsProduction(Caller caller) => Purposes.Of(caller.UseCase) == Purpose.Production;
}

/// <summary>What drafts would have refused on this node since it started.</summary>
sealed class PolicyShadow
{
    long refusals;

    public long Refusals => Interlocked.Read(ref refusals);

    public void Count() => Interlocked.Increment(ref refusals);
}
