using Portico.Core.Chat;
using Portico.Gateway.Guards;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Guards;
using Portico.Governance.Policy.Requests;
using Portico.Guardrails;
using Portico.Observability;
using Portico.Observability.Contents;

namespace Portico.Gateway.Stages;

/// <summary>
/// Has a person decide about a call that a content rule asks about, and knows what people let pass. Without anything let pass for the use case no digest is made; the store is asked
/// for refusals alone.
/// </summary>
sealed class PersonAsker(PolicyRequests requests, PolicyGrants grants, ContentKeeper contents)
{
    /// <summary>So long what was said is kept for the decision, where it is not kept anyway.</summary>
    const long KeepDays = 1;

    /// <summary>The rules as they hold for this call: one under which a person let it pass only notes.</summary>
    public Screen Granted(ModelCall call, Screen screen)
    {
        if (!screen.Asks || grants.Current is not { Key: { } key } granted || !granted.UseCases.Contains(call.Caller.UseCaseId))
            return screen;
        return Granted(call, screen, granted, key);
    }

    Screen Granted(ModelCall call, Screen screen, PolicyGranted granted, byte[] key)
    {
        using var digest = DigestOf(call, key);
        var now = call.Context.Time.GetUtcNow();
        var passes = screen
            .Rules.Where(r => r.Action == ContentAction.Ask && granted.Has(digest.Under(r), now))
            .Select(r => r.Name)
            .ToHashSet(StringComparer.Ordinal);
        if (passes.Count == 0)
            return screen;
        foreach (var name in passes.Order(StringComparer.Ordinal))
            call.Context.Note("screen_content", $"a person let pass what {name} asks about");
        return screen.Passing(r => passes.Contains(r.Name));
    }

    /// <summary>A person let pass what a guard asks about.</summary>
    public bool Passes(ModelCall call, Guard guard)
    {
        if (grants.Current is not { Key: { } key } granted || !granted.UseCases.Contains(call.Caller.UseCaseId))
            return false;
        using var digest = DigestOf(call, key);
        if (!granted.Has(digest.Under(guard), call.Context.Time.GetUtcNow()))
            return false;
        call.Context.Note(GuardAsker.Stage, $"a person let pass what {guard.Name} asks about");
        return true;
    }

    /// <summary>Asks, and says how the call is refused meanwhile; or that it was declined.</summary>
    public ValueTask<PorticoException> AskAsync(
        ModelCall call,
        CompiledPolicy policy,
        ContentRule rule,
        CallFinding by,
        CancellationToken ct
    ) => AskAsync(call, policy, rule.Name, "rule", d => d.Under(rule), by, ct);

    /// <inheritdoc cref="AskAsync(ModelCall, CompiledPolicy, ContentRule, CallFinding, CancellationToken)"/>
    public ValueTask<PorticoException> AskAsync(ModelCall call, CompiledPolicy policy, Guard guard, CallFinding by, CancellationToken ct) =>
        AskAsync(call, policy, guard.Kind, "guard", d => d.Under(guard), by, ct);

    async ValueTask<PorticoException> AskAsync(
        ModelCall call,
        CompiledPolicy policy,
        string rule,
        string noun,
        Func<CallDigest, string> under,
        CallFinding by,
        CancellationToken ct
    )
    {
        var line = PolicySchema.LineOf(rule);
        string digest;
        using (var of = DigestOf(call, await grants.KeyAsync(ct)))
            digest = under(of);
        var request = await requests.AskAsync(
            new PolicyAsk(
                call.Caller,
                call.Context.Record.Id,
                CallKinds.Name(call.Kind),
                call.RequestedModel,
                rule,
                policy.Origin(line)!,
                by.Channel,
                by.Length,
                digest
            ),
            ct
        );
        if (request.CallId == call.Context.Record.Id.ToString())
            KeepFor(call, policy);
        var id = request.Id.ToString();
        return request.State == PolicyRequestState.Declined
            ? new PorticoException(
                ErrorTable.PolicyDenied,
                $"A person was asked about this call and declined it ({id}): {request.Note} The {noun} is {policy.Tell(line)}."
            )
            {
                Details = Details(id),
            }
            : new PorticoException(
                ErrorTable.ApprovalRequired,
                $"The {noun} {by.Rule} wants a person to decide about this call: {policy.Tell(line)}. The request {id} waits for an officer until {request.ExpiresAt:yyyy-MM-dd HH:mm} UTC. Send the same call again once it is approved."
            )
            {
                Details = Details(id),
            };
    }

    static Dictionary<string, object> Details(string id) => new(StringComparer.Ordinal) { ["policy_request"] = id };

    /// <summary>Whoever decides may have to read it, by a reveal: kept sealed as contents are, unless the policy keeps nothing or only what rules leave.</summary>
    void KeepFor(ModelCall call, CompiledPolicy policy)
    {
        var context = call.Context;
        if (context.Contents is not null || call.CountsOnly || policy.Capture is { } capture && capture < CaptureState.Full)
            return;
        context.Contents = new KeptContents(call, contents) { KeepDays = KeepDays };
        context.OnEnd(context.Contents.Offer);
    }

    /// <summary>Over everything that the call says, whatever the rules look at: an approval is of this call and no other.</summary>
    static CallDigest DigestOf(ModelCall call, byte[] key)
    {
        var digest = new CallDigest(key, call.Caller);
        digest.Add(CallKinds.Name(call.Kind));
        digest.Add(call.RequestedModel);
        foreach (var part in call.Chat is { } chat ? PartsOf(chat) : PartsOf(call.Single!))
            digest.Add(part);
        return digest;
    }

    static IEnumerable<string?> PartsOf(ChatRequest chat)
    {
        foreach (var message in chat.Messages)
        {
            yield return message.Role.ToString();
            foreach (var part in message.Parts)
            {
                yield return part.GetType().Name;
                foreach (var text in PartsOf(part))
                    yield return text;
            }
            foreach (var tool in message.ToolCalls)
            {
                yield return tool.Name;
                yield return tool.Arguments;
            }
            yield return message.Refusal;
        }
        foreach (var tool in chat.Tools)
        {
            yield return tool.Name;
            yield return tool.Description;
            yield return tool.Parameters?.GetRawText();
        }
    }

    static string?[] PartsOf(ContentPart part) =>
        part switch
        {
            TextPart text => [text.Text],
            ReasoningPart thought => [thought.Text, thought.Sealed],
            ImagePart image => [image.Url],
            AudioPart audio => [audio.Data],
            FilePart file => [file.FileId, file.Data],
            UnknownPart unknown => [unknown.Type],
            _ => throw new InvalidOperationException("A kind of content that nobody tells again must not be let pass."),
        };

    static string?[] PartsOf(SingleRequest single) =>
        single switch
        {
            EmbeddingRequest embedding => [.. embedding.Inputs, .. embedding.TokenInputs.Select(t => string.Join(' ', t))],
            RerankRequest rerank => [rerank.Query, .. rerank.Documents],
            ModerationRequest moderation => [.. moderation.Texts],
            SpeechRequest speech => [speech.Input, speech.Instructions],
            TranscriptionRequest transcription => [transcription.Prompt, transcription.FileName, $"{transcription.FileBytes}"],
            ImageRequest image => [image.Prompt, $"{image.InputImages}"],
            _ => throw new InvalidOperationException("A kind of call that nobody tells again must not be let pass."),
        };
}
