using System.Text;
using Microsoft.AspNetCore.Http;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Repository;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.Gemini;

/// <summary>Lines and results of batches, and the addresses they go to and come from. Fixtures/batches/README.md names the sources.</summary>
public sealed class GeminiBatchTests
{
    const string Folder = "tests/Portico.Tests/Providers/Gemini/Fixtures/batches";

    static IBatchProvider Batches(UpstreamHttp? http = null) =>
        GeminiProvider.Family(http ?? new UpstreamHttp(TimeProvider.System)).Batches!;

    [Theory]
    [InlineData("tools-answered", "gemini-3-flash-preview")]
    [InlineData("everything", "gemini-2.5-flash")]
    [InlineData("thinking-in-tokens", "tunedModels/mine")]
    public void A_conversation_is_a_line_as_the_golden_file_says(string name, string model)
    {
        var question = Batches().Write(Geminis.Call(Conversations.Of(name), model: model));
        var body = Encoding.UTF8.GetString(question.Body.Span);
        body.ShouldNotContain("\n");
        body.ShouldNotContain("service_tier", Case.Sensitive, "no line of a batch is served at another class");
        Golden.Check(
            $"{Folder}/line-{name}.golden.txt",
            $"POST {question.Endpoint}\n{{\"key\":\"step_1-1\",\"request\":{body}}}\nleft out: {string.Join(", ", question.DroppedFields)}\n"
        );
    }

    [Fact]
    public void A_line_is_what_a_call_sends_save_the_class_of_service()
    {
        var call = Geminis.Call(Conversations.Of("tools-answered"), model: "gemini-3-flash-preview");
        Encoding.UTF8.GetString(Batches().Write(call).Body.Span).ShouldBe(Geminis.Written(call.Request, out _, "gemini-3-flash-preview"));
        var flex = call with { Request = call.Request with { Extra = [new("service_tier", Anthropics.Element("\"flex\""))] } };
        Batches().Write(flex).DroppedFields.ShouldBe([.. Batches().Write(call).DroppedFields, "service_tier"]);
        var strict = Geminis.Call(Anthropics.Ask("Hi") with { Extra = flex.Request.Extra }) with { RefusesLosses = true };
        Should.Throw<UpstreamException>(() => Batches().Write(strict)).Message.ShouldContain("service_tier");
    }

    [Fact]
    public async Task Results_are_read_as_the_golden_file_says()
    {
        var text = new StringBuilder();
        foreach (var line in await File.ReadAllLinesAsync(Repo.PathOf($"{Folder}/results.jsonl"), TestContext.Current.CancellationToken))
        {
            var result = GeminiBatchForm.Result(Encoding.UTF8.GetBytes(line));
            text.Append(result is null ? "passed over" : $"{result.CustomId} {result.Kind}");
            if (result is { Kind: BatchResultKind.Answer or BatchResultKind.Failed })
                text.Append(": ").Append(await ReadAsync(result));
            text.Append('\n');
        }
        Golden.Check($"{Folder}/results.golden.txt", text.ToString());
    }

    static async Task<string> ReadAsync(BatchResult result)
    {
        try
        {
            var reply = Batches().Read(Geminis.Call(Anthropics.Ask("Hi")), result);
            var (events, failure) = await Anthropics.DrainAsync(reply.Events);
            failure.ShouldBeNull();
            return $"{string.Join("; ", events.Select(Geminis.Line))}; {CanonicalText.Of(events[^1].Completion!.Usage).ReplaceLineEndings(" ")}";
        }
        catch (UpstreamException e)
        {
            return $"{e.Kind.Code}, fault of {e.Fault}, {e.Status}, retry after {e.RetryAfter}: {e.Message}";
        }
    }

    [Theory]
    [InlineData("", "/v1beta/", "")]
    [InlineData("/v1beta", "/v1beta/", "")]
    [InlineData("/proxy/v1alpha/", "/proxy/v1alpha/", "/proxy")]
    public async Task Files_go_to_and_come_from_the_connections_own_host_whatever_it_names(string path, string models, string before)
    {
        await using var google = await FakeGoogle.StartAsync();
        var version = models.Trim('/').Split('/')[^1];
        google.Answer = async (http, _) =>
        {
            var target = http.Request.Path.Value!;
            if (target.EndsWith("/files", StringComparison.Ordinal) && !http.Request.Query.ContainsKey("upload_id"))
                http.Response.Headers["X-Goog-Upload-URL"] = $"https://elsewhere.example{target}?upload_id=u1";
            else if (target.EndsWith("/files", StringComparison.Ordinal))
                await http.Response.WriteAsync("""{"file":{"name":"files/a-1","state":"PROCESSING"}}""");
            else if (target.EndsWith("/files/a-1", StringComparison.Ordinal))
                await http.Response.WriteAsync("""{"name":"files/a-1","state":"ACTIVE"}""");
            else if (target.EndsWith(":download", StringComparison.Ordinal))
                await http.Response.WriteAsync("""{"key":"step_1-1","response":{}}""");
            else
                await http.Response.WriteAsync("""{"name":"batches/b","metadata":{"state":"BATCH_STATE_PENDING"}}""");
        };
        using var http = new UpstreamHttp(TimeProvider.System);
        var batches = Batches(http);
        var connection = Geminis.Connection(google.Url + path);
        var order = new BatchOrder("step_1", "models/m:batchGenerateContent", null, [new BatchItem("step_1-1", "{}"u8.ToArray())]);
        var ct = TestContext.Current.CancellationToken;
        (await batches.UploadAsync(connection, order, ct)).ShouldBe("files/a-1");
        (await batches.CreateAsync(connection, order, "files/a-1", ct)).Id.ShouldBe("batches/b");
        await batches.CancelAsync(connection, "batches/b", ct);
        await using (var reader = await batches.OpenAsync(connection, "files/batch-b", ct))
            (await reader.ReadAsync(ct))!.CustomId.ShouldBe("step_1-1");
        google
            .Requests.Select(r => $"{r.Method} {r.Target}")
            .ShouldBe([
                $"POST {before}/upload/{version}/files",
                $"POST {before}/upload/{version}/files?upload_id=u1",
                $"GET {models}files/a-1",
                $"POST {models}models/m:batchGenerateContent",
                $"POST {models}batches/b:cancel",
                $"GET {before}/download/{version}/files/batch-b:download?alt=media",
            ]);
    }
}
