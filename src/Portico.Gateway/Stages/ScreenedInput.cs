using Portico.Core.Chat;
using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Observability;

namespace Portico.Gateway.Stages;

/// <summary>The texts of a request as content rules leave them, those of documents included. What is no text (images, audio, other files) is not read.</summary>
sealed class ScreenedInput
{
    readonly Screen screen;
    readonly TokenVault? vault;
    readonly CleanTexts? clean;
    readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    readonly SortedSet<string> failed = new(StringComparer.Ordinal);
    readonly List<CallFinding> findings = [];

    /// <summary>With what was asked, which tells whether an instruction in what a tool gave back belongs there.</summary>
    JudgeContext asked = JudgeContext.None;

    ScreenedInput(Screen screen, TokenVault? vault, CleanTexts? clean) => (this.screen, this.vault, this.clean) = (screen, vault, clean);

    /// <summary>The rule by which the request may not go on.</summary>
    public ContentRule? Refusal { get; private set; }

    /// <summary>Where it found something, and the characters of that.</summary>
    public CallFinding? RefusedBy { get; private set; }

    /// <summary>The rule that would change a text which cannot be rewritten.</summary>
    public ContentRule? Unchangeable { get; private set; }

    /// <summary>The messages as they may go on; null when nothing was changed.</summary>
    public ChatRequest? Changed { get; private set; }

    /// <summary>Names of rules that fail open and whose search failed.</summary>
    public IReadOnlyCollection<string> Failed => failed;

    /// <summary>What was found, one by one, at most as many as a record takes.</summary>
    public IReadOnlyList<CallFinding> Findings => findings;

    /// <summary>Rules that found something, and how often.</summary>
    public IReadOnlyDictionary<string, int> Counts => counts;

    /// <exception cref="ScreenFailedException">The search failed for a rule that fails closed.</exception>
    public static ScreenedInput Of(ModelCall call, Screen screen, TokenVault? vault, CleanTexts? clean = null) =>
        Of(call.Chat, call.Single, screen, vault, clean);

    /// <inheritdoc cref="Of(ModelCall, Screen, TokenVault?, CleanTexts?)"/>
    /// <param name="chat">The request, or null for one of one question.</param>
    /// <param name="single">That one.</param>
    /// <param name="screen">The rules.</param>
    /// <param name="vault">Of the call; null = what is to be tokenised is redacted.</param>
    /// <param name="clean">Texts that need not be searched again; null = each is searched.</param>
    public static ScreenedInput Of(ChatRequest? chat, SingleRequest? single, Screen screen, TokenVault? vault, CleanTexts? clean = null)
    {
        var screened = new ScreenedInput(screen, vault, clean);
        if (chat is not null)
            screened.Read(chat);
        else
            screened.Read(single!);
        return screened;
    }

    void Read(ChatRequest chat)
    {
        if (vault is not null && screen.Tokenises)
            CallTexts.Each(chat, static _ => true, Reserve);
        asked = new JudgeContext(CallTexts.QuestionOf(chat));
        var read = CallTexts.Each(chat, screen.Watches, Read);
        if (!ReferenceEquals(read, chat))
            Changed = read;
    }

    /// <summary>A placeholder may stand wherever a text may.</summary>
    string? Reserve(CallText text)
    {
        vault!.Reserve(text.Text);
        return null;
    }

    void Read(SingleRequest single)
    {
        asked = new JudgeContext(CallTexts.QuestionOf(single));
        CallTexts.Each(single, screen.Watches, t => Read(t));
    }

    /// <summary>The text as it may go on; null when nothing is changed, or nothing can be.</summary>
    string? Read(CallText text)
    {
        var context = ContextFor(text.Channel);
        var entry = clean?.EntryOf(screen, text.Channel, text.IsJson, text.Text, context.Question);
        if (entry is { } before && clean!.Knows(before))
            return null;
        var lane = screen.LaneFor(text.Channel, text.CanChange ? vault : null, text.IsJson, context);
        var result = Screen.Whole(text.Text, lane);
        if (lane.IsClean)
        {
            if (entry is { } now)
                clean!.Add(now);
            return null;
        }
        Take(lane, text.Channel, text.Where);
        if (lane.Changed && !text.CanChange)
            Unchangeable ??= lane.Findings.Select(f => f.Rule).First(r => r.Action is ContentAction.Redact or ContentAction.Tokenise);
        return lane.Changed && lane.Refusal is null && text.CanChange ? result : null;
    }

    JudgeContext ContextFor(TextChannel channel) => channel is TextChannel.Tool or TextChannel.Retrieved ? asked : JudgeContext.None;

    void Take(ScreenLane lane, TextChannel channel, TextPlace where)
    {
        foreach (var told in lane.Told)
            if (findings.Count < CallFinding.Most)
                findings.Add(where.Finding(told, channel));
        if (lane.Refusal is { } refusing && (Refusal is null || refusing.Action > Refusal.Action))
            (Refusal, RefusedBy) = (refusing, where.Finding(lane.RefusedBy!, channel));
        foreach (var rule in lane.Failed)
            failed.Add(rule.Name);
        foreach (var (found, count) in lane.Findings)
            counts[found.Name] = counts.GetValueOrDefault(found.Name) + count;
    }
}
