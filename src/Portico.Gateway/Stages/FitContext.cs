using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Gateway.Routing;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Stages;

/// <summary>
/// Counts the input and sees to it that it fits the context window: refuses, drops the oldest turns, or has them summarised, by the route's policy, and
/// always says so. Nothing is ever cut silently. Before the cache and the budget, because both depend on what is really sent.
/// </summary>
sealed class FitContext(TokenCounter counter, Summariser summariser) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var families = call.Plan!.TokenFamilies;
        var family = families[0];
        var count = Count(call, family, out var ways);
        // Any of them may serve: a budget must cover the one that counts most.
        for (var i = 1; i < families.Count; i++)
            if (Count(call, families[i], out var others) is var other && other.Tokens > count.Tokens)
                (count, family, ways) = (other, families[i], others);
        var counted = call with { InputTokens = count.Tokens, Ways = ways };
        call.Context.Record.CountedInputTokens = count.Tokens;
        call.Context.Record.CountEstimated = count.Estimated;
        // Whole numbers of 64 bits: a cap of two thousand million must not turn the sum negative.
        if (
            call.Chat is not null
            && call.Plan.SmallestWindow is { } window
            && count.Tokens + (long)(call.Chat.MaxOutputTokens ?? 0) > window
        )
            return FitAsync(counted, new Excess(counter, family, counted, window, count), next, ct);
        return next(counted, ct);
    }

    TokenCount Count(ModelCall call, string family, out BilledAs[]? ways)
    {
        ways = null;
        return call switch
        {
            { Chat: { } chat } => InputTokens.OfChat(counter, family, chat),
            { Single: EmbeddingRequest embedding } => InputTokens.OfEmbedding(counter, family, embedding),
            _ => SingleMeasure.Of(counter, family, call.Single!, out ways),
        };
    }

    async ValueTask<ModelReply> FitAsync(ModelCall call, Excess excess, Next next, CancellationToken ct)
    {
        var fitted = PolicyFor(call, excess) switch
        {
            ContextPolicy.DropOldest => DropOldest(call, excess),
            ContextPolicy.Summarise => await SummariseAsync(call, excess, ct),
            // An estimate errs on the high side: only the provider can tell, so it is let through unless it is far over.
            _ => excess.MayBeAnEstimatesFault ? call : throw excess.TooLong(),
        };
        call.Context.Record.CountedInputTokens = fitted.InputTokens;
        return await next(fitted, ct);
    }

    /// <summary>
    /// Where no input fits beside the cap nothing can be gained by dropping; a call that writes a summary starts no other; of a call that is passed nothing can
    /// be left out, since sealed reasoning belongs to what stands behind it.
    /// </summary>
    static ContextPolicy PolicyFor(ModelCall call, Excess excess) =>
        excess.Room <= 0
        || call.Responses?.Bond is not null
        || (call.Options.ForSummary && call.Plan!.Route.Context == ContextPolicy.Summarise)
            ? ContextPolicy.Refuse
            : call.Plan!.Route.Context;

    static ModelCall DropOldest(ModelCall call, Excess excess)
    {
        var oldest = excess.OldestTurns(reserve: 0) ?? throw excess.TooLong();
        Say(call, $"dropped {oldest.Places.Count} oldest messages");
        return Without(call, oldest, null, call.InputTokens - (int)oldest.Tokens);
    }

    async ValueTask<ModelCall> SummariseAsync(ModelCall call, Excess excess, CancellationToken ct)
    {
        // Half as much again: two models may count the same text differently.
        var reserve = call.Plan!.Route.SummaryTokens * 3L / 2 + excess.TokensOf(Summariser.MessageOf(0, ""));
        var oldest = excess.OldestTurns(reserve) ?? throw excess.TooLong();
        var summary = await summariser.SummariseAsync(call, oldest.Places.Select(i => call.Chat!.Messages[i]).ToList(), excess, ct);
        var message = Summariser.MessageOf(oldest.Places.Count, summary.Text);
        var tokens = call.InputTokens - oldest.Tokens + excess.TokensOf(message);
        if (tokens > excess.Room)
            throw Summariser.Failed(excess, "the summary is too long for what is left of the window", summary.Call);
        Say(
            call,
            $"summarised {oldest.Places.Count} oldest messages in {summary.Call}{(summary.IsCut ? $", cut at {call.Plan.Route.SummaryTokens} tokens" : "")}"
        );
        return Without(call, oldest, message, (int)tokens);
    }

    static ModelCall Without(ModelCall call, OldestTurns oldest, ChatMessage? instead, int tokens) =>
        call with
        {
            Chat = call.Chat! with { Messages = oldest.LeaveOut(call.Chat.Messages, instead) },
            Body = call.Body is { Dialect: Dialect.OpenAiChat } body ? MessageArray.Replace(body, oldest.Places, instead) : call.Body,
            // What rules took out of the messages stands in the body still.
            BodyIsStale = call.BodyIsStale || call.Body is { Dialect: not Dialect.OpenAiChat },
            InputTokens = tokens,
        };

    static void Say(ModelCall call, string what)
    {
        call.Context.Record.ContextFitted = what;
        call.Context.Note("fit_context", what);
    }
}

/// <summary>An input that is too long, and by how much.</summary>
sealed class Excess(TokenCounter counter, string family, ModelCall call, int window, TokenCount count)
{
    readonly ChatRequest chat = call.Chat!;

    /// <summary>Tokens that the input may have beside the caller's own cap on the answer.</summary>
    public long Room => window - (long)(chat.MaxOutputTokens ?? 0);

    public bool MayBeAnEstimatesFault => count.Estimated && count.Tokens <= Room * 2;

    public int TokensOf(ChatMessage message) => InputTokens.OfMessage(counter, family, message);

    /// <summary>The turns that must go so that the rest and what is reserved fit; null when all that may go are too few.</summary>
    public OldestTurns? OldestTurns(long reserve) => Stages.OldestTurns.Choose(chat.Messages, TokensOf, count.Tokens + reserve - Room);

    public PorticoException TooLong(string? why = null, Exception? inner = null) =>
        new(
            ErrorTable.ContextLengthExceeded,
            $"This model's maximum context length is {window} tokens. The messages have {count.Tokens} tokens{(chat.MaxOutputTokens is { } c ? $" and {c} are asked for the answer" : "")}.{why}",
            "messages",
            inner
        );
}
