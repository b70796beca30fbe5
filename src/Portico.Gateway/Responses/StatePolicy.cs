using System.Text.Json;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Responses;

/// <summary>What this Portico and the caller's workspace say about keeping responses and conversations. Asks no store: a workspace comes with its caller.</summary>
static class StatePolicy
{
    /// <summary>The request with what is kept of it decided.</summary>
    /// <exception cref="PorticoException">It needs something kept that may not be; the message says who decided.</exception>
    public static ResponsesRequest Apply(ResponsesRequest asked, Caller caller, GatewayOptions options, DateTimeOffset now)
    {
        var workspace = caller.Workspace;
        if (Decider(caller, now) is { } decider)
            return Forbid(asked, decider);
        if (!options.KeepResponses)
            return asked.Background ? throw KeepsNone("background")
                : asked.Conversation is not null ? throw KeepsNone("conversation")
                : asked with { Store = false };
        if (workspace.ResponsesState != ResponsesState.Off || SaysStore(asked))
            return asked;
        return asked.Background
            ? throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"'background' needs '\"store\": true' here: the workspace '{workspace.Name}' keeps responses only where a call asks for it, by its setting responses_state.",
                "background"
            )
            : asked with
            {
                Store = false,
            };
    }

    /// <summary>Refuses to keep a conversation where none may be kept.</summary>
    /// <exception cref="PorticoException">The message says who decided.</exception>
    public static void CheckConversations(Caller caller, GatewayOptions options, DateTimeOffset now)
    {
        if (Decider(caller, now) is { } decider)
            throw Forbidden(decider, "conversation");
        if (!options.KeepResponses)
            throw KeepsNone("conversation");
    }

    /// <summary>Who forbids it; null when nobody does.</summary>
    static string? Decider(Caller caller, DateTimeOffset now) =>
        caller.Workspace.ResponsesState == ResponsesState.Forbidden
            ? $"the administrators of the workspace '{caller.Workspace.Name}' forbid by its setting responses_state"
        : caller.Policies.InForce is { } policy && policy.At(now) is { ForbidsKeeping: true } current
            ? $"the policy forbids ({current.Tell("capture.state")})"
        : null;

    static ResponsesRequest Forbid(ResponsesRequest asked, string decider)
    {
        var wanted =
            asked.Background ? "background"
            : asked.Conversation is not null ? "conversation"
            : asked.PreviousId is not null ? "previous_response_id"
            : asked.HasReferences ? "item_reference"
            : SaysStore(asked) && asked.Store ? "store"
            : null;
        return wanted is null ? asked with { Store = false } : throw Forbidden(decider, wanted);
    }

    static bool SaysStore(ResponsesRequest asked) =>
        asked.Said.TryGetValue("store", out var said) && said.ValueKind is JsonValueKind.True or JsonValueKind.False;

    static PorticoException Forbidden(string decider, string what) =>
        new(
            ErrorTable.PolicyDenied,
            $"'{what}' needs responses to be kept, which {decider}. Send the whole conversation in 'input'.",
            what == "item_reference" ? "input" : what
        );

    static PorticoException KeepsNone(string param) =>
        new(ErrorTable.UnsupportedByModel, $"'{param}' needs kept responses, and this Portico keeps none (Gateway:KeepResponses).", param);
}
