namespace Portico.Core;

/// <summary>
/// An error for the caller: a row of <see cref="ErrorTable"/> with a message that names the thing and the way out.
/// The message is shown to callers: never put a secret, a prompt or another tenant's name in it.
/// </summary>
public sealed class PorticoException(ErrorKind kind, string message, string? param = null, Exception? inner = null)
    : Exception(message, inner)
{
    public ErrorKind Kind => kind;

    /// <summary>The field at fault, in the caller's own terms (<c>messages[2].content</c>), or null.</summary>
    public string? Param => param;

    /// <summary>Whether a retry can help this time; false is sent as <c>x-should-retry: false</c>.</summary>
    public bool Retryable { get; init; } = kind.Retryable;

    /// <summary>When a retry may succeed; sent as <c>retry-after</c> and <c>retry-after-ms</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What records keep in place of the message, where the caller is told words that are kept nowhere; null = the message.</summary>
    public string? ForRecord { get; init; }

    /// <summary>Facts for programs beside the message: scope, limit, spent, held, resets_at … Names in snake case.</summary>
    public IReadOnlyDictionary<string, object>? Details { get; init; }
}
