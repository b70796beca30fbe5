using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.Routing;
using Portico.Gateway.Stages;
using Portico.Gateway.Wire;
using Portico.Governance;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Guardrails;
using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Observability;
using Portico.Observability.Contents;

namespace Portico.Gateway.Endpoints;

enum Verdict
{
    /// <summary>It was refused then, which says nothing of the text.</summary>
    Skipped,
    Passes,
    Refused,
    Elsewhere,
    Changed,
    Unjudged,
}

/// <summary>What a text would have made of a call.</summary>
/// <param name="Verdict">In one word.</param>
/// <param name="Why">In words of the policy; of what cannot be judged the reason.</param>
/// <param name="Rules">Content rules that found something.</param>
readonly record struct Judged(Verdict Verdict, string Why = "", IReadOnlyCollection<string>? Rules = null)
{
    /// <summary>Key, use case or route are gone.</summary>
    public const string Gone = "gone";

    /// <summary>The record does not say whether a class of data was named.</summary>
    public const string NoDataClass = "no_data_class";

    /// <summary>A rule looks for words, and they were not asked for.</summary>
    public const string NotRead = "contents_not_read";

    /// <summary>They are not kept, or their time is over.</summary>
    public const string NotKept = "contents_not_kept";

    /// <summary>Not all of them were kept.</summary>
    public const string Cut = "contents_cut";

    /// <summary>Their box does not open, or holds nothing that is read.</summary>
    public const string Unreadable = "contents_unreadable";

    /// <summary>The search failed.</summary>
    public const string Failed = "search_failed";

    public static Judged Not(string reason) => new(Verdict.Unjudged, reason);
}

/// <summary>Asks a text of past calls: by their records, and by what they said where that is given; as routes, models and keys are now.</summary>
sealed class PolicyJudge
{
    readonly GovernanceSnapshot snapshot;
    readonly RouteTable routes;
    readonly PolicyLevel level;
    readonly DetectorsInForce detectors;
    readonly DateTimeOffset now;
    readonly Dictionary<UseCaseId, CompiledPolicy?> compiled = [];

    /// <exception cref="PorticoException">There is no such level within reach, or the text is no policy.</exception>
    public PolicyJudge(
        GovernanceSnapshot snapshot,
        RouteTable routes,
        string id,
        string text,
        Governance.Access.Reach within,
        DetectorsInForce detectors,
        DateTimeOffset now
    )
    {
        (this.snapshot, this.routes, this.detectors, this.now) = (snapshot, routes, detectors, now);
        (level, var scope) = snapshot.DraftLevel(id, text, within);
        Filter = new CallFilter(within)
        {
            OrganisationId = scope.Organisation.Id.ToString(),
            WorkspaceId = scope.Workspace?.Id.ToString(),
            UseCaseId = scope.UseCase?.Id.ToString(),
        };
    }

    public CallFilter Filter { get; }

    /// <summary>Judges a call by its record. <see cref="Judged.NotRead"/>: what it said would have to be read.</summary>
    public Judged ByRecord(CallRecord call) => Judge(call, null);

    /// <summary>Judges a call of which the words are wanted. Null: they are not kept.</summary>
    public Judged ByContents(CallRecord call, SaidInCall? said, bool isKept) =>
        !isKept ? Judged.Not(Judged.NotKept)
        : said is null ? Judged.Not(Judged.Unreadable)
        : Judge(call, said);

    Judged Judge(CallRecord call, SaidInCall? said)
    {
        if (call.Outcome == CallOutcome.Refused)
            return new Judged(Verdict.Skipped);
        if (call.RequestedModel is not { } name || CallerOf(call) is not { } caller || routes.FindWhole(name) is null)
            return Judged.Not(Judged.Gone);
        var policy = For(caller);
        if (routes.FindUnder(name, caller, policy) is not { } plan)
            return Judged.Not(Judged.Gone);
        if (plan.Refusal is { } refusal)
            return new Judged(Verdict.Refused, refusal);
        var isUnclear = false;
        if (policy is { AsksForData: true })
        {
            var (isKnown, named) = ClassOf(call);
            isUnclear = !isKnown;
            if (isKnown && policy.DataRefusal(named, EnforcePolicy.IsProduction(caller)) is { } breach)
                return new Judged(Verdict.Refused, policy.Refuse(breach.Line, breach.Why, named));
        }
        var words = policy?.Screen is { } screen
            ? ByWords(call, said, policy, screen.With(detectors.Of(caller.WorkspaceId)))
            : new Judged(Verdict.Passes);
        if (words.Verdict is Verdict.Refused)
            return words;
        if (plan.LeftOut.FirstOrDefault(l => l.Deployment.DeploymentText == call.DeploymentId) is { } left)
            return new Judged(Verdict.Elsewhere, left.Why, words.Rules);
        if (isUnclear)
            return Judged.Not(Judged.NoDataClass) with { Rules = words.Rules };
        return words;
    }

    /// <summary>The class that the call named, as the policy's stage noted it.</summary>
    static (bool IsKnown, string? Named) ClassOf(CallRecord call)
    {
        foreach (var entry in call.Trail)
            if (entry.Stage == EnforcePolicy.Stage)
            {
                if (entry.Fact == EnforcePolicy.NoClass)
                    return (true, null);
                if (entry.Fact.StartsWith(EnforcePolicy.ClassFact, StringComparison.Ordinal))
                    return (true, entry.Fact[EnforcePolicy.ClassFact.Length..]);
            }
        return (false, null);
    }

