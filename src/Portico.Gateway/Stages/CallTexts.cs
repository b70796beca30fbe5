using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Guardrails;

namespace Portico.Gateway.Stages;

/// <summary>A text of a request.</summary>
/// <param name="Text">Never empty.</param>
/// <param name="Channel">How it came.</param>
/// <param name="Where">Where it stands.</param>
/// <param name="IsJson">It stays JSON, whatever is taken out of it.</param>
/// <param name="CanChange">It can go on as another text; else it goes on as it is or not at all.</param>
readonly record struct CallText(string Text, TextChannel Channel, TextPlace Where, bool IsJson, bool CanChange);

/// <summary>
/// All texts of a request, in one order, for whoever looks at them: content rules and guards see the same. Documents that come as text are among them, as what something found; what is no text (images,
/// audio, other files) is not.
/// </summary>
static class CallTexts
{
    /// <summary>Goes through a chat request.</summary>
    /// <param name="chat">The request.</param>
    /// <param name="watches">Which channels are wanted.</param>
    /// <param name="change">Gives the text as it may go on; null = as it is.</param>
    /// <returns>The request as it may go on: the same one when nothing is changed.</returns>
    public static ChatRequest Each(ChatRequest chat, Func<TextChannel, bool> watches, Func<CallText, string?> change)
    {
        var walk = new Walk(watches, change);
        var messages = Each(chat.Messages, walk.Message);
        var tools = watches(TextChannel.System) ? Each(chat.Tools, walk.Tool) : chat.Tools;
        return ReferenceEquals(messages, chat.Messages) && ReferenceEquals(tools, chat.Tools)
            ? chat
            : chat with
            {
                Messages = messages,
                Tools = tools,
            };
    }

    /// <summary>Goes through a request of one question, whose texts go on as they are or not at all.</summary>
    public static void Each(SingleRequest single, Func<TextChannel, bool> watches, Action<CallText> look)
    {
        void Look(string? text, TextChannel channel, TextPlace where)
        {
            if (text is { Length: > 0 } && watches(channel))
                look(new CallText(text, channel, where, false, false));
        }
        void LookAll(IReadOnlyList<string> texts, TextChannel channel, string of)
        {
            for (var i = 0; i < texts.Count; i++)
                Look(texts[i], channel, new TextPlace(of, i));
        }
        switch (single)
        {
            case EmbeddingRequest embedding:
                LookAll(embedding.Inputs, TextChannel.User, "input");
                break;
            case RerankRequest rerank:
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

    /// <summary>What was asked, which tells whether an instruction in what a tool gave back belongs there.</summary>
    public static string? QuestionOf(ChatRequest chat) =>
        chat.Messages.LastOrDefault(m => m.Role == ChatRole.User)?.Parts.OfType<TextPart>().LastOrDefault()?.Text;

    /// <inheritdoc cref="QuestionOf(ChatRequest)"/>
    public static string? QuestionOf(SingleRequest single) => (single as RerankRequest)?.Query;

    sealed class Walk(Func<TextChannel, bool> watches, Func<CallText, string?> change)
    {
        public ChatMessage Message(ChatMessage message, int index)
        {
            var where = new TextPlace("messages", index);
            var channel = message.Role switch
            {
                ChatRole.System or ChatRole.Developer => TextChannel.System,
                ChatRole.Tool => TextChannel.Tool,
                ChatRole.Assistant => TextChannel.Answer,
                _ => TextChannel.User,
            };
            if (!watches(channel | TextChannel.Arguments | DocumentsIn(channel)))
                return message;
            var isOne = message.Parts.Count == 1;
            var parts = Each(message.Parts, (p, i) => Part(p, channel, isOne ? where : where.Of("content", i)));
            var calls = Each(
                message.ToolCalls,
                (c, i) =>
                    Change(c.Arguments, TextChannel.Arguments, where.Of("tool_calls", i), isJson: true) is { } text
                        ? c with
                        {
                            Arguments = text,
                        }
                        : c
            );
            var refused = message.Refusal is { } refusal ? Change(refusal, channel, where.Of("refusal", null)) : null;
            return ReferenceEquals(parts, message.Parts) && ReferenceEquals(calls, message.ToolCalls) && refused is null
                ? message
                : message with
                {
                    Parts = parts,
                    ToolCalls = calls,
                    Refusal = refused ?? message.Refusal,
                };
        }

        ContentPart Part(ContentPart part, TextChannel channel, TextPlace where)
        {
            if (part is TextPart text)
                return Change(text.Text, channel, where) is { } changed ? text with { Text = changed } : part;
            if (part is FilePart file && watches(DocumentsIn(channel)) && DocumentText.Of(file) is { } document)
                return Change(document, DocumentsIn(channel), where) is { } left
                    ? file with
                    {
                        Data = DocumentText.With(file.Data!, left),
                    }
                    : part;
            // The provider's seal is over the thinking as it was.
            if (part is ReasoningPart { Text: { Length: > 0 } thought } && watches(channel))
                change(new CallText(thought, channel, where, false, false));
            return part;
        }

        /// <summary>What a person encloses was written by somebody else, as what a search finds.</summary>
        static TextChannel DocumentsIn(TextChannel channel) => channel == TextChannel.User ? TextChannel.Retrieved : channel;

        public ToolDefinition Tool(ToolDefinition tool, int index) =>
            tool.Description is { } says && Change(says, TextChannel.System, new TextPlace("tools", index)) is { } changed
                ? tool with
                {
                    Description = changed,
                }
                : tool;

        string? Change(string text, TextChannel channel, TextPlace where, bool isJson = false) =>
            text.Length == 0 || !watches(channel) ? null : change(new CallText(text, channel, where, isJson, true));
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
