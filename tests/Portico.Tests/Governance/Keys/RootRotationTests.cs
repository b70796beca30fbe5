using System.Security.Cryptography;
using Portico.Governance.Keys;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Keys;

/// <summary>A new root over a store: the old one opens nothing of it any more, and nothing is lost.</summary>
public sealed class RootRotationTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal static (MasterKey Key, Dictionary<string, string?> Settings) Root()
    {
        var text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Bytes));
        return (
            MasterKey.FromBase64(text, "a test"),
            new Dictionary<string, string?>(StringComparer.Ordinal) { [MasterKey.EnvironmentName] = text }
        );
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Everything_opens_under_the_new_root_and_nothing_under_the_old_one(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (old, (next, settings)) = (await store.OpenAsync(), Root());
        var workspace = (await Estate.MakeAsync(old)).Workspace.Id.ToString();
        var box = await KeyHierarchyTests.SealAsync(old, workspace, "sealed under the old one");
        var earlier = old.Get<MasterKey>().BoxFor(KeyPurposes.Contents).Seal("from before the hierarchy"u8, "row");

        (await old.Get<KeyRotation>().RotateRootAsync(next, Ct)).ShouldBe(2, "the organisation and the platform");
        await old.DisposeAsync();

        var refused = (await store.FailsToOpenAsync()).ShouldBeOfType<CryptographicException>();
        refused.Message.ShouldContain("Start with the master key that belongs to this store.");
        var node = await store.OpenAsync(settings: settings);
        (await KeyHierarchyTests.OpenAsync(node, workspace, box)).ShouldBe("sealed under the old one");
        (await KeyHierarchyTests.OpenAsync(node, workspace, earlier)).ShouldBe("from before the hierarchy");
        (await KeyHierarchyTests.OpenAsync(node, workspace, await KeyHierarchyTests.SealAsync(node, workspace, "new"))).ShouldBe("new");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Roots_can_be_rotated_again_and_boxes_of_before_the_first_still_open(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var earlier = node.Get<MasterKey>().BoxFor(KeyPurposes.Responses).Seal("old"u8, "row");
        var box = await KeyHierarchyTests.SealAsync(node, "ws_a", "kept");
        for (var i = 0; i < 3; i++)
        {
            var (next, settings) = Root();
            await node.Get<KeyRotation>().RotateRootAsync(next, Ct);
            await node.DisposeAsync();
            node = await store.OpenAsync(settings: settings);
            (await KeyHierarchyTests.OpenAsync(node, "ws_a", box)).ShouldBe("kept");
            (await KeyHierarchyTests.OpenAsync(node, "ws_a", earlier, purpose: KeyPurposes.Responses)).ShouldBe("old");
        }
        (
            await Should.ThrowAsync<Portico.Core.PorticoException>(() => node.Get<KeyRotation>().RotateRootAsync(node.Get<MasterKey>(), Ct))
        ).Message.ShouldContain("in force already");
    }

    [Fact]
    public async Task A_store_from_before_the_hierarchy_takes_no_other_root_than_its_own()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var own = store.Build();
        await own.Get<Migrator>().ApplyAsync(Ct);
        // As the build before left it: an audit key sealed under the master key, and no keys.
        var box = Convert.ToBase64String(own.Get<MasterKey>().BoxFor(PlatformPurposes.AuditKey).Seal("private"u8, "a1"));
        await own.Database.WriteAsync(
            w =>
                Dapper.SqlMapper.ExecuteAsync(
                    w.Connection,
                    "insert into governance_audit_keys (id, public_der, private_box, created_us) values ('a1', @der, @box, 1)",
                    new { der = new byte[] { 1 }, box },
                    w.Transaction
                ),
            Ct
        );
        await own.DisposeAsync();

        var refused = (await store.FailsToOpenAsync(settings: Root().Settings)).ShouldBeOfType<CryptographicException>();

        refused.Message.ShouldContain("Start with the master key that belongs to this store.");
        (await KeyHierarchyTests.KeysAsync(await store.OpenAsync())).ShouldNotBeEmpty();
    }
}
