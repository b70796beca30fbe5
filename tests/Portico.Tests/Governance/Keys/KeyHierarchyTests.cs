using System.Security.Cryptography;
using System.Text;
using Dapper;
using Portico.Core;
using Portico.Governance.Keys;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Keys;

/// <summary>Keys that wrap keys, on both engines: what opens where, and what a rotation leaves as it was.</summary>
public sealed class KeyHierarchyTests(PostgresServer server)
{
    const string Purpose = KeyPurposes.Contents;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal static async Task<byte[]> SealAsync(
        TestNode node,
        string place,
        string words,
        string record = "row",
        string purpose = Purpose
    ) => (await node.Get<KeyRing>().SealerAsync(place, purpose, Ct)).Seal(Encoding.UTF8.GetBytes(words), record);

    internal static async Task<string> OpenAsync(
        TestNode node,
        string place,
        byte[] box,
        string record = "row",
        string purpose = Purpose
    ) => Encoding.UTF8.GetString(await node.Get<KeyRing>().OpenAsync(place, purpose, box, record, Ct));

    internal static async Task<List<DataKeyRow>> KeysAsync(TestNode node)
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        return (await db.QueryAsync<DataKeyRow>($"select {DataKeyRow.Columns} from governance_data_keys order by id")).AsList();
    }

    static async Task<DataKeyRow> ActiveAsync(TestNode node, string level, string place, string purpose = "")
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        return (await DataKeyRow.FindActiveAsync(db, level, place, purpose)).ShouldNotBeNull();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_is_sealed_in_a_place_opens_there_for_its_purpose_and_its_record_and_nowhere_else(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        var mine = estate.Workspace.Id.ToString();
        var box = await SealAsync(node, mine, "said in confidence");
        var other = await SealAsync(node, "ws_other", "of another");
        await SealAsync(node, mine, "a response", purpose: KeyPurposes.Responses);

        (await OpenAsync(node, mine, box)).ShouldBe("said in confidence");
        (await OpenAsync(node, "ws_other", other)).ShouldBe("of another");
        await Should.ThrowAsync<CryptographicException>(() => OpenAsync(node, mine, box, record: "another row"));
        await Should.ThrowAsync<CryptographicException>(() => OpenAsync(node, "ws_other", box));
        await Should.ThrowAsync<CryptographicException>(() => OpenAsync(node, mine, box, purpose: KeyPurposes.Responses));
        for (var i = 0; i < box.Length; i++)
        {
            var changed = box.ToArray();
            changed[i] ^= 1;
            await Should.ThrowAsync<CryptographicException>(() => OpenAsync(node, mine, changed), $"byte {i}");
        }
        // Its workspace hangs under its organisation, what the catalog does not know under the platform.
        var keys = await KeysAsync(node);
        var top = keys.Single(k => k.Level == "organisation" && k.Place == estate.Organisation.Id.ToString());
        keys.Single(k => k.Level == "workspace" && k.Place == mine).ParentId.ShouldBe(top.Id);
        DataKeyRow.RootOf(top.ParentId).ShouldBe(node.Get<MasterKey>().Id);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Equal_words_look_different_and_no_two_records_share_a_key(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var (one, two) = (await SealAsync(node, "ws_a", "same"), await SealAsync(node, "ws_a", "same"));
        one.AsSpan(1, 16).SequenceEqual(two.AsSpan(1, 16)).ShouldBeTrue("the purpose key is one");
        one.AsSpan(17, 16).SequenceEqual(two.AsSpan(17, 16)).ShouldBeFalse("the salt of the record's key is not");
        one.ShouldNotBe(two);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_box_from_before_the_hierarchy_still_opens(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var box = node.Get<MasterKey>().BoxFor(Purpose).Seal("from before"u8, "row");
        (await OpenAsync(node, "ws_a", box)).ShouldBe("from before");
        await SealAsync(node, "ws_a", "since");
        (await OpenAsync(node, "ws_a", box)).ShouldBe("from before");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Keys_that_are_made_at_once_are_one(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var one = await store.OpenAsync();
        var two = engine == Engine.Postgres ? await store.OpenAsync("two") : one;

        var boxes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => SealAsync(i % 2 == 0 ? one : two, "ws_new", "at once")));

        foreach (var box in boxes)
        foreach (var node in new[] { one, two })
            (await OpenAsync(node, "ws_new", box)).ShouldBe("at once");
        (await KeysAsync(one)).Count(k => k.Place == "ws_new").ShouldBe(2, "one of the workspace, one of the purpose");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_rotation_of_any_level_touches_no_data_and_everything_opens_as_before(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var estate = await Estate.MakeAsync(node);
        var (organisation, workspace) = (estate.Organisation.Id.ToString(), estate.Workspace.Id.ToString());
        var before = await SealAsync(node, workspace, "before");
        var rotation = node.Get<KeyRotation>();

        var purposeKey = (await ActiveAsync(node, "purpose", workspace, Purpose)).Id;
        (await rotation.RotateAsync((await ActiveAsync(node, "organisation", organisation)).Id, Ct)).Wrapped.ShouldBe(1);
        (await rotation.RotateAsync((await ActiveAsync(node, "workspace", workspace)).Id, Ct)).Wrapped.ShouldBe(1);
        (await ActiveAsync(node, "purpose", workspace, Purpose)).Id.ShouldBe(purposeKey);
        (await rotation.RotateAsync(purposeKey, Ct)).Wrapped.ShouldBe(0);

        var after = await SealAsync(node, workspace, "after");
        (await OpenAsync(node, workspace, before)).ShouldBe("before");
        after.AsSpan(1, 16).SequenceEqual(before.AsSpan(1, 16)).ShouldBeFalse("new records have the new key");
        // Read anew from the store, by a process that has nothing open.
        await node.DisposeAsync();
        var again = await store.OpenAsync();
        (await OpenAsync(again, workspace, before)).ShouldBe("before");
        (await OpenAsync(again, workspace, after)).ShouldBe("after");
        var keys = await KeysAsync(again);
        keys.Where(k => k.State == "replaced").Select(k => k.Level).Order().ShouldBe(["organisation", "workspace"]);
        keys.Where(k => k.State == "replaced").ShouldAllBe(k => k.Wrapped == null);
        keys.Single(k => k.Id == purposeKey).State.ShouldBe("retired");
        var refused = await Should.ThrowAsync<PorticoException>(() => again.Get<KeyRotation>().RotateAsync(purposeKey, Ct));
        refused.Kind.ShouldBe(ErrorTable.Conflict);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_rotation_whose_process_died_is_finished_by_the_next_round(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var places = Enumerable.Range(0, 450).Select(i => $"ws_{i:D3}").ToList();
        var boxes = new List<byte[]>();
        foreach (var place in places)
            boxes.Add(await SealAsync(node, place, place));
        // The first step of a rotation and no more: all of these hang under the platform's branch.
        var old = await ActiveAsync(node, "organisation", KeyRing.Platform);
        var next = await node.Get<KeyRing>().NewRowAsync(old.Level, old.Place, old.Purpose, null, Ct);
        await node.Database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    "update governance_data_keys set state = 'retired' where id = @Id",
                    new { old.Id },
                    work.Transaction
                );
                (await next.InsertAsync(work)).ShouldBeTrue();
            },
            Ct
        );

        var between = await SealAsync(node, "ws_between", "sealed between the steps");
        var moved = await node.Get<KeyRotation>().FinishAsync(Ct);

        moved.ShouldBe(450 + PlatformPurposes.All.Count);
        await node.DisposeAsync();
        var again = await store.OpenAsync();
        (await OpenAsync(again, "ws_between", between)).ShouldBe("sealed between the steps");
        for (var i = 0; i < places.Count; i += 37)
            (await OpenAsync(again, places[i], boxes[i])).ShouldBe(places[i]);
        (await KeysAsync(again)).Single(k => k.Id == old.Id).State.ShouldBe("replaced");
        (await again.Get<KeyRotation>().FinishAsync(Ct)).ShouldBe(0);
    }

    [Fact]
    public async Task Two_nodes_that_rotate_the_same_key_do_each_other_no_harm()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var (one, two) = (await store.OpenAsync(), await store.OpenAsync("two"));
        var box = await SealAsync(one, "ws_a", "kept");
        var key = (await ActiveAsync(one, "workspace", "ws_a")).Id;

        var outcomes = await Task.WhenAll(
            new[] { one, two }.Select(async n =>
            {
                try
                {
                    await n.Get<KeyRotation>().RotateAsync(key, Ct);
                    return "rotated";
                }
                catch (PorticoException e)
                {
                    return e.Kind.Code;
                }
            })
        );

        outcomes.Order().ShouldBe(["conflict", "rotated"]);
        foreach (var node in new[] { one, two })
            (await OpenAsync(node, "ws_a", box)).ShouldBe("kept");
        (await KeysAsync(one)).Count(k => k is { Level: "workspace", Place: "ws_a", State: "active" }).ShouldBe(1);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_wrapped_key_that_is_moved_to_another_place_does_not_open(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await SealAsync(node, "ws_a", "mine");
        var theirs = await SealAsync(node, "ws_b", "theirs");
        await node.DisposeAsync();
        var again = store.Build();
        await again.Database.WriteAsync(
            w =>
                w.Connection.ExecuteAsync(
                    """
                    update governance_data_keys set wrapped =
                      (select o.wrapped from governance_data_keys o where o.place = 'ws_a' and o.level = governance_data_keys.level)
                    where place = 'ws_b'
                    """,
                    transaction: w.Transaction
                ),
            Ct
        );
        await again.Get<Portico.Governance.GovernanceCatalog>().RefreshAsync(Ct);
        await Should.ThrowAsync<CryptographicException>(() => OpenAsync(again, "ws_b", theirs));
    }
}
