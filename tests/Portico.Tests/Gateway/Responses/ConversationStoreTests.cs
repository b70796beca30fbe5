using System.Text;
using Dapper;
using Microsoft.Extensions.Configuration;
using Portico.Gateway;
using Portico.Gateway.Files;
using Portico.Gateway.Responses;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Responses;

/// <summary>What the store of conversations promises, on both engines.</summary>
public sealed class ConversationStoreTests(PostgresServer server, ITestOutputHelper output)
{
    const string Workspace = "ws_a";
    const string Canary = "canary-of-conversations-77c1";

    readonly ManualTime time = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    Task<TestNode> OpenAsync(TestStore store, string node = "one", params (string Name, string Value)[] settings) =>
        store.OpenAsync(
            node,
            time,
            s =>
                s.AddGateway(
                    new ConfigurationBuilder()
                        .AddInMemoryCollection(settings.Select(x => KeyValuePair.Create(x.Name, (string?)x.Value)))
                        .Build()
                )
        );

    static ConversationItem Item(string id, string text = Canary) =>
        new(id, Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","type":"message","role":"user","content":"{{text}}"}"""));

    async Task<string> MadeAsync(ConversationStore store, params ConversationItem[] items)
    {
        var made = new Conversation(ConversationId.New(time).ToString(), Workspace, "key_a", Micros.Now(time), """{"a":"b"}"""u8.ToArray());
        await store.CreateAsync(made, items, Ct);
        return made.Id;
    }

    static async Task<List<string>> IdsAsync(TestNode node, string id, ListPart part) =>
        (await node.Get<ConversationItems>().ListAsync(id, Workspace, part, Ct)).ShouldNotBeNull().Select(i => i.Id).ToList();

    static readonly ListPart All = new(null, 10_000, OldestFirst: true);

    static async Task<long> CountAsync(TestNode node, string table)
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        return await db.ExecuteScalarAsync<long>($"select count(*) from {table}");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_was_kept_is_read_in_its_order_and_by_pages_after_a_restart(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        string id;
        await using (var first = await OpenAsync(store))
        {
            var conversations = first.Get<ConversationStore>();
            id = await MadeAsync(conversations, Item("a"), Item("b"));
            (await conversations.AddAsync(new ConversationTurn(id, Workspace, [Item("d"), Item("c")]), Ct)).ShouldBeTrue();
        }
        var node = await OpenAsync(store);
        var again = node.Get<ConversationStore>();
        var items = node.Get<ConversationItems>();
        var found = (await again.FindAsync(id, Workspace, Ct)).ShouldNotBeNull();
        Encoding.UTF8.GetString(found.Metadata).ShouldBe("""{"a":"b"}""");
        (found.KeyId, found.CreatedUs).ShouldBe(("key_a", Micros.Now(time)));
        (await again.AllAsync(id, Workspace, Ct)).ShouldNotBeNull().Select(i => i.Id).ShouldBe(["a", "b", "d", "c"]);
        // One more than asked for tells that there is more.
        (await IdsAsync(node, id, new ListPart(null, 2, OldestFirst: true))).ShouldBe(["a", "b", "d"]);
        (await IdsAsync(node, id, new ListPart("b", 5, OldestFirst: true))).ShouldBe(["d", "c"]);
        (await IdsAsync(node, id, new ListPart("d", 5, OldestFirst: false))).ShouldBe(["b", "a"]);
        (await items.ListAsync(id, Workspace, new ListPart("no", 5, OldestFirst: false), Ct)).ShouldBeNull();
        Encoding.UTF8.GetString((await items.ItemAsync(id, Workspace, "c", Ct)).ShouldNotBeNull().Body).ShouldContain(Canary);
        (await items.RemoveAsync(id, "d", Ct)).ShouldBeTrue();
        (await items.RemoveAsync(id, "d", Ct)).ShouldBeFalse();
        (await IdsAsync(node, id, All)).ShouldBe(["a", "b", "c"]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Another_workspace_finds_changes_adds_and_removes_nothing(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await OpenAsync(store);
        var conversations = node.Get<ConversationStore>();
        var id = await MadeAsync(conversations, Item("a"));
        (await conversations.FindAsync(id, "ws_b", Ct)).ShouldBeNull();
        (await conversations.AllAsync(id, "ws_b", Ct)).ShouldBeNull();
        (await conversations.ChangeAsync(id, "ws_b", "{}"u8.ToArray(), Ct)).ShouldBeFalse();
        (await conversations.AddAsync(new ConversationTurn(id, "ws_b", [Item("b")]), Ct)).ShouldBeFalse();
        await conversations.WriteAsync([new ConversationTurn(id, "ws_b", [Item("c")])], Ct);
        (await conversations.DeleteAsync(id, "ws_b", Ct)).ShouldBeFalse();
        Encoding.UTF8.GetString((await conversations.FindAsync(id, Workspace, Ct)).ShouldNotBeNull().Metadata).ShouldBe("""{"a":"b"}""");
        (await IdsAsync(node, id, All)).ShouldBe(["a"]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Everything_lies_sealed_and_a_box_that_was_moved_does_not_open(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await OpenAsync(store);
        var conversations = node.Get<ConversationStore>();
        var id = await MadeAsync(conversations, Item("a"), Item("b"));
        await using (var db = await node.Database.OpenReadAsync(Ct))
        {
            var boxes = await db.QueryAsync<byte[]>(
                "select sealed from gateway_conversations union all select sealed from gateway_conversation_items"
            );
            foreach (var box in boxes)
                Encoding.Latin1.GetString(box).ShouldNotContain(Canary);
        }
        await node.Database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update gateway_conversation_items set sealed = (select sealed from gateway_conversation_items where item_id = 'a') where item_id = 'b'",
                    null,
                    work.Transaction
                ),
            Ct
        );
        (await Should.ThrowAsync<PorticoException>(() => node.Get<ConversationItems>().ItemAsync(id, Workspace, "b", Ct))).Kind.ShouldBe(
            ErrorTable.StorageUnavailable
        );
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_item_is_added_once_and_a_request_that_repeats_an_id_adds_nothing(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await OpenAsync(store);
        var conversations = node.Get<ConversationStore>();
        var id = await MadeAsync(conversations, Item("a"));
        var refused = await Should.ThrowAsync<PorticoException>(() =>
            conversations.AddAsync(new ConversationTurn(id, Workspace, [Item("b"), Item("a")]), Ct)
        );
        (refused.Kind, refused.Param).ShouldBe((ErrorTable.Conflict, "items[1].id"));
        (await IdsAsync(node, id, All)).ShouldBe(["a"]);
        // A turn of a call whose caller sent again what is there, and a turn that the writer brings a second time.
        var turn = new ConversationTurn(id, Workspace, [Item("a"), Item("b")]);
        await conversations.WriteAsync([turn], Ct);
        await conversations.WriteAsync([turn], Ct);
        (await IdsAsync(node, id, All)).ShouldBe(["a", "b"]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Turns_that_are_added_at_once_are_all_there_and_each_stands_together(Engine engine)
    {
        const int Turns = 48;
        const int Size = 5;
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await OpenAsync(store);
        var one = node.Get<ConversationStore>();
        // On PostgreSQL two nodes write to the same conversations.
        var two = engine == Engine.Postgres ? (await OpenAsync(store, "two")).Get<ConversationStore>() : one;
        var ids = new[] { await MadeAsync(one), await MadeAsync(one) };
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var turns = Enumerable
            .Range(0, Turns)
            .SelectMany(t =>
                ids.Select(id => new ConversationTurn(id, Workspace, Enumerable.Range(0, Size).Select(i => Item($"t{t}_{i}")).ToList()))
            )
            .ToArray();
        random.Shuffle(turns);
        await Task.WhenAll(
            turns
                .Chunk(3)
                .Select(
                    (some, i) =>
                        Task.Run(
                            () =>
                                i % 3 == 0
                                    ? Task.WhenAll(some.Select(t => one.AddAsync(t, Ct)))
                                    : (i % 2 == 0 ? one : two).WriteAsync(some, Ct),
                            Ct
                        )
                )
        );
        foreach (var id in ids)
        {
            var items = await IdsAsync(node, id, All);
            items.Count.ShouldBe(Turns * Size);
            foreach (var turn in items.Chunk(Size))
                turn.ShouldBe(Enumerable.Range(0, Size).Select(i => $"{turn[0].Split('_')[0]}_{i}"));
        }
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_conversation_goes_with_its_items_when_nothing_came_to_it_for_long(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await OpenAsync(store, settings: ("Gateway:ResponseDays", "2"));
        var conversations = node.Get<ConversationStore>();
        var old = await MadeAsync(conversations, Item("a"));
        var used = await MadeAsync(conversations, Item("a"));
        time.Advance(TimeSpan.FromDays(1.5));
        await conversations.WriteAsync([new ConversationTurn(used, Workspace, [Item("b")])], Ct);
        time.Advance(TimeSpan.FromDays(1));
        (await conversations.FindAsync(old, Workspace, Ct)).ShouldBeNull();
        (await conversations.AddAsync(new ConversationTurn(old, Workspace, [Item("b")]), Ct)).ShouldBeFalse();
        (await CountAsync(node, "gateway_conversations")).ShouldBe(2);
        (await node.Get<ResponsePruner>().SweepAsync(Ct)).ShouldBeTrue();
        (await CountAsync(node, "gateway_conversations")).ShouldBe(1);
        (await CountAsync(node, "gateway_conversation_items")).ShouldBe(2);
        (await IdsAsync(node, used, All)).ShouldBe(["a", "b"]);
        (await conversations.DeleteAsync(used, Workspace, Ct)).ShouldBeTrue();
        (await CountAsync(node, "gateway_conversation_items")).ShouldBe(0);
        // What was under way for it goes nowhere.
        await conversations.WriteAsync([new ConversationTurn(used, Workspace, [Item("c")])], Ct);
        (await CountAsync(node, "gateway_conversation_items")).ShouldBe(0);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_conversation_that_is_too_large_takes_no_more_and_is_not_read(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await OpenAsync(store, settings: ("Gateway:MaxRequestBytes", "65536"));
        var conversations = node.Get<ConversationStore>();
        var id = await MadeAsync(conversations, Item("a", new string('x', 40_000)));
        var refused = await Should.ThrowAsync<PorticoException>(() =>
            conversations.AddAsync(new ConversationTurn(id, Workspace, [Item("b", new string('x', 40_000))]), Ct)
        );
        refused.Kind.ShouldBe(ErrorTable.TooLarge);
        (await conversations.AllAsync(id, Workspace, Ct)).ShouldNotBeNull().Count.ShouldBe(1);
        // The end of a call that was let in is kept all the same; the next call is refused.
        await conversations.WriteAsync([new ConversationTurn(id, Workspace, [Item("b", new string('x', 40_000))])], Ct);
        (await Should.ThrowAsync<PorticoException>(() => conversations.AllAsync(id, Workspace, Ct))).Kind.ShouldBe(ErrorTable.TooLarge);
        (await IdsAsync(node, id, All)).ShouldBe(["a", "b"]);
    }
}
