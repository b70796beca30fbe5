using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.Files;
using Portico.Gateway.Wire;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>Finds kept responses for their workspace, and rebuilds the conversation that a call continues.</summary>
sealed class ResponseBook(
    ResponseStore store,
    ResponseKeeper keeper,
    ConversationBook conversations,
    BoundSeals seals,
    HeldKept held,
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
        if (await store.WhoseAsync(id, workspace, ct) is var (key, person))
            await held.RequireNoneAsync("response", "response_id", workspace, key, person, ct);
        await store.DeleteAsync(id, workspace, ct);
    }

    /// <summary>The call with everything that it continues and refers to, and the place that this binds it to.</summary>
    /// <exception cref="PorticoException">Something of it is not kept here, or belongs to somebody else.</exception>
    public async ValueTask<ModelCall> ContinueAsync(ModelCall call, CancellationToken ct)
    {
        var asked = call.Responses!;
        var said = new Continued(asked, call.Caller.WorkspaceId, seals);
        if (asked.PreviousId is { } previous)
            foreach (var turn in await TurnsAsync(previous, said.Workspace, ct))
            foreach (var item in turn.Input.Concat(turn.Output))
                said.Add(item, "previous_response_id", turn.Place);
        if (asked.Conversation is { } kept)
            foreach (var item in await conversations.ItemsAsync(kept, said.Workspace, ct))
                said.Add(item, "conversation", Place.Parse(JsonMember.Said(item, ConversationItem.PlaceMember)));
        var input = await ResolveAsync(asked, said, ct);
        for (var i = 0; i < input.Count; i++)
        {
            said.Add(input[i].Item, $"input[{i}]", input[i].Place);
            if (asked.Conversation is not null)
                ConversationBody.CheckId(input[i].Item, $"input[{i}]");
        }
        return call with
        {
            Chat = call.Chat! with { Messages = said.Messages },
            Responses = asked with { Input = [.. input.Select(i => i.Item)], Bond = said.Bond, Passed = said.Items },
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

    /// <summary>References resolved: to what the call continues, and to kept responses whose items have ids of ours.</summary>
    async Task<IReadOnlyList<(JsonElement Item, Place? Place)>> ResolveAsync(ResponsesRequest asked, Continued said, CancellationToken ct)
    {
        var input = asked.Input;
        var owners = new Dictionary<string, FoundResponse?>(StringComparer.Ordinal);
        var resolved = new List<(JsonElement, Place?)>(input.Count);
        for (var i = 0; i < input.Count; i++)
        {
            if (!asked.HasReferences || !ResponsesConversation.IsReference(input[i]))
            {
                resolved.Add((input[i], null));
                continue;
            }
            var id = JsonMember.Needed(input[i], "id", $"input[{i}]", 512);
            if (said.Find(id) is { } before)
            {
                resolved.Add((before, null));
                continue;
            }
            var owner = ResponseId.OwnerOf(id);
            if (owner is not null && !owners.ContainsKey(owner))
                owners[owner] = await LookAsync(owner, () => store.FindAsync(owner, said.Workspace, ct), f => f is not null, ct);
            var found = owner is null ? null : owners[owner];
            resolved.Add(found is not null && ItemOf(found, id) is { } item ? (item, found.Place) : (input[i], null));
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
