using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>Finds kept responses for their workspace, and rebuilds the conversation that a call continues.</summary>
sealed class ResponseBook(
    ResponseStore store,
    ResponseKeeper keeper,
    ConversationBook conversations,
    Database database,
    GatewayOptions options,
    TimeProvider time
)
{
    /// <summary>So long another node may need to bring a response to the shared store after its caller has it.</summary>
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <exception cref="PorticoException">There is none in the workspace, in words that do not tell whether another has it.</exception>
    public async Task<FoundResponse> FindAsync(string id, string workspace, CancellationToken ct)
    {
        var found = await LookAsync(id, () => store.FindAsync(id, workspace, ct), f => f is not null, ct) ?? throw Missing(id, null);
        if (!found.Runs || found.LeaseUs >= Micros.Now(time) || await store.FailAbandonedAsync(id, ct) == 0)
            return found;
        return await store.FindAsync(id, workspace, ct) ?? throw Missing(id, null);
    }

    /// <summary>Cancels a run; a response that is over is given as it is.</summary>
    public async Task<FoundResponse> CancelAsync(string id, string workspace, CancellationToken ct)
    {
        var found = await FindAsync(id, workspace, ct);
        if (!found.Response.GetProperty("background"u8).GetBoolean())
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "Only a response that was asked for with 'background' can be cancelled.",
                "response_id"
            );
        if (!found.Runs)
            return found;
        await store.CancelAsync(id, workspace, ct);
        return await FindAsync(id, workspace, ct);
    }

    public async Task DeleteAsync(string id, string workspace, CancellationToken ct)
    {
        await FindAsync(id, workspace, ct);
        await store.DeleteAsync(id, workspace, ct);
    }

    /// <summary>The call with everything that it continues and refers to.</summary>
    /// <exception cref="PorticoException">Something of it is not kept here.</exception>
    public async ValueTask<ModelCall> ContinueAsync(ModelCall call, CancellationToken ct)
    {
        var asked = call.Responses!;
        var workspace = call.Caller.WorkspaceId;
        UnreadNames unread = default;
        var bonds = new ResponsesBonds();
        var conversation = new ResponsesConversation(asked.Instructions, bonds);
        if (asked.PreviousId is { } previous)
            foreach (var turn in await TurnsAsync(previous, workspace, ct))
            foreach (var item in turn.Input.Concat(turn.Output))
                conversation.Add(item, "previous_response_id", mayRefer: false, ref unread);
        if (asked.Conversation is { } kept)
            foreach (var item in await conversations.ItemsAsync(kept, workspace, ct))
                conversation.Add(item, "conversation", mayRefer: false, ref unread);
        var input = asked.HasReferences ? await ResolveAsync(asked.Input, workspace, ct) : asked.Input;
        for (var i = 0; i < input.Count; i++)
        {
            conversation.Add(input[i], $"input[{i}]", mayRefer: false, ref unread);
            if (asked.Conversation is not null)
                ConversationBody.CheckId(input[i], $"input[{i}]");
        }
        return call with
        {
            Chat = call.Chat! with { Messages = conversation.Finish() },
            Responses = asked with { Input = input, Bond = asked.Bond ?? bonds.Bond },
        };
    }

    async Task<IReadOnlyList<FoundResponse>> TurnsAsync(string id, string workspace, CancellationToken ct)
    {
        var turns = await LookAsync(id, () => store.ConversationAsync(id, workspace, ResponseStore.MaxTurns, ct), t => t.Count > 0, ct);
        if (turns.Count == 0)
            throw Missing(id, "previous_response_id");
        if (turns.FirstOrDefault(t => t.Runs) is { } running)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"The response '{running.Id}' is still running: continue it when it is complete.",
                "previous_response_id"
            );
        if (turns[0].PreviousId is not null)
            throw new PorticoException(
                ErrorTable.NotFound,
                turns.Count == ResponseStore.MaxTurns
                    ? $"The conversation has more than {ResponseStore.MaxTurns} turns, which is the bound."
                    : $"An earlier turn of this conversation, before '{turns[0].Id}', was deleted or is past its time.",
                "previous_response_id"
            );
        if (turns.Sum(t => (long)t.Body.GetRawText().Length) > options.MaxRequestBytes)
            throw new PorticoException(
                ErrorTable.TooLarge,
                $"The conversation is larger than {options.MaxRequestBytes / (1024 * 1024)} MiB, which is the bound of this door."
            );
        return turns;
    }

    async Task<IReadOnlyList<JsonElement>> ResolveAsync(IReadOnlyList<JsonElement> input, string workspace, CancellationToken ct)
    {
        var owners = new Dictionary<string, FoundResponse?>(StringComparer.Ordinal);
        var resolved = new List<JsonElement>(input.Count);
        for (var i = 0; i < input.Count; i++)
        {
            if (!ResponsesConversation.IsReference(input[i]))
            {
                resolved.Add(input[i]);
                continue;
            }
            var id = JsonMember.Needed(input[i], "id", $"input[{i}]", 512);
            var owner = ResponseId.OwnerOf(id);
            if (owner is not null && !owners.ContainsKey(owner))
                owners[owner] = await LookAsync(owner, () => store.FindAsync(owner, workspace, ct), f => f is not null, ct);
            resolved.Add(owner is not null && owners[owner] is { } found ? ItemOf(found, id) ?? input[i] : input[i]);
        }
        return resolved;
    }

    static JsonElement? ItemOf(FoundResponse response, string id)
    {
        foreach (var item in response.Output.Concat(response.Input))
            if (JsonMember.Text(item, "id", "") == id)
                return item;
        return null;
    }

    /// <summary>
    /// Looks, and looks again where a response may be on its way: queued here, or on another node that has just answered with it. What waits does not depend
    /// on whose it is.
    /// </summary>
    async Task<T> LookAsync<T>(string id, Func<Task<T>> look, Func<T, bool> isFound, CancellationToken ct)
    {
        var found = await look();
        var begun = time.GetUtcNow();
        if (isFound(found) || ResponseId.TimeOf(id) is not { } made)
            return found;
        await keeper.FlushAsync(ct);
        found = await look();
        // Anybody can make up an id: neither its age nor its future lets a caller wait longer than an answer may be on its way.
        var mayCome = database.Engine == Engine.Postgres && (begun - made).Duration() < Settling;
        while (mayCome && !isFound(found) && time.GetUtcNow() - begun < Settling)
        {
            await Task.Delay(Look, time, ct);
            found = await look();
        }
        return found;
    }

    static PorticoException Missing(string id, string? param) =>
        new(ErrorTable.NotFound, $"There is no response '{Json.Short(id)}': it was not stored, was deleted or is past its time.", param);
}
