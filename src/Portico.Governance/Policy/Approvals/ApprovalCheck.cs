using Portico.Governance.Access;

namespace Portico.Governance.Policy.Approvals;

/// <summary>Whether a use case has the approvals that its policy asks for. Pure; for calls that may go on it allocates nothing.</summary>
public static class ApprovalCheck
{
    /// <summary>Times of the approvals that are of this class or a higher one and of this purpose, the newest of each person, newest first.</summary>
    internal static IReadOnlyList<DateTimeOffset> Counting(UseCase useCase, IEnumerable<UseCaseApproval> approvals) =>
        approvals
            .Where(a =>
                a.RevokedAt is null && a.PurposeVersion == useCase.PurposeVersion && a.RiskClass >= (useCase.RiskClass ?? RiskClass.High)
            )
            .GroupBy(a => a.ApprovedBy, a => a.ApprovedAt, StringComparer.Ordinal)
            .Select(g => g.Max())
            .OrderDescending()
            .ToArray();

    /// <summary>Why the use case of a caller may not make calls; null = it may.</summary>
    /// <param name="caller">With what holds for it.</param>
    /// <param name="policy">In force at the time.</param>
    /// <param name="now">Approvals lapse.</param>
    public static string? Refusal(Caller caller, CompiledPolicy policy, DateTimeOffset now)
    {
        var needed = policy.ApprovalsFor(caller.UseCase.RiskClass);
        if (needed == 0)
            return null;
        var given = Given(caller.Policies.Approvals, policy, now);
        return given >= needed ? null : Says(caller.UseCase, policy, needed, given);
    }

    static int Given(IReadOnlyList<DateTimeOffset> approvals, CompiledPolicy policy, DateTimeOffset now)
    {
        var given = 0;
        for (var i = 0; i < approvals.Count; i++)
            if (policy.ApprovalDays is not { } days || now < approvals[i].AddDays(days))
                given++;
        return given;
    }

    /// <summary>The same, for people to look at.</summary>
    internal static UseCaseStanding Standing(UseCase useCase, CallerPolicies policies, DateTimeOffset now)
    {
        var policy = policies.InForce?.At(now);
        var needed = policy?.ApprovalsFor(useCase.RiskClass) ?? 0;
        var given = policy is null ? policies.Approvals.Count : Given(policies.Approvals, policy, now);
        var may = given >= needed;
        return new UseCaseStanding(
            useCase.Id,
            useCase.Name,
            useCase.WorkspaceId,
            useCase.Purpose,
            useCase.RiskClass,
            useCase.RiskSetBy,
            useCase.RiskSetAt,
            needed,
            given,
            may,
            // The newest come first: when the last of those that are needed lapses, there is one too few.
            may && needed > 0 && policy?.ApprovalDays is { } days
                ? policies.Approvals[needed - 1].AddDays(days)
                : null,
            may ? null : Says(useCase, policy!, needed, given)
        );
    }

    static string Says(UseCase useCase, CompiledPolicy policy, int needed, int given)
    {
        var line = CompiledPolicy.ApprovalLine(useCase.RiskClass);
        var risk = useCase.RiskClass is { } known
            ? $"is of {known.ToString().ToLowerInvariant()} risk"
            : "has no risk class yet, which counts as high,";
        return $"The use case '{useCase.Name}' {risk} and needs {needed} approval{(needed == 1 ? "" : "s")} before it makes calls; {given} of them {(given == 1 ? "is" : "are")} there ({policy.Tell(line)}). "
            + $"Ask somebody with the permission {Permissions.PoliciesApprove.Name} to approve it: {Roles.With(Permissions.PoliciesApprove)}.";
    }
}
