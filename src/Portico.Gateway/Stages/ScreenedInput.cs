using Portico.Core.Chat;
using Portico.Guardrails;

namespace Portico.Gateway.Stages;

/// <summary>The texts of a request as content rules leave them. What is no text (images, audio, files) is not read.</summary>
sealed class ScreenedInput
{
    readonly Screen screen;
    readonly TokenVault? vault;
    readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    readonly SortedSet<string> failed = new(StringComparer.Ordinal);

    ScreenedInput(Screen screen, TokenVault? vault) => (this.screen, this.vault) = (screen, vault);

    /// <summary>The rule by which the request may not go on.</summary>
    public ContentRule? Refusal { get; private set; }

    /// <summary>Where it found something, and the characters of that.</summary>
    public TextChannel RefusedIn { get; private set; }
    public int RefusedLength { get; private set; }

    /// <summary>The rule that would change a text which cannot be rewritten.</summary>
    public ContentRule? Unchangeable { get; private set; }

    /// <summary>The messages as they may go on; null when nothing was changed.</summary>
    public ChatRequest? Changed { get; private set; }

    /// <summary>Names of rules that fail open and whose search failed.</summary>
    public IReadOnlyCollection<string> Failed => failed;

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
        var messages = Each(chat.Messages, Read);
        var tools = screen.Watches(TextChannel.System) ? Each(chat.Tools, Read) : chat.Tools;
        if (!ReferenceEquals(messages, chat.Messages) || !ReferenceEquals(tools, chat.Tools))
            Changed = chat with { Messages = messages, Tools = tools };
    }

    ChatMessage Read(ChatMessage message)
    {
        var channel = message.Role switch
        {
            ChatRole.System or ChatRole.Developer => TextChannel.System,
            ChatRole.Tool => TextChannel.Tool,
            ChatRole.Assistant => TextChannel.Output,
            _ => TextChannel.User,
        };
        if (!screen.Watches(channel))
            return message;
        var parts = Each(message.Parts, p => Read(p, channel));
        var calls = Each(message.ToolCalls, c => Changes(c.Arguments, channel, isJson: true) is { } text ? c with { Arguments = text } : c);
        var refused = message.Refusal is { } refusal ? Changes(refusal, channel) : null;
        return ReferenceEquals(parts, message.Parts) && ReferenceEquals(calls, message.ToolCalls) && refused is null
            ? message
            : message with
            {
                Parts = parts,
                ToolCalls = calls,
                Refusal = refused ?? message.Refusal,
            };
    }

    ContentPart Read(ContentPart part, TextChannel channel)
    {
        if (part is TextPart text)
            return Changes(text.Text, channel) is { } changed ? text with { Text = changed } : part;
        // The provider's seal is over the thinking as it was.
        if (part is ReasoningPart { Text.Length: > 0 } thought)
            Look(thought.Text, channel);
        return part;
    }

    ToolDefinition Read(ToolDefinition tool) =>
        tool.Description is { } says && Changes(says, TextChannel.System) is { } changed ? tool with { Description = changed } : tool;

    void Read(SingleRequest single)
    {
        switch (single)
        {
            case EmbeddingRequest embedding:
                foreach (var input in embedding.Inputs)
                    Look(input, TextChannel.User);
                break;
            case RerankRequest rerank:
                Look(rerank.Query, TextChannel.User);
                foreach (var document in rerank.Documents)
                    Look(document, TextChannel.Retrieved);
                break;
            case ModerationRequest moderation:
                foreach (var text in moderation.Texts)
                    Look(text, TextChannel.User);
                break;
            case SpeechRequest speech:
                Look(speech.Input, TextChannel.User);
                Look(speech.Instructions, TextChannel.System);
                break;
            case TranscriptionRequest transcription:
                Look(transcription.Prompt, TextChannel.User);
                break;
            case ImageRequest image:
                Look(image.Prompt, TextChannel.User);
                break;
            default:
                throw new InvalidOperationException("A kind of call whose texts nobody screens must not start.");
        }
    }

    /// <summary>A text that goes on as it is or not at all.</summary>
    void Look(string? text, TextChannel channel)
    {
        if (text is not { Length: > 0 } || !screen.Watches(channel))
            return;
        var lane = screen.LaneFor(channel);
        Screen.Whole(text, lane);
        Take(lane, channel);
        if (lane.Changed)
            Unchangeable ??= lane.Findings.Select(f => f.Rule).First(r => r.Action is ContentAction.Redact or ContentAction.Tokenise);
    }

    /// <summary>The text as it may go on; null when nothing is changed.</summary>
    string? Changes(string text, TextChannel channel, bool isJson = false)
    {
        if (text.Length == 0)
            return null;
        var lane = screen.LaneFor(channel, vault, isJson);
        var result = Screen.Whole(text, lane);
        Take(lane, channel);
        return lane.Changed && lane.Refusal is null ? result : null;
    }

    void Take(ScreenLane lane, TextChannel channel)
    {
        if (lane.Refusal is { } refusing && (Refusal is null || refusing.Action > Refusal.Action))
            (Refusal, RefusedIn, RefusedLength) = (refusing, channel, lane.RefusedLength);
        foreach (var rule in lane.Failed)
            failed.Add(rule.Name);
        foreach (var (found, count) in lane.Findings)
            counts[found.Name] = counts.GetValueOrDefault(found.Name) + count;
    }

    /// <summary>The same list when nothing of it changes.</summary>
    static IReadOnlyList<T> Each<T>(IReadOnlyList<T> items, Func<T, T> change)
        where T : class
    {
        T[]? changed = null;
        for (var i = 0; i < items.Count; i++)
        {
            var now = change(items[i]);
            if (changed is null && ReferenceEquals(now, items[i]))
                continue;
            changed ??= [.. items];
            changed[i] = now;
        }
        return changed ?? items;
    }
}
