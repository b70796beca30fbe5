namespace Portico.Core;

/// <summary>
/// One row of the closed error table. <paramref name="Code"/> is what programs test; <paramref name="Type"/> is the OpenAI type,
/// <paramref name="AnthropicType"/> the Anthropic one; <paramref name="Advice"/> says what the reader can do.
/// <paramref name="Retryable"/> false sends <c>x-should-retry: false</c>, so that SDKs do not burn attempts.
/// </summary>
public sealed record ErrorKind(string Code, int Status, string Type, string AnthropicType, bool Retryable, string Advice);

/// <summary>Every error that Portico can answer with. Two printers read it: RFC 9457 on /api and the dialects' shapes on /v1.</summary>
public static partial class ErrorTable
{
    const string Invalid = "invalid_request_error";
    const string Server = "server_error";
    const string AnthropicApi = "api_error";

    // What the caller sent.
    public static readonly ErrorKind InvalidJson = new("invalid_json", 400, Invalid, Invalid, false, "Send one JSON object in UTF-8.");
    public static readonly ErrorKind InvalidRequest = new(
        "invalid_request",
        400,
        Invalid,
        Invalid,
        false,
        "Correct the named field and send again."
    );
    public static readonly ErrorKind ContextLengthExceeded = new(
        "context_length_exceeded",
        400,
        Invalid,
        Invalid,
        false,
        "Shorten the input, lower the output cap, or choose a model with a larger context window."
    );
    public static readonly ErrorKind ContentFilter = new(
        "content_filter",
        400,
        Invalid,
        Invalid,
        false,
        "A guardrail refused this content. The message names the rule."
    );
    public static readonly ErrorKind UnsupportedByModel = new(
        "unsupported_by_model",
        400,
        Invalid,
        Invalid,
        false,
        "Leave the named feature out or choose a route whose models have it."
    );
    public static readonly ErrorKind InvalidApiKey = new(
        "invalid_api_key",
        401,
        "authentication_error",
        "authentication_error",
        false,
        "Send a live key as 'Authorization: Bearer …'."
    );
    public static readonly ErrorKind SignInRequired = new(
        "sign_in_required",
        401,
        "authentication_error",
        "authentication_error",
        false,
        "Sign in or send an admin token."
    );
    public static readonly ErrorKind PermissionDenied = new(
        "permission_denied",
        403,
        "permission_error",
        "permission_error",
        false,
        "Ask an owner of the workspace for the permission named in the message."
    );
    public static readonly ErrorKind PolicyDenied = new(
        "policy_denied",
        403,
        "permission_error",
        "permission_error",
        false,
        "The policy named in the message does not allow this call."
    );
    public static readonly ErrorKind LearningRequired = new(
        "learning_required",
        403,
        "permission_error",
        "permission_error",
        false,
        "Do what the message names, on the Learn page of the console; access opens at once."
    );
    public static readonly ErrorKind NotFound = new(
        "not_found",
        404,
        "not_found_error",
        "not_found_error",
        false,
        "Check the address and the id."
    );
    public static readonly ErrorKind ModelNotFound = new(
        "model_not_found",
        404,
        "not_found_error",
        "not_found_error",
        false,
        "GET /v1/models lists what this key may call."
    );
    public static readonly ErrorKind MethodNotAllowed = new(
        "method_not_allowed",
        405,
        Invalid,
        Invalid,
        false,
        "Use the method that the reference gives for this address."
    );
    public static readonly ErrorKind RequestTimeout = new(
        "request_timeout",
        408,
        Invalid,
        Invalid,
        false,
        "The request did not arrive in time. Send it faster."
    );
    public static readonly ErrorKind Conflict = new("conflict", 409, Invalid, Invalid, false, "Read the current state and decide again.");
    public static readonly ErrorKind RevealRequired = new(
        "reveal_required",
        403,
        "permission_error",
        "permission_error",
        false,
        "What was said is read with a reason and another person's yes. Ask for it with POST /api/reveals."
    );
    public static readonly ErrorKind KeyDestroyed = new(
        "key_destroyed",
        410,
        Invalid,
        Invalid,
        false,
        "What was kept there was deleted with its key. Nothing brings it back, and nothing new is kept there."
    );
    public static readonly ErrorKind PreconditionFailed = new(
        "precondition_failed",
        412,
        Invalid,
        Invalid,
        false,
        "It changed since you read it. Read it again and send its new ETag in If-Match."
    );
    public static readonly ErrorKind TooLarge = new("request_too_large", 413, Invalid, "request_too_large", false, "Send a smaller body.");
    public static readonly ErrorKind UnsupportedMediaType = new(
        "unsupported_media_type",
        415,
        Invalid,
        Invalid,
        false,
        "Send 'Content-Type: application/json'."
    );
    public static readonly ErrorKind PreconditionRequired = new(
        "precondition_required",
        428,
        Invalid,
        Invalid,
        false,
        "Send the ETag you read in If-Match."
    );
    public static readonly ErrorKind HeadersTooLarge = new("headers_too_large", 431, Invalid, Invalid, false, "Send smaller headers.");
    public static readonly ErrorKind ClientClosed = new(
        "client_closed",
        499,
        Invalid,
        Invalid,
        false,
        "The caller left before the answer was complete."
    );

