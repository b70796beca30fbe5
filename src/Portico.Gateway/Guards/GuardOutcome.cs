using Portico.Gateway.Stages;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Guards;
using Portico.Guardrails;
using Portico.Observability;

namespace Portico.Gateway.Guards;

/// <summary>What guards left of some texts.</summary>
/// <param name="Refusal">Why nothing goes on; null = what is left goes on.</param>
/// <param name="IsFailure">It is refused because somebody gave no verdict.</param>
/// <param name="Left">By the number of the text, what goes on or is kept in its place. Of what is refused: what is kept.</param>
sealed record GuardOutcome(PorticoException? Refusal, bool IsFailure, IReadOnlyDictionary<int, string> Left);

/// <summary>What one of those who were asked said.</summary>
/// <param name="Guard">For whom.</param>
/// <param name="Target">Who was asked.</param>
/// <param name="Texts">Numbers of the texts.</param>
/// <param name="Verdicts">For each of these; null = there is none.</param>
/// <param name="Failure">Why not.</param>
/// <param name="Inner">The call in which a model judged.</param>
sealed record GuardAnswer(
    Guard Guard,
    GuardTarget Target,
    IReadOnlyList<int> Texts,
    GuardVerdict[]? Verdicts,
    GuardFailedException? Failure,
    CallId? Inner
)
{
    /// <summary>The texts that are flagged, for this guard sure enough.</summary>
    public IEnumerable<(int Text, GuardVerdict Verdict)> Flagged =>
        Texts.Zip(Verdicts ?? []).Where(t => t.Second.Flagged && t.Second.Score >= Guard.MinScore);
}

/// <summary>A text that a guard lets nobody have.</summary>
readonly record struct GuardRefusal(Guard Guard, CallFinding By, string? Reason, int Text, bool CannotChange);

/// <summary>Refusals in words.</summary>
static class GuardWords
{
    public static string LineOf(Guard guard) => $"{PolicySchema.Guards}.{guard.Name}";

    public static PorticoException Denied(CompiledPolicy policy, GuardRefusal refusal, bool isAnswer)
    {
        var what = isAnswer ? "answer" : "call";
        string Says(string? reason) =>
            (
                refusal.CannotChange
                    ? $"The guard {refusal.Guard.Name} wants something taken out of {refusal.By.Where}{reason}, and says not where or it cannot be taken out there: this {what} is refused."
                    : $"The guard {refusal.Guard.Name} blocks this {what}: it flagged {refusal.By.Where}{reason}."
            ) + $" {policy.Tell(LineOf(refusal.Guard))}. Leave out what it names, or ask an officer.";
        return new PorticoException(ErrorTable.ContentFilter, Says(refusal.Reason is { } said ? $", saying '{said}'" : null))
        {
            ForRecord = Says(null),
        };
    }

    public static PorticoException Failed(CompiledPolicy policy, GuardAnswer answer)
    {
        string Says(string why) =>
            $"The guard {answer.Guard.Name} gave no verdict: {why}. So nothing passes it: {policy.Tell(LineOf(answer.Guard))}. Try again; an officer may let texts pass then by on_error: open.";
        return new PorticoException(ErrorTable.GuardFailed, Says(answer.Failure!.Message), inner: answer.Failure)
        {
            ForRecord = Says(answer.Failure.Detail),
        };
    }

    /// <summary>A text without some places; null where what is left of it would be no JSON any more.</summary>
    public static string? Without(CallText text, IReadOnlyList<(GuardSpan Span, string Guard)> places)
    {
        var left = new System.Text.StringBuilder(text.Text.Length);
        var at = 0;
        foreach (var span in GuardProtocol.Merged(places.Select(p => p.Span)))
        {
            left.Append(text.Text, at, span.Start - at);
            var said = text.Text.AsSpan(span.Start, span.Length);
            left.Append(text.IsJson ? JsonMask.Of(said) : $"[redacted:{places.First(p => Meets(p.Span, span)).Guard}]");
            at = span.Start + span.Length;
        }
        var result = left.Append(text.Text, at, text.Text.Length - at).ToString();
        return !text.IsJson || IsJson(result) || !IsJson(text.Text) ? result : null;
    }

    static bool Meets(GuardSpan one, GuardSpan other) => one.Start < other.Start + other.Length && other.Start < one.Start + one.Length;

    static bool IsJson(string text)
    {
        try
        {
            using var _ = System.Text.Json.JsonDocument.Parse(text);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
