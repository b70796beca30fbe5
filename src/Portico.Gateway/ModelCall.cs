using Portico.Core.Chat;
using Portico.Gateway.Batches;
using Portico.Gateway.Routing;
using Portico.Gateway.Stages;
using Portico.Gateway.Wire;
using Portico.Governance;
using Portico.Governance.Learning;
using Portico.Models;
using Portico.Models.Rules;
using Portico.Providers;

namespace Portico.Gateway;

/// <summary>
/// One request on its way down the pipeline. Immutable: a stage that changes something passes a changed copy on.
/// What is collected for the record and the duties of the end are in <see cref="Context"/>, shared by all copies.
/// </summary>
sealed record ModelCall
{
    public required CallContext Context { get; init; }
    public required Caller Caller { get; init; }

    /// <summary>The chat request, null for a call of one question.</summary>
    public ChatRequest? Chat { get; init; }

    /// <summary>The call of one question and one answer, null for chat.</summary>
    public SingleRequest? Single { get; init; }

    /// <summary>What a call of the Responses API asks for beside <see cref="Chat"/>; null for every other.</summary>
    public ResponsesRequest? Responses { get; init; }

    /// <summary>The body as it came, with the messages that a stage left out or put in; null for in-process calls.</summary>
    public WireBody? Body { get; init; }

    /// <summary>A stage changed the messages and not the body, whose messages are not those of the canonical form one for one: providers write it anew.</summary>
    public bool BodyIsStale { get; init; }

    /// <summary>The exercise that the call is made for, which is possible before its person's access opens; null for every other.</summary>
    public ExerciseTurn? Exercise { get; init; }

    /// <summary>The input is counted and nothing is answered.</summary>
    public bool CountsOnly { get; init; }

    /// <summary>The dialect in which the caller wants frames.</summary>
    public Dialect ReplyDialect { get; init; } = Dialect.Canonical;
    public CallOptions Options { get; init; } = CallOptions.None;

    /// <summary>ScreenContent: the answer is wanted as events, because content rules read it.</summary>
    public bool DecodesAnswer { get; init; }

    // Set by the stages, in this order.
    /// <summary>ResolveRoute: where the name leads.</summary>
    public RoutePlan? Plan { get; init; }

    /// <summary>FitContext: input tokens as counted for the plan's first deployment.</summary>
    public int InputTokens { get; init; }

    /// <summary>FitContext: how a call of one question may be billed; null for chat and embeddings, which are billed by their tokens.</summary>
    public IReadOnlyList<BilledAs>? Ways { get; init; }

    /// <summary>HoldBudget: the output cap to send upstream; null = none.</summary>
    public int? OutputCap { get; init; }

    /// <summary>Failover: the deployment of this attempt, and its number from 1.</summary>
    public ResolvedDeployment? Target { get; init; }
    public int AttemptNumber { get; init; }

    /// <summary>
    /// The call may go to a provider's own Responses API: it needs to, or asks for what only the providers that have it give. At a deployment without it the
    /// second goes the way of every call.
    /// </summary>
    public bool MayPass => Responses is { Bond: not null } or { WantsSealedReasoning: true };

    public CallKind Kind => Single?.Kind ?? CallKind.Chat;
    public string RequestedModel => Chat?.Model ?? Single!.Model;
    public bool Streams => Chat?.Stream ?? Single!.Streams;

    /// <summary>An attempt at this deployment goes to the provider's own Responses API.</summary>
    public bool PassesAt(ResolvedDeployment at) => MayPass && !BodyIsStale && !DecodesAnswer && at.TakesResponses;

    /// <summary>
    /// An attempt at this deployment is no call: the line of a batch waits for the provider's own batch. One that needs the provider's Responses API is asked by
    /// itself, since steps hold chat completions.
    /// </summary>
    public bool WaitsAt(ResolvedDeployment at) =>
        Options.Line is { } line
        && !PassesAt(at)
        && line.WaitsAt(at, Kind)
        && (Single is not EmbeddingRequest embedding || at.Family.Batches!.Fits(embedding));

    /// <summary>
    /// The most that the call can cost at a deployment, at any class of service that it may be served at, and the tokens of that; null when the price has no
    /// rate for what would be used.
    /// </summary>
    /// <param name="at">One of those that may serve.</param>
    /// <param name="now">Whose price holds.</param>
    /// <param name="output">Output tokens that are asked for, of all choices.</param>
    /// <param name="tokens">Receives the most tokens.</param>
    public long? WorstCaseNanoUsd(ResolvedDeployment at, DateTimeOffset now, long output, out long tokens) =>
        WorstCaseNanoUsd(at, now, output, out tokens, out _);

