using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Folds decoded events into one chat completion: the plain answer is the fold of the stream.</summary>
sealed class OpenAiAnswerFold(ModelCall call) : IAnswerFold
{
    sealed class Choice
    {
        public readonly TextFold Text = new();
        public readonly TextFold Reasoning = new();
        public readonly TextFold Refusal = new();
        public SortedDictionary<int, (string? Id, string? Name, TextFold Arguments)>? Calls;
        public FinishReason Finish;
        public bool Finished;
    }

    readonly SortedDictionary<int, Choice> choices = [];

    public void Add(ReadOnlySpan<ModelEvent> batch)
    {
        foreach (ref readonly var e in batch)
        {
            if (e.Kind == ModelEventKind.Completed)
            {
                // There is always a choice to look at, be it an empty one.
                if (choices.Count == 0)
                    choices[0] = new Choice();
                foreach (var open in choices.Values.Where(c => !c.Finished))
                    (open.Finished, open.Finish) = (true, e.Completion!.Finish);
                continue;
            }
            // A seal has no word here.
            if (e.Kind == ModelEventKind.Reasoning && e.Text is null)
                continue;
            if (!choices.TryGetValue(e.Choice, out var choice))
                choices[e.Choice] = choice = new Choice();
            if (!choice.Finished)
                Add(choice, e);
        }
    }

    static void Add(Choice choice, in ModelEvent e)
    {
        switch (e.Kind)
        {
            case ModelEventKind.Text:
                choice.Text.Append(e.Text);
                break;
            case ModelEventKind.Reasoning:
                choice.Reasoning.Append(e.Text);
                break;
            case ModelEventKind.Refusal:
                choice.Refusal.Append(e.Text);
                break;
            case ModelEventKind.Finish:
                (choice.Finished, choice.Finish) = (true, e.Finish);
                break;
            case ModelEventKind.ToolCall:
                var delta = e.ToolCall!;
                // Id and name are what the first fragment says, as a streamed answer has them.
                choice.Calls ??= [];
                if (!choice.Calls.TryGetValue(delta.Index, out var known))
                    choice.Calls[delta.Index] = known = (delta.Id, delta.Name, new TextFold());
                known.Arguments.Append(delta.Arguments);
                break;
            default:
                break;
        }
    }

    public byte[] ToJson(Usage usage) => JsonBytes.Of((Fold: this, Usage: usage), static (json, of) => of.Fold.Write(json, of.Usage));

    void Write(Utf8JsonWriter json, Usage usage)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, "chatcmpl-" + call.Context.Record.Id.ToString()["call_".Length..]);
        json.WriteString("object"u8, "chat.completion"u8);
        json.WriteNumber("created"u8, call.Context.Record.StartedAtUs / 1_000_000);
        json.WriteString("model"u8, call.RequestedModel);
        json.WriteStartArray("choices"u8);
        foreach (var (index, choice) in choices)
            Write(json, index, choice);
        json.WriteEndArray();
        OpenAiNames.WriteUsage(json, usage);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, int index, Choice choice)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        if (choice.Text.IsEmpty && choice.Calls is not null)
            json.WriteNull("content"u8);
        else
            json.WriteString("content"u8, choice.Text.ToString());
        json.WriteString("refusal"u8, choice.Refusal.IsEmpty ? null : choice.Refusal.ToString());
        if (!choice.Reasoning.IsEmpty)
            json.WriteString("reasoning_content"u8, choice.Reasoning.ToString());
        if (choice.Calls is { } calls)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var (position, (id, name, arguments)) in calls)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, id is { Length: > 0 } ? id : OpenAiNames.CallId(position));
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, name ?? "");
                json.WriteString("arguments"u8, arguments.ToString());
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        json.WriteString("finish_reason"u8, OpenAiNames.Finish(choice.Finish));
        json.WriteEndObject();
    }
}
