namespace Portico.Core;

/// <summary>What waits for a person.</summary>
public static partial class ErrorTable
{
    public static readonly ErrorKind ApprovalRequired = new(
        "approval_required",
        403,
        "permission_error",
        "permission_error",
        false,
        "A person decides about this call; the message names the request. Send the same call again once it is approved."
    );
    public static readonly ErrorKind UseCaseNotApproved = new(
        "use_case_not_approved",
        403,
        "permission_error",
        "permission_error",
        false,
        "The use case waits for approvals. The message says of whom to ask them."
    );
}