    // What the caller may spend.
    public static readonly ErrorKind RateLimited = new(
        "rate_limit_exceeded",
        429,
        "rate_limit_error",
        "rate_limit_error",
        true,
        "Wait for retry_after_seconds, which up to a minute stands in retry-after too."
    );
    public static readonly ErrorKind BudgetExceeded = new(
        "insufficient_quota",
        429,
        "insufficient_quota",
        "rate_limit_error",
        false,
        "Wait for the reset named in the message, or ask for a higher budget."
    );
    public static readonly ErrorKind UnpricedModel = new(
        "unpriced_model",
        403,
        "permission_error",
        "permission_error",
        false,
        "A money budget applies and this model has no price. Add one, or allow unpriced models by policy."
    );

    public static readonly ErrorKind IdentityProviderAway = new(
        "identity_provider_unavailable",
        503,
        Server,
        AnthropicApi,
        true,
        "Try again in a minute. Sessions that are open go on meanwhile."
    );

    // What stands behind the door.
    public static readonly ErrorKind Internal = new(
        "internal_error",
        500,
        Server,
        AnthropicApi,
        false,
        "Report the request id to the platform's operators."
    );
    public static readonly ErrorKind UpstreamRejected = new(
        "upstream_rejected",
        400,
        Invalid,
        Invalid,
        false,
        "The provider refused the request as the caller's fault. The message is the provider's."
    );
    public static readonly ErrorKind UpstreamCredential = new(
        "upstream_credential",
        502,
        Server,
        AnthropicApi,
        false,
        "The connection's credential was refused by the provider. An administrator must renew it."
    );
    public static readonly ErrorKind UpstreamFailed = new(
        "upstream_failed",
        502,
        Server,
        AnthropicApi,
        true,
        "Every deployment of the route failed. The message names the last failure."
    );
    public static readonly ErrorKind UpstreamMalformed = new(
        "upstream_malformed",
        502,
        Server,
        AnthropicApi,
        true,
        "The provider sent something that is not its own protocol."
    );
    public static readonly ErrorKind UpstreamCut = new(
        "upstream_cut",
        502,
        Server,
        AnthropicApi,
        true,
        "The provider ended the stream before it was complete."
    );
    public static readonly ErrorKind UpstreamOverloaded = new(
        "upstream_overloaded",
        503,
        Server,
        "overloaded_error",
        true,
        "The provider is overloaded. Try again shortly."
    );
    public static readonly ErrorKind UpstreamRateLimited = new(
        "upstream_rate_limited",
        429,
        "rate_limit_error",
        "rate_limit_error",
        true,
        "The provider's own limit is reached. Wait for retry_after_seconds, which up to a minute stands in retry-after too."
    );
    public static readonly ErrorKind UpstreamTimeout = new(
        "upstream_timeout",
        504,
        Server,
        "timeout_error",
        true,
        "The provider did not answer in time."
    );

    /// <summary>All rows, in the order of their status and code; the reference page is generated from it.</summary>
    public static IReadOnlyList<ErrorKind> All => Rows.All;

    /// <summary>Apart, so that it is made when all rows are, wherever they stand.</summary>
    static class Rows
    {
        public static readonly IReadOnlyList<ErrorKind> All = typeof(ErrorTable)
            .GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)
            .Where(f => f.FieldType == typeof(ErrorKind))
            .Select(f => (ErrorKind)f.GetValue(null)!)
            .OrderBy(e => e.Status)
            .ThenBy(e => e.Code, StringComparer.Ordinal)
            .ToList();
    }
}
