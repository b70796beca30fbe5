using System.Net;
using Portico.Governance.Audit;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Audit;

public sealed class AuditAnchorTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checkpoints_go_to_a_file_and_an_address_once_each_and_the_verifier_reads_the_file()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var folder = Directory.CreateTempSubdirectory("portico-anchor-").FullName;
        var path = Path.Combine(folder, "anchors.txt");
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        var got = new List<string>();
        var serving = Task.Run(
            async () =>
            {
                for (var i = 0; i < 3; i++)
                {
                    var http = await listener.GetContextAsync();
                    using var reader = new StreamReader(http.Request.InputStream);
                    got.Add(await reader.ReadToEndAsync(Ct));
                    // The first time it does not take it.
                    http.Response.StatusCode = i == 0 ? 500 : 204;
                    http.Response.Close();
                }
            },
            Ct
        );
        try
        {
            var node = await store.OpenAsync(
                settings: new Dictionary<string, string?> { ["Audit:AnchorFile"] = path, ["Audit:AnchorUrl"] = address }
            );
            var anchors = node.Get<AuditAnchors>();
            AuditLogTests.Write(node, 0, 10);
            await node.Get<AuditSequencer>().FlushAsync(Ct);
            (await Should.ThrowAsync<AnchorException>(() => anchors.AnchorAsync(Ct))).Message.ShouldContain("answered 500");
            await anchors.AnchorAsync(Ct);
            await anchors.AnchorAsync(Ct);
            AuditLogTests.Write(node, 10, 5);
            await node.Get<AuditSequencer>().FlushAsync(Ct);
            await anchors.AnchorAsync(Ct);
            await serving;

            got.Select(n => SignedCheckpoint.Parse(n).Checkpoint.Size).ShouldBe([10, 10, 15]);
            var export = await AuditExports.OfAsync(node);
            var verdict = export.Verify(null, await File.ReadAllTextAsync(path, Ct));
            verdict.Faults.ShouldBeEmpty();
            // What the file has is not given to it again while the address is away.
            verdict.Anchors.ShouldBe(2);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
