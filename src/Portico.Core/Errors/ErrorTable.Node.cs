namespace Portico.Core;

/// <summary>What a node cannot do now.</summary>
public static partial class ErrorTable
{
    public static readonly ErrorKind NoDeployment = new(
        "no_deployment_available",
        503,
        Server,
        "overloaded_error",
        true,
        "Every deployment of the route is benched or off. The message says until when."
    );
    public static readonly ErrorKind LedgerUnavailable = new(
        "ledger_unavailable",
        503,
        Server,
        AnthropicApi,
        true,
        "Spending cannot be recorded now, so no call is let through. The operators must restore storage."
    );
    public static readonly ErrorKind AuditUnavailable = new(
        "audit_unavailable",
        503,
        Server,
        AnthropicApi,
        true,
        "The audit log cannot be written now, so nothing is done. The operators must free its disk or restore the store."
    );
    public static readonly ErrorKind StorageUnavailable = new(
        "storage_unavailable",
        503,
        Server,
        AnthropicApi,
        true,
        "The store does not answer. Nothing was changed. Try again."
    );
    public static readonly ErrorKind Sealed = new(
        "sealed",
        503,
        Server,
        AnthropicApi,
        true,
        "The master key is not there yet, so nothing can be read or written. The message says what the operators do."
    );
    public static readonly ErrorKind Overloaded = new(
        "overloaded",
        503,
        Server,
        "overloaded_error",
        true,
        "This node is at a bound named in the message. Try again shortly."
    );
    public static readonly ErrorKind GuardFailed = new(
        "guard_failed",
        503,
        Server,
        AnthropicApi,
        true,
        "A guard of the policy gave no verdict, so nothing passes. Try again; an officer can see to the guard or let texts pass by on_error: open."
    );
    public static readonly ErrorKind ShuttingDown = new(
        "shutting_down",
        503,
        Server,
        "overloaded_error",
        true,
        "This node is stopping. Another one will answer."
    );
}
