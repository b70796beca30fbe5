using Portico.Core.Chat;
using Portico.Governance.Policy;
using Portico.Guardrails;
using Portico.Guardrails.Shapes;
using Portico.Observability;

namespace Portico.Gateway.Stages;

/// <summary>
/// Tells a call that is far longer than those its caller made before, where the policy wants to know, and refuses or notes it. What is usual is known on each node by itself
/// and since its start: sketches of lengths, no word of what was said.
/// </summary>
sealed class WatchShape(ShapeBook book, TimeProvider time) : IStage
{
    public const string Stage = "watch_shape";

    /// <summary>The kind of its findings.</summary>
    public const string Kind = "shape.length";

    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        // What a judge is asked is no call of the caller's own.
        if (call.Caller.Policies.InForce is { } chain && !call.Options.ForGuard)
        {
            var now = time.GetUtcNow();
            var policy = chain.At(now);
            if (policy.WhenOdd is OddShape.Refuse or OddShape.Flag)
                Watch(call, policy, now);
        }
        return next(call, ct);
    }

    /// <exception cref="PorticoException">The call is odd, and the policy refuses such.</exception>
    void Watch(ModelCall call, CompiledPolicy policy, DateTimeOffset now)
    {
        // Batches of vectors are longer than chats: each kind of call is compared with its own.
        var kind = call.Single?.Kind ?? CallKind.Chat;
        var caller = call.Caller.KeyId ?? call.Caller.PersonId ?? call.Caller.UseCaseId;
        if (kind != CallKind.Chat)
            caller = $"{caller} {kind}";
        var refuses = policy.WhenOdd == OddShape.Refuse;
        foreach (var (channel, where, texts) in TextsOf(call))
        {
            if (texts.Count == 0)
                continue;
            var shape = CallShape.Of(texts, call.Chat?.Tools.Count ?? 0);
            if (book.Judge(caller, channel, shape, now) is { } odd)
            {
                Tell(call.Context, channel, where, shape, odd, refuses, policy.ScreenedBy);
                // Who is refused does not move the bound.
                if (refuses)
                    throw new PorticoException(
                        ErrorTable.ContentFilter,
                        $"The policy refuses calls that are unlike those of this caller: {odd.Reason} {policy.Tell(CompiledPolicy.WhenOddLine)}. Send less at once, or ask an officer to flag such calls instead."
                    );
            }
            book.Add(caller, channel, shape, now);
        }
    }

    static void Tell(
        CallContext context,
        TextChannel channel,
        string where,
        in CallShape shape,
        ShapeVerdict odd,
        bool refuses,
        string? screenedBy
    )
    {
        context.Note(Stage, odd.Reason);
        // Who is refused here meets no other that would say so.
        context.Record.ScreenedBy = screenedBy;
        context.Found([
            new CallFinding(
                CompiledPolicy.WhenOddLine,
                Kind,
                TextPlace.Names.Of(channel),
                where,
                0,
                (int)Math.Min(shape.Characters, int.MaxValue),
                100,
                TextPlace.Names.Of(refuses ? ContentAction.Block : ContentAction.Flag)
            ),
        ]);
    }

    static IEnumerable<(TextChannel Channel, string Where, IReadOnlyList<string> Texts)> TextsOf(ModelCall call)
    {
        switch (call)
        {
            case { Chat: { } chat }:
                yield return (TextChannel.User, "messages", Said(chat, ChatRole.User));
                yield return (TextChannel.Tool, "messages", Said(chat, ChatRole.Tool));
                break;
            case { Single: EmbeddingRequest embedding }:
                yield return (TextChannel.User, "input", embedding.Inputs);
                break;
            case { Single: ModerationRequest moderation }:
                yield return (TextChannel.User, "input", moderation.Texts);
                break;
            case { Single: RerankRequest rerank }:
                yield return (TextChannel.User, "query", [rerank.Query]);
                yield return (TextChannel.Retrieved, "documents", rerank.Documents);
                break;
            case { Single: SpeechRequest speech }:
                yield return (TextChannel.User, "input", [speech.Input]);
                break;
            case { Single: ImageRequest image }:
                yield return (TextChannel.User, "prompt", [image.Prompt]);
                break;
        }
    }

    static List<string> Said(ChatRequest chat, ChatRole role) =>
        [.. chat.Messages.Where(m => m.Role == role).SelectMany(m => m.Parts).OfType<TextPart>().Select(p => p.Text)];
}
