using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Files;
using Portico.Gateway.Responses;
using Portico.Gateway.Stages;
using Portico.Gateway.Wire;
using Portico.Governance;
using Portico.Governance.Policy.Guardrails;
using Portico.Guardrails;

namespace Portico.Gateway.Endpoints;

/// <summary>OpenAI's conversations (https://platform.openai.com/docs/api-reference/conversations). A key sees the conversations of its workspace.</summary>
sealed class ConversationEndpoints(
    KeptThings kept,
    ConversationBook book,
    ConversationStore store,
    ConversationItems items,
    HeldKept held,
    DetectorModelCatalog detectors,
    GatewayOptions options,
    TimeProvider time
)
{
    const int DefaultPage = 20;
    const int MaxPage = 100;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/conversations", kept.Answers(CreateAsync)).ExcludeFromDescription();
        app.MapGet("/v1/conversations/{id}", kept.Answers(GetAsync)).ExcludeFromDescription();
        app.MapPost("/v1/conversations/{id}", kept.Answers(ChangeAsync)).ExcludeFromDescription();
        app.MapDelete("/v1/conversations/{id}", kept.Answers(DeleteAsync)).ExcludeFromDescription();
        app.MapGet("/v1/conversations/{id}/items", kept.Answers(ListAsync)).ExcludeFromDescription();
        app.MapPost("/v1/conversations/{id}/items", kept.Answers(AddAsync)).ExcludeFromDescription();
        app.MapGet("/v1/conversations/{id}/items/{item_id}", kept.Answers(GetItemAsync)).ExcludeFromDescription();
        app.MapDelete("/v1/conversations/{id}/items/{item_id}", kept.Answers(RemoveItemAsync)).ExcludeFromDescription();
    }

    async Task<Action<Utf8JsonWriter>> CreateAsync(HttpContext http, Caller caller)
    {
        StatePolicy.CheckConversations(caller, options, time.GetUtcNow());
        // Nothing need be said: the official SDK sends no body then.
        var body = http.Request is { ContentType: null, ContentLength: null or 0 } ? default : await BodyAsync(http);
        var (metadata, first) = ConversationBody.ReadNew(body, NewOwner());
        var made = new Conversation(
            ConversationId.New(time).ToString(),
            caller.WorkspaceId,
            caller.OwnerKeyId,
            Micros.Now(time),
            Screened(metadata, caller)
        )
        {
            PersonId = caller.PersonId,
        };
        await store.CreateAsync(made, Screened(first, caller), http.RequestAborted);
        return made.Write;
    }

    async Task<Action<Utf8JsonWriter>> GetAsync(HttpContext http, Caller caller) => (await FindAsync(http, caller)).Write;

    async Task<Action<Utf8JsonWriter>> ChangeAsync(HttpContext http, Caller caller)
    {
        StatePolicy.CheckConversations(caller, options, time.GetUtcNow());
        var metadata = Screened(ConversationBody.ReadChange(await BodyAsync(http)), caller);
        var found = await FindAsync(http, caller);
        return await store.ChangeAsync(found.Id, caller.WorkspaceId, metadata, http.RequestAborted)
            ? (found with { Metadata = metadata }).Write
            : throw ConversationBook.Missing(found.Id);
    }

    async Task<Action<Utf8JsonWriter>> DeleteAsync(HttpContext http, Caller caller)
    {
        var found = await FindAsync(http, caller);
        await RequireNotHeldAsync(http, found);
        if (!await store.DeleteAsync(found.Id, caller.WorkspaceId, http.RequestAborted))
            throw ConversationBook.Missing(found.Id);
        return json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, found.Id);
            json.WriteString("object"u8, "conversation.deleted"u8);
            json.WriteBoolean("deleted"u8, true);
            json.WriteEndObject();
        };
    }

    async Task<Action<Utf8JsonWriter>> ListAsync(HttpContext http, Caller caller)
    {
        var part = KeptThings.PartOf(http, DefaultPage, MaxPage, ConversationItem.MaxIdLength);
        var conversation = await FindAsync(http, caller);
        var found =
            part.After is null || ConversationItem.IsId(part.After)
                ? await items.ListAsync(conversation.Id, conversation.WorkspaceId, part, http.RequestAborted)
                : null;
        return Page(http, found ?? throw Json.Bad("'after' names no item of this conversation.", "after"), part.Limit);
    }

    async Task<Action<Utf8JsonWriter>> AddAsync(HttpContext http, Caller caller)
    {
        StatePolicy.CheckConversations(caller, options, time.GetUtcNow());
        var added = Screened(ConversationBody.ReadItems(await BodyAsync(http), NewOwner()), caller);
        var found = await FindAsync(http, caller);
        if (!await store.AddAsync(new ConversationTurn(found.Id, caller.WorkspaceId, added), http.RequestAborted))
            throw ConversationBook.Missing(found.Id);
        return Page(http, added, added.Count);
    }

    async Task<Action<Utf8JsonWriter>> GetItemAsync(HttpContext http, Caller caller)
    {
        var (_, item) = await FindItemAsync(http, caller);
        var withSeals = WantsSeals(http);
        return json => item.Write(json, withSeals);
    }

    async Task<Action<Utf8JsonWriter>> RemoveItemAsync(HttpContext http, Caller caller)
    {
        var (conversation, item) = await FindItemAsync(http, caller);
        await RequireNotHeldAsync(http, conversation);
        return await items.RemoveAsync(conversation.Id, item.Id, http.RequestAborted) ? conversation.Write : throw MissingItem(item.Id);
    }

    Task RequireNotHeldAsync(HttpContext http, Conversation of) =>
        held.RequireNoneAsync("conversation", "conversation_id", of.WorkspaceId, of.KeyId, of.PersonId, http.RequestAborted);

    Task<Conversation> FindAsync(HttpContext http, Caller caller) =>
        book.FindAsync((string)http.Request.RouteValues["id"]!, caller.WorkspaceId, http.RequestAborted);

    async Task<(Conversation Conversation, ConversationItem Item)> FindItemAsync(HttpContext http, Caller caller)
    {
        var id = (string)http.Request.RouteValues["item_id"]!;
        var conversation = await FindAsync(http, caller);
        var item = ConversationItem.IsId(id)
            ? await items.ItemAsync(conversation.Id, conversation.WorkspaceId, id, http.RequestAborted)
            : null;
        return (conversation, item ?? throw MissingItem(id));
    }

    static PorticoException MissingItem(string id) =>
        new(ErrorTable.NotFound, $"The conversation has no item '{Json.Short(id)}'.", "item_id");

    static Action<Utf8JsonWriter> Page(HttpContext http, IReadOnlyList<ConversationItem> found, int limit)
    {
        var withSeals = WantsSeals(http);
        return json => KeptThings.WritePage(json, found, limit, i => i.Id, i => i.Write(json, withSeals));
    }

    static bool WantsSeals(HttpContext http) => ResponseEndpoints.Includes(http, "reasoning.encrypted_content");

    /// <summary>Items as they may be kept: the content rules that a call with them would meet are asked before.</summary>
    /// <exception cref="PorticoException">A rule refuses them, or cannot be searched for.</exception>
    IReadOnlyList<ConversationItem> Screened(IReadOnlyList<ConversationItem> said, Caller caller) =>
        Screened(
            said,
            caller,
            words =>
                said.Select(item =>
                    {
                        var body = words.Item(JsonElement.Parse(item.Body), out var refusal);
                        RefuseIf(refusal, caller);
                        return item with { Body = Encoding.UTF8.GetBytes(body.GetRawText()) };
                    })
                    .ToList()
        );

    byte[] Screened(byte[] metadata, Caller caller) =>
        Screened(
            metadata,
            caller,
            words =>
            {
                var left = words.Aside(metadata, out var refusal);
                RefuseIf(refusal, caller);
                return left;
            }
        );

    T Screened<T>(T said, Caller caller, Func<KeptWords, T> by)
    {
        if (KeptWords.Ahead(caller, time.GetUtcNow(), detectors.Current, leavesOut: false) is not { } words)
            return said;
        try
        {
            return by(words);
        }
        catch (ScreenFailedException e)
        {
            throw ScreenContent.CannotSearch(caller.Policies.InForce!.At(time.GetUtcNow()), e);
        }
    }

    void RefuseIf(ContentRule? rule, Caller caller)
    {
        if (rule is not null)
            throw ScreenContent.Denied(caller.Policies.InForce!.At(time.GetUtcNow()), rule, null);
    }

    async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext http)
    {
        var body = await RequestBody.ReadAsync(http, isForm: false, options, http.RequestAborted);
        return body.IsEmpty ? throw new PorticoException(ErrorTable.InvalidJson, "The body must be one JSON object.") : body;
    }

    /// <summary>Under which items get their ids that come without.</summary>
    ResponseId NewOwner() => ResponseId.Of(CallId.New(time));
}
