using System.Text;
using Portico.Guardrails;

namespace Portico.Gateway.Stages;

/// <summary>One text of an answer on its way: first the rules, then the placeholders.</summary>
sealed class AnswerLane(ScreenLane? rules, TokenVault.Lane? tokens)
{
    /// <summary>Characters: of most fragments, and of many whole answers.</summary>
    const int FirstSize = 256;

    StringBuilder? target;
    StringBuilder? between;

    public ScreenLane? Rules => rules;

    public string Take(string? text, bool isEnd)
    {
        // All of a text at once, as a whole answer has it.
        if (isEnd && target is null && tokens is null && text is not null)
            return Screen.Answer(text, rules!);
        target ??= new StringBuilder(FirstSize);
        target.Clear();
        if (rules is null)
            tokens!.Add(text, target);
        else if (tokens is null)
            rules.Add(text, target);
        else
        {
            between ??= new StringBuilder(FirstSize);
            between.Clear();
            rules.Add(text, between);
            if (isEnd)
                rules.Complete(between);
            foreach (var piece in between.GetChunks())
                tokens.Add(piece.Span, target);
        }
        if (isEnd)
        {
            if (tokens is null)
                rules!.Complete(target);
            tokens?.Complete(target);
        }
        return target.ToString();
    }
}