    static Judged ByWords(CallRecord call, SaidInCall? said, CompiledPolicy policy, Screen screen)
    {
        if (said is null)
            return Judged.Not(Judged.NotRead);
        try
        {
            var (chat, single) = RequestOf(call.Wire, said.Prompt);
            var input = ScreenedInput.Of(chat, single, screen, null);
            var rules = new SortedSet<string>(input.Counts.Keys, StringComparer.Ordinal);
            if ((input.Refusal ?? input.Unchangeable) is { } refusing)
                return new Judged(Verdict.Refused, policy.Tell($"{PolicySchema.Guardrails}.{refusing.Name}"), rules);
            var isChanged = input.Changed is not null;
            var sources = chat is null ? JudgeContext.None : AnswerSources.Of(chat, screen);
            if (said.Answer.Length > 0 && screen.Watches(TextChannel.Output))
                foreach (var (text, isJson) in AnswerTexts.Of(said.Answer))
                {
                    var channel = isJson ? TextChannel.Arguments : TextChannel.Answer;
                    if (!screen.Watches(channel))
                        continue;
                    var lane = screen.LaneFor(channel, null, isJson, isJson ? null : sources);
                    Screen.Answer(text, lane);
                    foreach (var (rule, _) in lane.Findings)
                        rules.Add(rule.Name);
                    if (lane.Refusal is { } ending)
                        return new Judged(
                            Verdict.Refused,
                            policy.Tell($"{PolicySchema.Guardrails}.{ending.Name}") + ", in its answer",
                            rules
                        );
                    isChanged |= lane.Changed;
                }
            if (said.AnswerIsCut)
                return Judged.Not(Judged.Cut) with { Rules = rules };
            return isChanged ? new Judged(Verdict.Changed, string.Join(", ", rules), rules) : new Judged(Verdict.Passes, "", rules);
        }
        catch (ScreenFailedException)
        {
            return Judged.Not(Judged.Failed);
        }
        catch (Exception e) when (e is PorticoException or JsonException or InvalidOperationException)
        {
            return Judged.Not(said.PromptIsCut || said.AnswerIsCut ? Judged.Cut : Judged.Unreadable);
        }
    }

    /// <summary>A kept prompt as its dialect reads it; what was kept as rules left it is in OpenAI's form.</summary>
    static (ChatRequest? Chat, SingleRequest? Single) RequestOf(string wire, string prompt)
    {
        var body = Encoding.UTF8.GetBytes(prompt);
        try
        {
            return wire switch
            {
                "openai-completions" => (CompletionsReader.Read(body).Request, null),
                "openai-responses" => (ResponsesReader.Read(body, default).Chat, null),
                "anthropic-messages" or "anthropic-count-tokens" => (MessagesReader.Read(body, needsCap: false).Request, null),
                "openai-embeddings" => (null, OpenAiEmbeddingReader.Read(body).Request),
                "openai-moderations" => (null, SingleReaders.Moderation(body, "application/json").Request),
                "rerank" => (null, SingleReaders.Rerank(body, 1).Request),
                _ => (OpenAiChatReader.Read(body).Request, null),
            };
        }
        catch (PorticoException) when (wire is not ("openai-chat" or "playground" or "exercise"))
        {
            return (OpenAiChatReader.Read(body).Request, null);
        }
    }

    Caller? CallerOf(CallRecord call) =>
        KeyId.TryParse(call.KeyId, out var key) && snapshot.Callers.TryGetValue(key, out var caller) ? caller
        : UseCaseId.TryParse(call.UseCaseId, out var useCase) ? snapshot.AnyoneOf(useCase)
        : null;

    /// <summary>Policies as they would be with the text, each compiled once.</summary>
    CompiledPolicy? For(Caller caller)
    {
        if (compiled.TryGetValue(caller.UseCase.Id, out var known))
            return known;
        var levels = snapshot
            .Policies.LevelsOf(caller.Organisation, caller.Workspace, caller.UseCase)
            .Where(l => l.Id != level.Id)
            .Append(level)
            .OrderBy(l => l.Scope)
            .ToList();
        return compiled[caller.UseCase.Id] = PolicyBook.Compile(levels, [caller.WorkspaceId, caller.UseCaseId], now);
    }
}

/// <summary>The texts of a kept answer, in whatever dialect: what models said, and the arguments of tools.</summary>
static class AnswerTexts
{
    static readonly string[] Words =
    [
        "content",
        "text",
        "refusal",
        "thinking",
        "reasoning",
        "reasoning_content",
        "output_text",
        "transcript",
    ];

    /// <exception cref="JsonException">It is no JSON.</exception>
    public static IEnumerable<(string Text, bool IsJson)> Of(string answer) => Of(JsonElement.Parse(answer), null);

    static IEnumerable<(string Text, bool IsJson)> Of(JsonElement value, string? member)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var inner in value.EnumerateObject())
                {
                    // What a tool is called with, as JSON itself.
                    if (inner.NameEquals("input"u8) && inner.Value.ValueKind == JsonValueKind.Object)
                        yield return (inner.Value.GetRawText(), true);
                    else
                        foreach (var text in Of(inner.Value, inner.Name))
                            yield return text;
                }
                break;
            case JsonValueKind.Array:
                foreach (var inner in value.EnumerateArray())
                foreach (var text in Of(inner, member))
                    yield return text;
                break;
            case JsonValueKind.String when member == "arguments":
                yield return (value.GetString()!, true);
                break;
            case JsonValueKind.String when Array.IndexOf(Words, member) >= 0:
                yield return (value.GetString()!, false);
                break;
            default:
                break;
        }
    }
}
