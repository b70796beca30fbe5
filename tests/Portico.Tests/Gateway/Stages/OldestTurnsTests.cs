using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Gateway.Stages;

namespace Portico.Tests.Gateway.Stages;

/// <summary>What may be left out of a conversation: whole turns, the oldest first, as few as must.</summary>
public sealed class OldestTurnsTests
{
    static ChatMessage Of(ChatRole role) => new() { Role = role, Parts = [new TextPart("x")] };

    static readonly Gen<ChatMessage[]> Conversations = Gen.Frequency(
            (2, Gen.Constant(new[] { ChatRole.User })),
            (2, Gen.Constant(new[] { ChatRole.Assistant })),
            (2, Gen.Constant(new[] { ChatRole.Assistant, ChatRole.Tool, ChatRole.Tool })),
            (1, Gen.Elements(new[] { ChatRole.System }, new[] { ChatRole.Developer }))
        )
        .ListOf()
        .Select(groups => groups.SelectMany(g => g).Select(Of).ToArray());

    [Fact]
    public void Never_takes_system_messages_nor_anything_from_the_last_user_message_on() =>
        Check(
            (messages, turns) =>
            {
                var lastUser = Array.FindLastIndex(messages, m => m.Role == ChatRole.User);
                return turns is null
                    || turns.Places.All(p => p < lastUser && messages[p].Role is not (ChatRole.System or ChatRole.Developer));
            }
        );

    [Fact]
    public void Takes_every_message_before_the_first_user_message_that_stays() =>
        Check(
            (messages, turns) =>
            {
                if (turns is null)
                    return true;
                // What follows what was taken begins with a user message: no answer of a tool is without its call, no turn is half.
                var rest = messages.Skip(turns.Places[^1] + 1).First(m => m.Role is not (ChatRole.System or ChatRole.Developer));
                return rest.Role == ChatRole.User
                    && messages.Take(turns.Places[^1] + 1).Count(m => m.Role is not (ChatRole.System or ChatRole.Developer))
                        == turns.Places.Count;
            }
        );

    [Fact]
    public void Takes_as_few_turns_as_must_and_gives_up_only_when_all_are_too_few() =>
        Check(
            (messages, turns, atLeast) =>
            {
                var all = OldestTurns.Choose(messages, _ => 1, long.MaxValue / 2) is null ? CountOfDroppable(messages) : 0;
                if (turns is null)
                    return all < atLeast || all == 0;
                var last = turns.Places.Count - 1;
                while (last > 0 && messages[turns.Places[last]].Role != ChatRole.User)
                    last--;
                // Without its last turn it would be too few.
                return turns.Tokens == turns.Places.Count && turns.Tokens >= atLeast && last < atLeast;
            }
        );

    static int CountOfDroppable(ChatMessage[] messages)
    {
        var lastUser = Array.FindLastIndex(messages, m => m.Role == ChatRole.User);
        return messages.Take(Math.Max(0, lastUser)).Count(m => m.Role is not (ChatRole.System or ChatRole.Developer));
    }

    [Fact]
    public void What_is_left_out_and_what_is_kept_are_all_messages_in_their_order() =>
        Check(
            (messages, turns) =>
            {
                if (turns is null)
                    return true;
                var instead = Of(ChatRole.User);
                var kept = turns.LeaveOut(messages, instead);
                var place = kept.FindIndex(m => ReferenceEquals(m, instead));
                return place == turns.Places[0]
                    && kept.Where(m => !ReferenceEquals(m, instead))
                        .SequenceEqual(messages.Where((_, i) => !turns.Places.Contains(i)), ReferenceEqualityComparer.Instance)
                    && turns.LeaveOut(messages, null).Count == messages.Length - turns.Places.Count;
            }
        );

    static void Check(Func<ChatMessage[], OldestTurns?, bool> holds) => Check((messages, turns, _) => holds(messages, turns));

    static void Check(Func<ChatMessage[], OldestTurns?, int, bool> holds) =>
        Prop.ForAll(
                Conversations.ToArbitrary(),
                Gen.Choose(1, 12).ToArbitrary(),
                (messages, atLeast) => holds(messages, OldestTurns.Choose(messages, _ => 1, atLeast), atLeast)
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
