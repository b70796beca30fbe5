namespace Portico.Core.Chat;

/// <summary>Whose fault an upstream failure is: decides retry, fallback and what is benched.</summary>
public enum Fault : byte
{
    /// <summary>The request itself: passed to the caller; never retried, never trips a breaker.</summary>
    Caller,

    /// <summary>The connection's credential: the connection is benched, another one may serve.</summary>
    Credential,

    /// <summary>The provider's limit for us: the deployment cools down for retry-after, another one may serve.</summary>
    RateLimit,

    /// <summary>This deployment does not have the model: another one may serve.</summary>
    Model,

    /// <summary>The provider or the way to it: retried, counted by the breaker.</summary>
    Upstream,
}

/// <summary>
/// A failure of one attempt. <see cref="Exception.Message"/> is safe to show (never holds a credential, bounded in length).
/// </summary>
public sealed class UpstreamException(ErrorKind kind, Fault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public ErrorKind Kind => kind;
    public Fault Fault => fault;

    /// <summary>The upstream's HTTP status, 0 when none arrived.</summary>
    public int Status { get; init; }
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the refusal's headers said is left of the provider's limits.</summary>
    public RemainingQuota Quota { get; init; }

    /// <summary>The upstream's own error code and param where it sent them; passed on for caller faults.</summary>
    public string? UpstreamCode { get; init; }
    public string? UpstreamType { get; init; }
    public string? UpstreamParam { get; init; }

    /// <summary>
    /// What records and traces keep of it. A provider that refuses a request, or breaks over it, may repeat the request in its words: those go to the caller
    /// alone, and the record has status and code. What it says of an account, a limit or a missing model is kept.
    /// </summary>
    public string ForRecord =>
        Status == 0 || Fault is Fault.Credential or Fault.RateLimit or Fault.Model
            ? Message
            : $"The provider answered {Status}{(IsCode(UpstreamCode) ? $" ({UpstreamCode})" : "")}; its words went to the caller alone.";

    static bool IsCode(string? text) =>
        text is { Length: > 0 and <= 64 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
