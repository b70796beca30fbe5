using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Observability;
using Ai = Microsoft.Extensions.AI;

namespace Portico.Gateway.InProcess;

/// <summary>Writes the events of one answer as the updates of a chat client: texts as they come, a tool call when it is whole, usage with the end.</summary>
sealed class ChatUpdateWriter(CallRecord record)
{
    /// <summary>The error code of a content in which the model says why it will not answer.</summary>
    public const string Refusal = "refusal";

    /// <summary>Marks thinking that only the provider can read: its protected data is all of it, and no seal over a text.</summary>
    public const string Closed = "closed_thinking";

    readonly SortedDictionary<int, (string? Id, string? Name, StringBuilder Arguments)> calls = [];

    public List<Ai.ChatResponseUpdate> Write(ReadOnlySpan<ModelEvent> batch)
    {
        var updates = new List<Ai.ChatResponseUpdate>();
        foreach (ref readonly var e in batch)
        {
            switch (e.Kind)
            {
                case ModelEventKind.Text:
                    updates.Add(Update(new Ai.TextContent(e.Text)));
                    break;
                case ModelEventKind.Reasoning:
                    updates.Add(Update(Thought(e)));
                    break;
                case ModelEventKind.Refusal:
                    updates.Add(Update(new Ai.ErrorContent(e.Text) { ErrorCode = Refusal }));
                    break;
                case ModelEventKind.ToolCall:
                    Gather(e.ToolCall!);
                    break;
                case ModelEventKind.Completed:
                    updates.Add(End(e.Completion!));
                    break;
                default:
                    break;
            }
        }
        return updates;
    }

    static Ai.TextReasoningContent Thought(in ModelEvent e) =>
        new(e.Text) { ProtectedData = e.Signature ?? e.Sealed, AdditionalProperties = e.Sealed is null ? null : new() { [Closed] = true } };

    void Gather(ToolCallDelta delta)
    {
        if (!calls.TryGetValue(delta.Index, out var call))
            call = (delta.Id, delta.Name, new StringBuilder());
        call.Arguments.Append(delta.Arguments);
        calls[delta.Index] = (call.Id ?? delta.Id, call.Name ?? delta.Name, call.Arguments);
    }

    Ai.ChatResponseUpdate End(Completion completion)
    {
        var contents = calls
            .Values.Select(c =>
                (Ai.AIContent)
                    Ai.FunctionCallContent.CreateFromParsedArguments(c.Arguments.ToString(), c.Id ?? "", c.Name ?? "", ParseArguments)
            )
            .Append(new Ai.UsageContent(Details(record.Usage)))
            .ToArray();
        var update = Update(contents);
        update.FinishReason = completion.Finish switch
        {
            FinishReason.Length => Ai.ChatFinishReason.Length,
            FinishReason.ToolCalls => Ai.ChatFinishReason.ToolCalls,
            FinishReason.ContentFilter => Ai.ChatFinishReason.ContentFilter,
            _ => Ai.ChatFinishReason.Stop,
        };
        return update;
    }

    Ai.ChatResponseUpdate Update(params Ai.AIContent[] contents) =>
        new(Ai.ChatRole.Assistant, contents)
        {
            ResponseId = record.Id.ToString(),
            MessageId = record.Id.ToString(),
            ModelId = record.Model,
        };

    static Dictionary<string, object?>? ParseArguments(string json) =>
        json.Length == 0 ? [] : JsonSerializer.Deserialize<Dictionary<string, object?>>(json, Ai.AIJsonUtilities.DefaultOptions);

    static Ai.UsageDetails Details(Usage usage) =>
        new()
        {
            InputTokenCount = usage.TotalInput,
            OutputTokenCount = usage.TotalOutput,
            TotalTokenCount = usage.Total,
            CachedInputTokenCount = usage.CacheRead,
            ReasoningTokenCount = usage.Reasoning,
        };
}
