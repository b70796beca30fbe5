using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Responses;

/// <summary>Finds conversations for their workspace, gives a call what was said before, and adds what it says.</summary>
sealed partial class ConversationBook(ConversationStore store, ConversationKeeper keeper, ILogger<ConversationBook> logger)
{
    /// <exception cref="PorticoException">There is none in the workspace, in words that do not tell whether another has it.</exception>
    public async Task<Conversation> FindAsync(string id, string workspace, CancellationToken ct)
    {
        if (!ConversationId.TryParse(id, out _))
            throw Missing(id);
        await keeper.FlushAsync(ct);
        return await store.FindAsync(id, workspace, ct) ?? throw Missing(id);
    }

    /// <summary>What a call continues, the oldest first.</summary>
    /// <exception cref="PorticoException">There is no such conversation, or it is too large to be sent.</exception>
    public async Task<IReadOnlyList<JsonElement>> ItemsAsync(string id, string workspace, CancellationToken ct)
    {
        if (!ConversationId.TryParse(id, out _))
            throw Missing(id);
        await keeper.FlushAsync(ct);
        var items = await store.AllAsync(id, workspace, ct) ?? throw Missing(id);
        return items.Select(i => JsonElement.Parse(i.Body)).ToList();
    }

    /// <summary>
    /// Adds the turn of a response that has ended, where it belongs to a conversation. Returns when the store has it, so that whoever hears of the end finds
    /// it on every node. A store that is away does not spoil the answer, which is there and is billed: the turn waits for it on this node.
    /// </summary>
    public ValueTask AddTurnAsync(ModelCall call, IGivenResponse response) =>
        ConversationTurn.Of(call, response) is { } turn && keeper.Offer(turn) ? new ValueTask(WriteAsync(turn)) : ValueTask.CompletedTask;

    async Task WriteAsync(ConversationTurn turn)
    {
        try
        {
            await keeper.FlushAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is PorticoException or DbException or IOException or TimeoutException)
        {
            Log.Waits(logger, turn.ConversationId, e.Message);
        }
    }

    public static PorticoException Missing(string id) =>
        new(
            ErrorTable.NotFound,
            $"There is no conversation '{Json.Short(id)}': it was never made, was deleted or is past its time.",
            "conversation"
        );

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A turn of conversation {ConversationId} waits for the store: {Reason}")]
        public static partial void Waits(ILogger logger, string conversationId, string reason);
    }
}
