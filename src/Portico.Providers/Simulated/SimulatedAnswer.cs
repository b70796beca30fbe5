using Portico.Core.Chat;

namespace Portico.Providers.Simulated;

/// <summary>What the simulated provider will say, before it is framed: the same for a stream and a plain answer.</summary>
/// <param name="Words">The text in the pieces in which it is streamed; joined they are the text.</param>
/// <param name="ToolCalls">Tool calls instead of text.</param>
/// <param name="Finish">Stop, Length or ToolCalls.</param>
/// <param name="Usage">Counted by <see cref="CountTokens"/>.</param>
sealed record SimulatedAnswer(IReadOnlyList<string> Words, IReadOnlyList<ToolCall> ToolCalls, FinishReason Finish, Usage Usage)
{
    static readonly string[] FixedWords =
        "Portico opens one door to every model , counts what passes , keeps what it may spend , and writes down each call so that anyone can check it later ."
            .Split(' ')
            .Select((w, i) => i == 0 ? w : " " + w)
            .Take(30)
            .ToArray();

    public static SimulatedAnswer For(ChatRequest request, int? outputCap, SimulatedBehaviour behaviour)
    {
        var input = request.Messages.Sum(m => 4 + m.Parts.Sum(p => p is TextPart t ? CountTokens(t.Text) : 85)) + request.Tools.Count * 20;
        var calls = Calls(request, behaviour);
        IReadOnlyList<string> words = calls.Count > 0 ? [] : Say(request, behaviour);
        words = CutAtStop(words, request.Stop);
        var finish = calls.Count > 0 ? FinishReason.ToolCalls : FinishReason.Stop;
        // Each word is one token of the simulated tokenizer, so a cap of n tokens is n words.
        if ((outputCap ?? request.MaxOutputTokens) is { } cap && words.Count > cap)
            (words, finish) = (words.Take(cap).ToList(), FinishReason.Length);
        var output = (words.Count + calls.Sum(c => 8 + CountTokens(c.Arguments))) * request.Choices;
        return new SimulatedAnswer(
            words,
            calls,
            finish,
            new Usage
            {
                Input = input,
                Output = output,
                Source = UsageSource.Reported,
            }
        );
    }

    /// <summary>The simulated tokenizer: words at spaces, each begun four characters one token.</summary>
    public static int CountTokens(ReadOnlySpan<char> text)
    {
        var tokens = 0;
        foreach (var range in text.Split(' '))
            tokens += (text[range].Length + 3) / 4;
        return tokens;
    }

    static List<ToolCall> Calls(ChatRequest request, SimulatedBehaviour behaviour)
    {
        if (
            behaviour.Kind != SimulatedBehaviour.Answer.ToolCall
            || request.Tools.Count == 0
            || request.Messages[^1].Role == ChatRole.Tool
            || request.ToolChoice?.Mode == ToolChoiceMode.None
        )
            return [];
        var tools = request.ToolChoice is { Mode: ToolChoiceMode.Named } named
            ? request.Tools.Where(t => t.Name == named.Name)
            : request.Tools;
        return tools
            .Take(request.ParallelToolCalls == false ? 1 : 2)
            .Select((t, i) => new ToolCall($"call_sim_{i + 1}", t.Name, SchemaSample.For(t.Parameters)))
            .ToList();
    }

    static IReadOnlyList<string> Say(ChatRequest request, SimulatedBehaviour behaviour) =>
        behaviour.Kind switch
        {
            SimulatedBehaviour.Answer.Fixed => FixedWords,
            SimulatedBehaviour.Answer.Json => Split(SchemaSample.For(request.ResponseFormat?.Schema)),
            SimulatedBehaviour.Answer.Leak => Split(
                string.Join('\n', request.Messages.Where(m => m.Role is ChatRole.System or ChatRole.Developer).Select(TextOf))
            ),
            SimulatedBehaviour.Answer.Huge => Enumerable.Repeat("sixteen letters ", behaviour.HugeKb * 64).ToList(),
            _ when request.Messages[^1].Role == ChatRole.Tool => Split("The tool answered: " + TextOf(request.Messages[^1])),
            _ => Split(TextOf(request.Messages.LastOrDefault(m => m.Role == ChatRole.User))),
        };

    static string TextOf(ChatMessage? message) =>
        message is null
            ? ""
            : string.Concat(message.Parts.Select(p => p is TextPart t ? t.Text : $"[{p.GetType().Name[..^4].ToLowerInvariant()}]"));

    static List<string> Split(string text)
    {
        var words = new List<string>();
        var from = 0;
        for (var i = 1; i < text.Length; i++)
            // A piece is at most four characters of the simulated tokenizer and never halves a surrogate pair.
            if ((text[i] == ' ' || i - from >= 4) && !char.IsLowSurrogate(text[i]))
            {
                words.Add(text[from..i]);
                from = i;
            }
        if (from < text.Length)
            words.Add(text[from..]);
        return words;
    }

    static IReadOnlyList<string> CutAtStop(IReadOnlyList<string> words, IReadOnlyList<string> stops)
    {
        if (stops.Count == 0)
            return words;
        var text = string.Concat(words);
        var at = stops
            .Where(s => s.Length > 0)
            .Select(s => text.IndexOf(s, StringComparison.Ordinal))
            .Where(i => i >= 0)
            .DefaultIfEmpty(-1)
            .Min();
        return at < 0 ? words : Split(text[..at]);
    }
}
