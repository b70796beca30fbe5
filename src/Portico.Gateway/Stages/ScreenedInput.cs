using Portico.Core.Chat;
using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Observability;

namespace Portico.Gateway.Stages;

/// <summary>The texts of a request as content rules leave them. What is no text (images, audio, files) is not read.</summary>
sealed class ScreenedInput
{
    readonly Screen screen;
    readonly TokenVault? vault;
    readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    readonly SortedSet<string> failed = new(StringComparer.Ordinal);
    readonly List<CallFinding> findings = [];

    /// <summary>With what was asked, which tells whether an instruction in what a tool gave back belongs there.</summary>
    JudgeContext asked = JudgeContext.None;

    ScreenedInput(Screen screen, TokenVault? vault) => (this.screen, this.vault) = (screen, vault);

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
    public static ScreenedInput Of(ModelCall call, Screen screen, TokenVault? vault) => Of(call.Chat, call.Single, screen, vault);

    /// <inheritdoc cref="Of(ModelCall, Screen, TokenVault?)"/>
    /// <param name="chat">The request, or null for one of one question.</param>
    /// <param name="single">That one.</param>
    /// <param name="screen">The rules.</param>
    /// <param name="vault">Of the call; null = what is to be tokenised is redacted.</param>
    public static ScreenedInput Of(ChatRequest? chat, SingleRequest? single, Screen screen, TokenVault? vault)
    {
        var screened = new ScreenedInput(screen, vault);
        if (chat is not null)
            screened.Read(chat);
        else
            screened.Read(single!);
        return screened;
    }

    void Read(ChatRequest chat)
    {
        if (vault is not null && screen.Rules.Any(r => r.Action == ContentAction.Tokenise))
            foreach (var part in chat.Messages.SelectMany(m => m.Parts).OfType<TextPart>())
                vault.Reserve(part.Text);
        asked = new JudgeContext(chat.Messages.LastOrDefault(m => m.Role == ChatRole.User)?.Parts.OfType<TextPart>().LastOrDefault()?.Text);
        var messages = Each(chat.Messages, Read);
        var tools = screen.Watches(TextChannel.System) ? Each(chat.Tools, Read) : chat.Tools;
        if (!ReferenceEquals(messages, chat.Messages) || !ReferenceEquals(tools, chat.Tools))
            Changed = chat with { Messages = messages, Tools = tools };
    }

    ChatMessage Read(ChatMessage message, int index)
    {
        var where = new TextPlace("messages", index);
        var channel = message.Role switch
        {
            ChatRole.System or ChatRole.Developer => TextChannel.System,
            ChatRole.Tool => TextChannel.Tool,
            ChatRole.Assistant => TextChannel.Answer,
            _ => TextChannel.User,
        };
        if (!screen.Watches(channel | TextChannel.Arguments))
            return message;
        var isOne = message.Parts.Count == 1;
        var parts = Each(message.Parts, (p, i) => Read(p, channel, isOne ? where : where.Of("content", i)));
        var calls = Each(
            message.ToolCalls,
            (c, i) =>
                Changes(c.Arguments, TextChannel.Arguments, where.Of("tool_calls", i), isJson: true) is { } text
                    ? c with
                    {
                        Arguments = text,
                    }
                    : c
        );
        var refused = message.Refusal is { } refusal ? Changes(refusal, channel, where.Of("refusal", null)) : null;
        return ReferenceEquals(parts, message.Parts) && ReferenceEquals(calls, message.ToolCalls) && refused is null
            ? message
            : message with
            {
                Parts = parts,
                ToolCalls = calls,
                Refusal = refused ?? message.Refusal,
            };
    }

    ContentPart Read(ContentPart part, TextChannel channel, TextPlace where)
    {
        if (part is TextPart text)
            return Changes(text.Text, channel, where) is { } changed ? text with { Text = changed } : part;
        // The provider's seal is over the thinking as it was.
        if (part is ReasoningPart { Text.Length: > 0 } thought)
            Look(thought.Text, channel, where);
        return part;
    }

    ToolDefinition Read(ToolDefinition tool, int index) =>
        tool.Description is { } says && Changes(says, TextChannel.System, new TextPlace("tools", index)) is { } changed
            ? tool with
            {
                Description = changed,
            }
            : tool;

    void Read(SingleRequest single)
    {
        switch (single)
        {
            case EmbeddingRequest embedding:
                LookAll(embedding.Inputs, TextChannel.User, "input");
                break;
            case RerankRequest rerank:
                asked = new JudgeContext(rerank.Query);
                Look(rerank.Query, TextChannel.User, new TextPlace("query", null));
                LookAll(rerank.Documents, TextChannel.Retrieved, "documents");
                break;
            case ModerationRequest moderation:
                LookAll(moderation.Texts, TextChannel.User, "input");
                break;
            case SpeechRequest speech:
                Look(speech.Input, TextChannel.User, new TextPlace("input", null));
                Look(speech.Instructions, TextChannel.System, new TextPlace("instructions", null));
                break;
            case TranscriptionRequest transcription:
                Look(transcription.Prompt, TextChannel.User, new TextPlace("prompt", null));
                break;
            case ImageRequest image:
                Look(image.Prompt, TextChannel.User, new TextPlace("prompt", null));
                break;
            default:
                throw new InvalidOperationException("A kind of call whose texts nobody screens must not start.");
        }
    }

    void LookAll(IReadOnlyList<string> texts, TextChannel channel, string of)
    {
        for (var i = 0; i < texts.Count; i++)
            Look(texts[i], channel, new TextPlace(of, i));
    }

    /// <summary>A text that goes on as it is or not at all.</summary>
    void Look(string? text, TextChannel channel, TextPlace where)
    {
        if (text is not { Length: > 0 } || !screen.Watches(channel))
            return;
        var lane = screen.LaneFor(channel, context: ContextFor(channel));
        Screen.Whole(text, lane);
        Take(lane, channel, where);
        if (lane.Changed)
            Unchangeable ??= lane.Findings.Select(f => f.Rule).First(r => r.Action is ContentAction.Redact or ContentAction.Tokenise);
    }

    /// <summary>The text as it may go on; null when nothing is changed.</summary>
    string? Changes(string text, TextChannel channel, TextPlace where, bool isJson = false)
    {
        if (text.Length == 0 || !screen.Watches(channel))
            return null;
        var lane = screen.LaneFor(channel, vault, isJson, ContextFor(channel));
        var result = Screen.Whole(text, lane);
        Take(lane, channel, where);
        return lane.Changed && lane.Refusal is null ? result : null;
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

    /// <summary>The same list when nothing of it changes.</summary>
    static IReadOnlyList<T> Each<T>(IReadOnlyList<T> items, Func<T, int, T> change)
        where T : class
    {
        T[]? changed = null;
        for (var i = 0; i < items.Count; i++)
        {
            var now = change(items[i], i);
            if (changed is null && ReferenceEquals(now, items[i]))
                continue;
            changed ??= [.. items];
            changed[i] = now;
        }
        return changed ?? items;
    }
}
