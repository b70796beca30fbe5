using System.Text;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

enum MessagesBlockKind : byte
{
    Text,
    Thinking,
    RedactedThinking,
    ToolUse,
}

/// <summary>A block of the answer's content.</summary>
sealed class MessagesBlock(MessagesBlockKind kind)
{
    public MessagesBlockKind Kind => kind;

    /// <summary>What was gathered and not given on: text, thinking, or the input of a tool.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>Thinking: the seal.</summary>
    public string? Signature { get; set; }

    /// <summary>Redacted thinking: all of it.</summary>
    public string? Sealed { get; init; }

    /// <summary>Tool use: as its first fragment says.</summary>
    public string? Id { get; init; }
    public string? Name { get; init; }
    public int ToolIndex { get; init; } = -1;

    /// <summary>Nothing can follow in it: the other kinds are over when another block has begun.</summary>
    public bool IsComplete => kind != MessagesBlockKind.ToolUse || end.IsReached;

    JsonEnd end;

    public void Follow(string? arguments)
    {
        if (arguments is not null)
            end.Follow(arguments);
    }
}

/// <summary>Finds where a JSON object that comes in fragments ends.</summary>
struct JsonEnd
{
    int depth;
    bool inString;
    bool escaped;

    public bool IsReached { get; private set; }

    public void Follow(ReadOnlySpan<char> fragment)
    {
        foreach (var c in fragment)
        {
            if (inString)
            {
                if (escaped)
                    escaped = false;
                else if (c == '\\')
                    escaped = true;
                else if (c == '"')
                    inString = false;
                continue;
            }
            switch (c)
            {
                case '"':
                    inString = true;
                    break;
                case '{':
                    depth++;
                    break;
                case '}':
                    IsReached |= --depth == 0;
                    break;
                default:
                    break;
            }
        }
    }
}

/// <summary>
/// The blocks of one answer in the order of their first fragments, whatever order the events have. The streamed and the folded answer both stand on it, so
/// that they say the same.
/// </summary>
sealed class MessagesBlocks
{
    readonly List<MessagesBlock> all = [];

    public IReadOnlyList<MessagesBlock> All => all;

    /// <summary>Why the answer ended; <see cref="FinishReason.None"/> while it has not.</summary>
    public FinishReason Finish { get; private set; }
    public bool IsFinished { get; private set; }
    bool refused;

    /// <summary>The block to which the event belongs and its fragment; null when it adds no content.</summary>
    public (MessagesBlock Block, string? Fragment)? Take(in ModelEvent e)
    {
        // The protocol has one answer.
        if (IsFinished || e.Choice != 0)
            return null;
        switch (e.Kind)
        {
            case ModelEventKind.Text:
                return Fragment(MessagesBlockKind.Text, e.Text);
            case ModelEventKind.Refusal:
                refused = true;
                return Fragment(MessagesBlockKind.Text, e.Text);
            case ModelEventKind.Reasoning when e.Sealed is not null:
                return (Add(new MessagesBlock(MessagesBlockKind.RedactedThinking) { Sealed = e.Sealed }), null);
            case ModelEventKind.Reasoning when e.Signature is not null:
                var signed = Open(MessagesBlockKind.Thinking);
                signed.Signature = e.Signature;
                return (signed, null);
            case ModelEventKind.Reasoning:
                return Fragment(MessagesBlockKind.Thinking, e.Text);
            case ModelEventKind.ToolCall:
                var tool = Tool(e.ToolCall!);
                // Behind the end of its input nothing can follow but white space.
                if (tool.IsComplete)
                    return (tool, null);
                tool.Follow(e.ToolCall!.Arguments);
                return (tool, e.ToolCall.Arguments);
            case ModelEventKind.Finish:
                End(e.Finish);
                return null;
            case ModelEventKind.Completed:
                End(e.Completion!.Finish);
                return null;
            default:
                return null;
        }
    }

    void End(FinishReason reason) => (IsFinished, Finish) = (true, reason);

    (MessagesBlock, string?)? Fragment(MessagesBlockKind kind, string? text) => string.IsNullOrEmpty(text) ? null : (Open(kind), text);

    /// <summary>The last block where it is of this kind and not sealed, else a new one.</summary>
    MessagesBlock Open(MessagesBlockKind kind) =>
        all.Count > 0 && all[^1] is { Signature: null } last && last.Kind == kind ? last : Add(new MessagesBlock(kind));

    MessagesBlock Tool(ToolCallDelta delta)
    {
        for (var i = all.Count - 1; i >= 0; i--)
            if (all[i].ToolIndex == delta.Index)
                return all[i];
        return Add(
            new MessagesBlock(MessagesBlockKind.ToolUse)
            {
                Id = delta.Id,
                Name = delta.Name,
                ToolIndex = delta.Index,
            }
        );
    }

    MessagesBlock Add(MessagesBlock block)
    {
        all.Add(block);
        return block;
    }

    /// <summary>
    /// The protocol's word for the end (https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons). Some servers say stop behind a tool call
    /// that they were made to give; whoever runs tools here goes by the word.
    /// </summary>
    public string StopReason
    {
        get
        {
            if (refused)
                return "refusal";
            return Finish switch
            {
                FinishReason.Length => "max_tokens",
                FinishReason.ContentFilter => "refusal",
                FinishReason.ToolCalls => "tool_use",
                _ => all.Exists(b => b.Kind == MessagesBlockKind.ToolUse) ? "tool_use" : "end_turn",
            };
        }
    }
}
