using Portico.Core.Chat;

namespace Portico.Gateway.Stages;

/// <summary>
/// The oldest turns of a conversation. A turn begins at a user message and ends before the next one, so that a tool call goes with its answers. System
/// messages and everything from the last user message on are never in it.
/// </summary>
/// <param name="Places">The messages, ascending.</param>
/// <param name="Tokens">What they add to the count of the request.</param>
sealed record OldestTurns(IReadOnlyList<int> Places, long Tokens)
{
    /// <summary>As few whole turns as have this many tokens together; null when all that may go have fewer.</summary>
    public static OldestTurns? Choose(IReadOnlyList<ChatMessage> messages, Func<ChatMessage, int> tokensOf, long atLeast)
    {
        var lastUser = messages.Count - 1;
        while (lastUser >= 0 && messages[lastUser].Role != ChatRole.User)
            lastUser--;
        var places = new List<int>();
        var tokens = 0L;
        for (var i = 0; i < lastUser; i++)
        {
            if (messages[i].Role is ChatRole.System or ChatRole.Developer)
                continue;
            if (messages[i].Role == ChatRole.User && tokens >= atLeast)
                break;
            places.Add(i);
            tokens += tokensOf(messages[i]);
        }
        return places.Count > 0 && tokens >= atLeast ? new OldestTurns(places, tokens) : null;
    }

    /// <summary>The messages without these; what is given instead stands where the first of them stood.</summary>
    public List<ChatMessage> LeaveOut(IReadOnlyList<ChatMessage> messages, ChatMessage? instead)
    {
        var gone = Places.ToHashSet();
        var kept = new List<ChatMessage>(messages.Count - gone.Count + 1);
        for (var i = 0; i < messages.Count; i++)
        {
            if (!gone.Contains(i))
                kept.Add(messages[i]);
            else if (i == Places[0] && instead is not null)
                kept.Add(instead);
        }
        return kept;
    }
}
