using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Portico.Governance.Audit;
using Portico.Storage;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Durability;

/// <summary>
/// A disk without room: calls are refused clearly, nothing breaks, and when there is room again everything goes on and the books agree. What was let
/// through before that is in them.
/// </summary>
public sealed class FullDiskTests
{
    /// <summary>A node that has served a call: its journal has made its room.</summary>
    static async Task<Node> StartAsync(SmallDisk disk)
    {
        var node = await Node.StartAsync(
            ("Storage:DataDirectory", Path.Combine(disk.Path, "data")),
            ("Storage:JournalSegmentBytes", "65536")
        );
        using var first = await node.Door.ChatAsync("sim/echo");
        await node.RecordOfAsync(first);
        return node;
    }

    /// <summary>Calls until the journal has no room either.</summary>
    static async Task CallUntilRefusedAsync(Node node, List<string> ended)
    {
        await Eventually.IsTrueAsync(async () =>
        {
            using var response = await node.Door.ChatAsync("sim/echo");
            if ((int)response.StatusCode == 200)
            {
                await response.Content.LoadIntoBufferAsync();
                ended.Add(response.CallId());
                return false;
            }
            // Whichever journal is full first: that of the audit log is asked before that of the records.
            var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
            error.Text("code").ShouldBeOneOf("ledger_unavailable", "audit_unavailable");
            (await response.ShouldBeRefusedAsync(503, error.Text("code"))).Text("message").ShouldContain("journal");
            return true;
        });
    }

    /// <summary>Changes until the store has no room: small ones fit for a while into what its file has already.</summary>
    static async Task ChangeUntilRefusedAsync(Node node)
    {
        HttpResponseMessage? refusal = null;
        await Eventually.IsTrueAsync(async () =>
        {
            var change = await node.Admin.RawAsync(
                HttpMethod.Post,
                "/api/organisations",
                new JsonObject { ["name"] = Guid.NewGuid().ToString() }
            );
            refusal = change.IsSuccessStatusCode ? null : change;
            return refusal is not null;
        });
        var problem = JsonNode.Parse(await refusal!.Content.ReadAsStringAsync())!;
        problem.Text("code").ShouldBeOneOf("storage_unavailable", "audit_unavailable");
        (await refusal.ShouldBeProblemAsync(503, problem.Text("code"))).Text("detail").ShouldContain("disk");
    }

    static async Task ShouldGoOnAsync(Node node)
    {
        await Eventually.IsTrueAsync(async () =>
        {
            using var response = await node.Door.ChatAsync("sim/echo");
            return (int)response.StatusCode == 200;
        });
        using var ready = await node.Door.GetAsync("/ready");
        ((int)ready.StatusCode).ShouldBe(200, await ready.Content.ReadAsStringAsync());
    }

    static async Task ShouldBeWholeAsync(Node node)
    {
        foreach (var file in Directory.GetFiles(node.DataDirectory, "*.db", SearchOption.AllDirectories))
        {
            await using var db = new SqliteConnection($"Data Source={file};Pooling=False;Mode=ReadOnly");
            await db.OpenAsync();
            await using var check = db.CreateCommand();
            check.CommandText = "pragma integrity_check";
            (await check.ExecuteScalarAsync()).ShouldBe("ok", file);
        }
    }

    [Fact]
    public async Task Calls_are_refused_while_the_disk_is_full_and_go_on_when_there_is_room()
    {
        using var disk = SmallDisk.MakeOrSkip(megabytes: 24);
        var node = await StartAsync(disk);
        var ended = new List<string>();
        for (var round = 0; round < 2; round++)
        {
            disk.Fill();
            await CallUntilRefusedAsync(node, ended);
            ended.ShouldNotBeEmpty("the journal has its room made ahead");
            await ChangeUntilRefusedAsync(node);
            using (var ready = await node.Door.GetAsync("/ready"))
                ((int)ready.StatusCode).ShouldBe(503);
            using (var health = await node.Door.GetAsync("/health"))
                ((int)health.StatusCode).ShouldBe(200);

            disk.Free();
            await ShouldGoOnAsync(node);
            var rows = await Books.ShouldAgreeAsync(node);
            rows.Select(r => r.Text("id")).Intersect(ended).Count().ShouldBe(ended.Count);
        }
        (await AuditedCalls.ReadAsync(node.Admin)).ShouldTellHowCallsEnded();
        await ShouldBeWholeAsync(node);
        await using var again = await node.RestartAsync();
        (await Books.ShouldAgreeAsync(again)).Select(r => r.Text("id")).Intersect(ended).Count().ShouldBe(ended.Count);
    }

