using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Files;
using Portico.Governance.Forensics;
using Portico.Storage;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Files: what is uploaded comes back as it was, for its workspace alone, and lies sealed.</summary>
public sealed class FileTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    static async Task<HttpResponseMessage> GetAsync(HttpClient door, string path) => await door.GetAsync(new Uri(path, UriKind.Relative));

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_file_comes_back_byte_for_byte_is_listed_and_deleted(bool shared)
    {
        await using var node = await StartAsync(shared);
        var bytes = RandomNumberGenerator.GetBytes(700_001);
        using var form = Batching.Form(bytes, "user_data", "C:\\folder\\ä b.bin");
        using var added = await node.Door.UploadAsync(form);
        var file = await added.GoodAsync();
        file.Text("object").ShouldBe("file");
        file.Number("bytes").ShouldBe(bytes.Length);
        file.Text("purpose").ShouldBe("user_data");
        file.Text("filename").ShouldBe("ä b.bin");
        file.Text("status").ShouldBe("processed");
        (file.Number("expires_at") - file.Number("created_at")).ShouldBe(30 * 86_400);
        var id = file.Text("id");
        (await node.Door.ContentAsync(id)).ShouldBe(bytes);
        using (var got = await GetAsync(node.Door, $"/v1/files/{id}"))
            (await got.GoodAsync()).ToJsonString().ShouldBe(file.ToJsonString());

        var second = (await node.Door.FileAsync("{}\n")).Text("id");
        using (var list = await GetAsync(node.Door, "/v1/files?limit=1"))
        {
            var page = await list.GoodAsync();
            page["data"]!.AsArray().Single()!.Text("id").ShouldBe(second);
            page["has_more"]!.GetValue<bool>().ShouldBeTrue();
            page.Text("last_id").ShouldBe(second);
        }
        using (var list = await GetAsync(node.Door, $"/v1/files?limit=1&after={second}"))
            (await list.GoodAsync())["data"]!.AsArray().Single()!.Text("id").ShouldBe(id);
        using (var list = await GetAsync(node.Door, "/v1/files?purpose=user_data&order=asc"))
            (await list.GoodAsync())["data"]!.AsArray().Single()!.Text("id").ShouldBe(id);

        using (var deleted = await node.Door.DeleteAsync(new Uri($"/v1/files/{id}", UriKind.Relative)))
            (await deleted.GoodAsync())["deleted"]!.GetValue<bool>().ShouldBeTrue();
        using var gone = await GetAsync(node.Door, $"/v1/files/{id}/content");
        await gone.ShouldBeRefusedAsync(404, "not_found", "file_id");
        (await ChunksAsync(node)).ShouldBe(1);
    }

    static async Task<long> ChunksAsync(Node node)
    {
        await using var db = await node.Services.GetRequiredService<Database>().OpenReadAsync(CancellationToken.None);
        return await db.ExecuteScalarAsync<long>("select count(*) from gateway_file_chunks");
    }

    [Fact]
    public async Task Another_workspace_finds_nothing_of_a_file()
    {
        await using var node = await Node.StartAsync();
        using var other = await Estate.MakeAsync(node);
        var id = (await node.Door.FileAsync(Batching.Line("a"))).Text("id");
        foreach (var path in new[] { $"/v1/files/{id}", $"/v1/files/{id}/content" })
        {
            using var got = await GetAsync(other.Door, path);
            await got.ShouldBeRefusedAsync(404, "not_found", "file_id");
        }
        using (var deleted = await other.Door.DeleteAsync(new Uri($"/v1/files/{id}", UriKind.Relative)))
            await deleted.ShouldBeRefusedAsync(404, "not_found");
        using (var list = await GetAsync(other.Door, "/v1/files"))
            (await list.GoodAsync())["data"]!.AsArray().ShouldBeEmpty();
        using var ordered = await other.Door.OrderAsync(Batching.Order(id));
        await ordered.ShouldBeRefusedAsync(404, "not_found", "input_file_id");
        (await node.Door.ContentAsync(id)).Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_chunk_that_was_moved_to_another_place_does_not_open()
    {
        await using var node = await Node.StartAsync();
        var id = (await node.Door.FileAsync("the secret of the file", "user_data")).Text("id");
        await node
            .Services.GetRequiredService<Database>()
            .WriteAsync(
                async work =>
                {
                    var box = await work.Connection.ExecuteScalarAsync<byte[]>(
                        "select sealed from gateway_file_chunks",
                        null,
                        work.Transaction
                    );
                    Encoding.UTF8.GetString(box!).ShouldNotContain("secret");
                    await work.Connection.ExecuteAsync("update gateway_file_chunks set seq = 7", null, work.Transaction);
                },
                CancellationToken.None
            );
        // The head of the answer was not sent yet: nothing was read.
        using var got = await GetAsync(node.Door, $"/v1/files/{id}/content");
        await got.ShouldBeRefusedAsync(503, "storage_unavailable");
    }

    [Fact]
    public async Task Forms_that_are_wrong_are_refused_and_leave_nothing()
    {
        await using var node = await Node.StartAsync(("Gateway:FileMegabytes", "1"));
        async Task RefusedAsync(HttpContent form, int status, string code, string? param)
        {
            using (form)
            using (var response = await node.Door.UploadAsync(form))
                await response.ShouldBeRefusedAsync(status, code, param);
        }
        await RefusedAsync(Batching.Form([1], null), 400, "invalid_request", "purpose");
        await RefusedAsync(Batching.Form([1], "fine-tune"), 400, "invalid_request", "purpose");
        await RefusedAsync(Batching.Form([]), 400, "invalid_request", "file");
        await RefusedAsync(new MultipartFormDataContent { { new StringContent("batch"), "purpose" } }, 400, "invalid_request", "file");
        await RefusedAsync(new StringContent("{}", Encoding.UTF8, "application/json"), 415, "unsupported_media_type", "content-type");
        await RefusedAsync(Batching.Form(new byte[1024 * 1024 + 1]), 413, "request_too_large", "file");
        await RefusedAsync(Batching.Form(new byte[3 * 1024 * 1024]), 413, "request_too_large", "file");
        await RefusedAsync(With("colour", "red"), 400, "invalid_request", "colour");
        await RefusedAsync(With("file", "another"), 400, "invalid_request", "file");
        await RefusedAsync(With("expires_after[seconds]", "3600"), 400, "invalid_request", "expires_after.anchor");
        await RefusedAsync(With("purpose", new string('x', 2_000)), 400, "invalid_request", "purpose");
        var cut = new ByteArrayContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhalf"u8.ToArray());
        cut.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        await RefusedAsync(cut, 400, "invalid_request", "file");
        (await ChunksAsync(node)).ShouldBe(0);
        // What fits exactly is taken.
        using var fits = Batching.Form(new byte[1024 * 1024]);
        using var taken = await node.Door.UploadAsync(fits);
        (await taken.GoodAsync()).Number("bytes").ShouldBe(1024 * 1024);
    }

    static MultipartFormDataContent With(string name, string value)
    {
        var form = Batching.Form([1]);
        form.Add(new StringContent(value), name);
        return form;
    }

    [Fact]
    public async Task The_files_of_a_workspace_have_a_bound_together()
    {
        await using var node = await Node.StartAsync(("Gateway:WorkspaceFileMegabytes", "1"));
        using var form = Batching.Form(new byte[600_000], "user_data");
        (await node.Door.UploadAsync(form)).Dispose();
        using var more = Batching.Form(new byte[600_000], "user_data");
        using var refused = await node.Door.UploadAsync(more);
        (await refused.ShouldBeRefusedAsync(413, "request_too_large")).Text("message").ShouldContain("WorkspaceFileMegabytes");
        // Of another workspace it says nothing.
        using var other = await Estate.MakeAsync(node);
        using var theirs = Batching.Form(new byte[600_000], "user_data");
        using var taken = await other.Door.UploadAsync(theirs);
        taken.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_file_goes_at_its_end_and_one_that_a_batch_reads_stays_until_the_batch_is_over(bool shared)
    {
        await using var node = await StartAsync(shared, ("Gateway:BatchesAtOnce", "0"));
        using var form = Batching.Form("short-lived"u8.ToArray(), "user_data");
        form.Add(new StringContent("created_at"), "expires_after[anchor]");
        form.Add(new StringContent("3600"), "expires_after[seconds]");
        using var added = await node.Door.UploadAsync(form);
        var file = await added.GoodAsync();
        (file.Number("expires_at") - file.Number("created_at")).ShouldBe(3_600);
        var lines = (await node.Door.FileAsync(Batching.Line("a"))).Text("id");
        using (var ordered = await node.Door.OrderAsync(Batching.Order(lines)))
            ordered.StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var deleted = await node.Door.DeleteAsync(new Uri($"/v1/files/{lines}", UriKind.Relative)))
            await deleted.ShouldBeRefusedAsync(409, "conflict", "file_id");
        var store = node.Services.GetRequiredService<FileStore>();
        (await store.PruneAsync(HeldPlaces.None, new PurgeTally(), CancellationToken.None)).ShouldBe(0);

        node.Time.Advance(TimeSpan.FromHours(2));
        using (var gone = await GetAsync(node.Door, $"/v1/files/{file.Text("id")}"))
            await gone.ShouldBeRefusedAsync(404, "not_found");
        (await store.PruneAsync(HeldPlaces.None, new PurgeTally(), CancellationToken.None)).ShouldBe(1);
        node.Time.Advance(TimeSpan.FromDays(40));
        (await store.PruneAsync(HeldPlaces.None, new PurgeTally(), CancellationToken.None)).ShouldBe(0);
        (await ChunksAsync(node)).ShouldBe(1);
    }

    [Fact]
    public async Task Addresses_below_files_and_batches_say_which_methods_they_take()
    {
        await using var node = await Node.StartAsync();
        foreach (
            var (method, path, allowed) in new[]
            {
                (HttpMethod.Delete, "/v1/files", "GET, POST"),
                (HttpMethod.Post, "/v1/files/file_x", "GET, DELETE"),
                (HttpMethod.Delete, "/v1/files/file_x/content", "GET"),
                (HttpMethod.Put, "/v1/batches", "GET, POST"),
                (HttpMethod.Delete, "/v1/batches/batch_x", "GET"),
                (HttpMethod.Get, "/v1/batches/batch_x/cancel", "POST"),
            }
        )
        {
            using var request = new HttpRequestMessage(method, path);
            using var response = await node.Door.SendAsync(request);
            await response.ShouldBeRefusedAsync(405, "method_not_allowed");
            response.Header("Allow").ShouldBe(allowed);
        }
        using var bad = await GetAsync(node.Door, "/v1/files?limit=0");
        await bad.ShouldBeRefusedAsync(400, "invalid_request", "limit");
        using var order = await GetAsync(node.Door, "/v1/batches?order=up");
        await order.ShouldBeRefusedAsync(400, "invalid_request", "order");
    }
}
