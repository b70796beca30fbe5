using System.Buffers;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>OpenAI's older completions: the text of each choice, and nothing that chat knows beyond it.</summary>
sealed class CompletionsForm : IAnswerForm
{
    public static readonly CompletionsForm Instance = new();

    public IAnswerFold Fold(ModelCall call) => new Whole(call);

    public IEventWriter Events(ModelCall call) => new Chunks(call);

    public ReadOnlySpan<byte> LastEvent(PorticoException e, ModelCall call) => OpenAiErrors.LastEvent(e);

    /// <summary>What of an event is text here: a refusal is the answer, thinking is not.</summary>
    static string? TextOf(in ModelEvent e) => e.Kind is ModelEventKind.Text or ModelEventKind.Refusal ? e.Text : null;

    static void Head(Utf8JsonWriter json, ModelCall call)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, "cmpl-" + call.Context.Record.Id.ToString()["call_".Length..]);
        json.WriteString("object"u8, "text_completion"u8);
        json.WriteNumber("created"u8, call.Context.Record.StartedAtUs / 1_000_000);
        json.WriteString("model"u8, call.RequestedModel);
    }

    static void WriteChoice(Utf8JsonWriter json, int index, string text, string? finish)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteNumber("index"u8, index);
        json.WriteNull("logprobs"u8);
        json.WriteString("finish_reason"u8, finish);
        json.WriteEndObject();
    }

    sealed class Whole(ModelCall call) : IAnswerFold
    {
        sealed class Choice
        {
            public readonly StringBuilder Text = new();
            public FinishReason? Finish;
        }

        readonly SortedDictionary<int, Choice> choices = [];
        bool ended;

        public void Add(ReadOnlySpan<ModelEvent> batch)
        {
            foreach (ref readonly var e in batch)
            {
                if (ended || e.Kind == ModelEventKind.Frame)
                    continue;
                // Completed stands for the whole answer; there is always a choice to look at, be it an empty one.
                if (!choices.TryGetValue(e.Choice, out var choice) && (e.Kind != ModelEventKind.Completed || choices.Count == 0))
                    choices[e.Choice] = choice = new Choice();
                if (e.Kind == ModelEventKind.Completed)
                {
                    ended = true;
                    foreach (var open in choices.Values)
                        open.Finish ??= e.Completion!.Finish;
                }
                else if (choice!.Finish is null)
                    Add(choice, e);
            }
        }

        static void Add(Choice choice, in ModelEvent e)
        {
            choice.Text.Append(TextOf(e));
            if (e.Kind == ModelEventKind.Finish)
                choice.Finish = e.Finish;
        }

        public byte[] ToJson(Usage usage) => JsonBytes.Of((Fold: this, Usage: usage), static (json, of) => of.Fold.Write(json, of.Usage));

        void Write(Utf8JsonWriter json, Usage usage)
        {
            Head(json, call);
            json.WriteStartArray("choices"u8);
            foreach (var (index, choice) in choices)
                WriteChoice(json, index, choice.Text.ToString(), OpenAiNames.Finish(choice.Finish ?? FinishReason.None));
            json.WriteEndArray();
            OpenAiNames.WriteUsage(json, usage);
            json.WriteEndObject();
        }
    }

    /// <summary>One finish reason a choice and nothing behind it, usage and the terminator last and once.</summary>
    sealed class Chunks(ModelCall call) : IEventWriter
    {
        readonly Dictionary<int, bool> finished = [];
        bool ended;

        public void Write(IBufferWriter<byte> target, in ModelEvent e, in Usage usage)
        {
            if (ended || e.Kind == ModelEventKind.Frame)
                return;
            if (e.Kind == ModelEventKind.Completed)
            {
                End(target, e.Completion!, usage);
                return;
            }
            var text = TextOf(e);
            if (e.Kind == ModelEventKind.Finish || text is { Length: > 0 })
                Chunk(target, e.Choice, text ?? "", e.Kind == ModelEventKind.Finish ? e.Finish : null);
            else
                finished.TryAdd(e.Choice, false);
        }

        void Chunk(IBufferWriter<byte> target, int index, string text, FinishReason? finish)
        {
            if (finished.GetValueOrDefault(index))
                return;
            finished[index] = finish is not null;
            target.Write("data: "u8);
            using (var json = new Utf8JsonWriter(target, Json.Readable))
            {
                Head(json, call);
                json.WriteStartArray("choices"u8);
                WriteChoice(json, index, text, finish is { } reason ? OpenAiNames.Finish(reason) : null);
                json.WriteEndArray();
                if (call.Chat!.IncludeUsage)
                    json.WriteNull("usage"u8);
                json.WriteEndObject();
            }
            target.Write("\n\n"u8);
        }

        void End(IBufferWriter<byte> target, Completion completion, Usage usage)
        {
            // There is always a choice to look at, be it an empty one.
            if (finished.Count == 0)
                finished[0] = false;
            foreach (var index in finished.Where(f => !f.Value).Select(f => f.Key).Order().ToList())
                Chunk(target, index, "", completion.Finish);
            ended = true;
            if (call.Chat!.IncludeUsage)
            {
                target.Write("data: "u8);
                using (var json = new Utf8JsonWriter(target, Json.Readable))
                {
                    Head(json, call);
                    json.WriteStartArray("choices"u8);
                    json.WriteEndArray();
                    OpenAiNames.WriteUsage(json, usage);
                    json.WriteEndObject();
                }
                target.Write("\n\n"u8);
            }
            target.Write("data: [DONE]\n\n"u8);
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