    /// <inheritdoc cref="WorstCaseNanoUsd(ResolvedDeployment, DateTimeOffset, long, out long)"/>
    /// <param name="at">One of those that may serve.</param>
    /// <param name="now">Whose price holds.</param>
    /// <param name="output">Output tokens that are asked for, of all choices.</param>
    /// <param name="tokens">Receives the most tokens.</param>
    /// <param name="lack">Receives what is missing beside a price.</param>
    public long? WorstCaseNanoUsd(ResolvedDeployment at, DateTimeOffset now, long output, out long tokens, out string? lack)
    {
        lack = null;
        var price = at.PriceAt(now);
        if (Ways is { } ways)
            return BilledAs.WorstCaseNanoUsd(ways, price, out tokens);
        long input = InputTokens;
        var tools = 0L;
        if (ToolHold.Reads(Responses))
        {
            if (at.Model.ContextTokens is { } window)
                input = Math.Max(input, window);
            else
                lack = "its context window is not known, and a tool of the provider may fill it";
            if (price is not null && ToolHold.WorstNanoUsd(Responses!, price, out var missing) is var charge)
                (tools, lack) = (charge ?? 0, missing ?? lack);
        }
        tokens = input + output;
        // Most prices have one class: nothing is looked for.
        var orAt =
            price?.Classes is not null && Chat is { } chat && at.Family.ClassAsked is { } asked
                ? asked(at.ProviderConnection, chat, ReplyDialect)
                : default;
        if (lack is not null)
            return null;
        var worst = price?.WorstCaseNanoUsd(input, output, orAt);
        // A contract may have batches dearer than calls.
        if (worst is { } known && Options.Line is not null && price!.Classes?.Of(PriceClass.Batch) is not null)
            worst = Math.Max(known, price.WorstCaseNanoUsd(input, output, PriceClass.Batch) ?? 0);
        return worst + tools;
    }
}

/// <summary>What the caller asked for beside the body: headers of the request.</summary>
sealed record CallOptions
{
    public static readonly CallOptions None = new();

    /// <summary>x-portico-cache: off.</summary>
    public bool SkipCache { get; init; }

    /// <summary>x-portico-timeout-ms: the caller's own deadline for the whole call.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>x-portico-session: calls of one session stay on one deployment while it is well.</summary>
    public string? Session { get; init; }

    /// <summary>anthropic-beta: switches that a provider of Anthropic's protocol gets.</summary>
    public string? AnthropicBeta { get; init; }

    /// <summary>traceparent and tracestate (W3C Trace Context): the trace that the call belongs to.</summary>
    public string? Traceparent { get; init; }
    public string? Tracestate { get; init; }

    /// <summary>The call writes a summary for another one: it is never summarised itself.</summary>
    public bool ForSummary { get; init; }

    /// <summary>The call judges texts for a guard: it is asked no guards itself, and what it is given has passed the content rules.</summary>
    public bool ForGuard { get; init; }

    /// <summary>The call is a line of a batch, which may wait for its provider's own batch; null for every other.</summary>
    public LineWait? Line { get; init; }

    /// <summary>x-portico-data-class: the class of the data that the call holds.</summary>
    public string? DataClass { get; init; }

    /// <summary>What the route of the call that this one is made for demands of whatever sees its data.</summary>
    public DataDemands? Demands { get; init; }
}

/// <summary>An answer that has begun.</summary>
sealed record ModelReply(ModelEventStream Events)
{
    /// <summary>What the bytes of a call of one question are; null = JSON.</summary>
    public string? ContentType { get; init; }

    /// <summary>Names for the answer's headers, in the order they were found out.</summary>
    public IReadOnlyList<string> DroppedFields { get; init; } = [];

    /// <summary>What the provider will still take, as its headers told.</summary>
    public RemainingQuota Quota { get; init; }
}

/// <summary>The rest of the pipeline below a stage.</summary>
delegate ValueTask<ModelReply> Next(ModelCall call, CancellationToken ct);

/// <summary>
/// One stage of the walk. Its task completes when the first upstream event is in hand; a failure before that is thrown
/// (<see cref="PorticoException"/> for the caller, <see cref="UpstreamException"/> for the failover stage).
/// </summary>
interface IStage
{
    ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct);
}