    [Fact]
    public async Task A_call_whose_record_cannot_be_kept_is_refused_its_end_and_its_cost_is_not_forgotten()
    {
        using var disk = SmallDisk.MakeOrSkip(megabytes: 24);
        await using var node = await StartAsync(disk);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            var stream = Upstream.WantsStream(http);
            if (stream)
                await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.Chunk("begun")));
            await release.Task.WaitAsync(http.RequestAborted);
            if (stream)
                await Upstream.WriteAsync(
                    http,
                    Upstream.Frame(Upstream.StopChunk) + Upstream.Frame(Upstream.UsageChunk()) + Upstream.Frame("[DONE]")
                );
            else
                await Upstream.WholeAsync(http);
        });
        await node.ConnectAsync(upstream.Address, "slow");
        var plain = node.Door.ChatAsync("slow");
        var streamed = node.Door.ChatAsync("slow", stream: true);
        await Eventually.IsTrueAsync(() => upstream.Calls == 2);

        disk.Fill();
        await CallUntilRefusedAsync(node, []);
        release.SetResult();
        using var plainAnswer = await plain;
        await plainAnswer.ShouldBeRefusedAsync(503, "ledger_unavailable");
        using var streamedAnswer = await streamed;
        var events = await streamedAnswer.EventsAsync();
        events[^1].ShouldContain("ledger_unavailable");
        events.ShouldNotContain("[DONE]");

        disk.Free();
        await ShouldGoOnAsync(node);
        await Books.ShouldAgreeAsync(node);
        foreach (var answer in new[] { plainAnswer, streamedAnswer })
        {
            var record = await node.RecordOfAsync(answer);
            record.Text("outcome").ShouldBe("failed");
            record.Text("error_code").ShouldBe("ledger_unavailable");
            record.Number("cost_nano_usd").ShouldBe(11 * Connecting.InputNano + 4 * Connecting.OutputNano);
        }
    }

    [Fact]
    public async Task A_month_that_begins_on_a_full_disk_has_its_calls_when_there_is_room()
    {
        using var disk = SmallDisk.MakeOrSkip(megabytes: 24);
        await using var node = await StartAsync(disk);
        disk.Fill();
        node.Time.Advance(TimeSpan.FromDays(31));
        using var response = await node.Door.ChatAsync("sim/echo");
        ((int)response.StatusCode).ShouldBe(200);
        await Eventually.IsTrueAsync(() =>
            node.Logs.Complaints.Any(l => l.Text.Contains("The store does not take records", StringComparison.Ordinal))
        );

        disk.Free();
        await ShouldGoOnAsync(node);
        (await Books.ShouldAgreeAsync(node)).ShouldContain(r => r.Text("id") == response.CallId());
        await ShouldBeWholeAsync(node);
    }

    [Fact]
    public void The_audit_log_refuses_entries_while_its_disk_is_full_and_goes_on_when_there_is_room()
    {
        using var disk = SmallDisk.MakeOrSkip(megabytes: 24);
        using var audit = new AuditLog(
            new StorageOptions { DataDirectory = Path.Combine(disk.Path, "data") },
            new AuditOptions(),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<AuditLog>.Instance
        );
        Write();
        disk.Fill();
        var refused = Should.Throw<PorticoException>(() =>
        {
            while (true)
                Write();
        });
        refused.Kind.ShouldBe(ErrorTable.AuditUnavailable);
        audit.Healthy.ShouldBeFalse();
        audit.TryRecover().ShouldBeFalse();
        disk.Free();
        audit.TryRecover().ShouldBeTrue();
        Write();

        void Write() => audit.Write("test", new string('x', 400), static (json, text) => json.WriteString("text", text));
    }
}
