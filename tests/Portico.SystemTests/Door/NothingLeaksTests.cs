using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portico.Server;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Listeners hear the whole process: this test runs alone.</summary>
[CollectionDefinition(nameof(NothingLeaksTests), DisableParallelization = true)]
public sealed class AloneBecauseSpansOfTheWholeProcessAreHeard;

/// <summary>
/// Canaries: secrets and prompts that stand nowhere else. They go through good calls, refused ones and every kind of failing provider, and then everything
/// that a node leaves behind is searched for them: log down to debug level, spans, metrics, every file of the data directory while the node runs and
/// after it has stopped, every answer of the management API, and the answers to callers who are not theirs.
/// </summary>
[Collection(nameof(NothingLeaksTests))]
public sealed partial class NothingLeaksTests
{
    const string Prompt = "canary-prompt-5c1e8d27-my-account-number-is-4417";
    const string Answer = "canary-answer-9d02f1aa-your-balance-is-12.50";
    const string Credential = "sk-canary-credential-71b3e0c4d5f6a7b8";
    const string NewCredential = "sk-canary-renewed-credential-0aa1bb2cc3dd";
    const string ClientSecret = "canary-client-secret-2f81d0c6a7b94e55";
    const string ServiceToken =
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJzdWIiOiJjYW5hcnkifQ.Y2FuYXJ5LXNpZ25hdHVyZQ";
    const string WrongKey = "pk_live_canaryWrongKey0000000000000000000000000000";

    [Fact]
    public async Task Secrets_and_prompts_stand_in_nothing_that_a_node_leaves_behind()
    {
        var spans = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => spans.Enqueue(Print(a)),
        };
        ActivitySource.AddActivityListener(listener);
        await using var node = await Node.StartAsync();
        await using var upstream = await Upstream.StartAsync(BehaveAsync);
        await node.ConnectAsync(upstream.Address, "good", credential: Credential);
        foreach (var how in Behaviours.Keys)
            await node.ConnectAsync(upstream.Address, how, credential: Credential, upstreamModel: how);
        var connection = (await node.Admin.GetAsync("/api/connections"))["items"]!.AsArray().First(c => c!.Text("family") == "openai")!;
        await node.Admin.PatchAsync($"/api/connections/{connection.Text("id")}", new JsonObject { ["credential"] = NewCredential });
        var secrets = new List<(string What, string Text)>
        {
            ("prompt", Prompt),
            ("answer", Answer),
            ("credential", Credential),
            ("renewed credential", NewCredential),
            ("wrong key", WrongKey),
            ("service key", node.KeySecret),
            ("admin token", node.AdminSecret),
            ("master key", Convert.ToBase64String(await MasterKeyAsync(node))),
        };

        secrets.AddRange(await IdentifyAsync(node));
        var answers = new StringBuilder();
        await CallEverythingAsync(node, answers);
        var rotated = await node.Admin.PostAsync($"/api/keys/{node.KeyId}/rotate", new JsonObject { ["overlap_seconds"] = 0 });
        secrets.Add(("rotated key", rotated.Text("secret")));
        using (var renewed = node.Client(rotated.Text("secret")))
            (await renewed.ChatAsync(Calls.Chat("good", Prompt))).EnsureSuccessStatusCode();
        await ReadEverythingAsync(node, answers);

        spans.ShouldContain(s => s.StartsWith("chat good", StringComparison.Ordinal));
        Lines(node).Count.ShouldBeGreaterThan(50);
        Search("the log", string.Join('\n', Lines(node)), secrets);
        Search("spans", string.Join('\n', spans), secrets);
        Search("answers of the management API", answers.ToString(), secrets);
        await SearchFilesAsync(node, secrets);
        await node.StopAsync();
        await SearchFilesAsync(node, secrets);
        Search("the log behind the stop", string.Join('\n', Lines(node)), secrets);
    }

    /// <summary>
    /// Everything down to debug level but one category, which would log whole addresses. The program silences it after the settings were read; the log of
    /// this test has rules of its own and hears it.
    /// </summary>
    static List<string> Lines(Node node) => node.Logs.Lines.Where(l => l.Category != PorticoServer.AddressLog).Select(l => l.Text).ToList();

    [Fact]
    public async Task No_setting_brings_the_log_of_addresses_back()
    {
        await using var node = await Node.StartAsync(
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:" + PorticoServer.AddressLog, "Trace")
        );
        var last = node
            .Services.GetRequiredService<IOptions<LoggerFilterOptions>>()
            .Value.Rules.Last(r => r.ProviderName is null && r.CategoryName == PorticoServer.AddressLog);
        last.LogLevel.ShouldBe(LogLevel.None);
    }

    /// <summary>Providers that repeat what they were sent, as some do in their errors.</summary>
    static readonly Dictionary<string, Func<HttpContext, Task>> Behaviours = new(StringComparer.Ordinal)
    {
        ["echo-400"] = http =>
            Upstream.ErrorAsync(http, 400, $"Invalid value in {Upstream.BodyOf(http)}", "invalid_request_error", "invalid_value"),
        ["echo-401"] = http =>
            Upstream.ErrorAsync(http, 401, $"Incorrect API key provided: {http.Request.Headers.Authorization.ToString()[7..]}"),
        ["echo-500"] = http => Upstream.ErrorAsync(http, 500, $"Could not handle {Upstream.BodyOf(http)}"),
        ["echo-stream"] = http =>
            Upstream.BeginStreamAsync(
                http,
                Upstream.Frame(Upstream.RoleChunk)
                    + Upstream.Frame(Upstream.Chunk(Answer))
                    + Upstream.Frame(
                        new JsonObject
                        {
                            ["error"] = new JsonObject { ["message"] = $"Stopped over {Upstream.BodyOf(http)}", ["type"] = "server_error" },
                        }.ToJsonString()
                    )
            ),
        ["malformed"] = http => Upstream.JsonAsync(http, 200, $"{{{Answer}"),
        ["cut"] = async http =>
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk) + Upstream.Frame(Upstream.Chunk(Answer)));
            http.Abort();
        },
    };

    static Task BehaveAsync(HttpContext http)
    {
        var body = Upstream.BodyOf(http);
        foreach (var (name, behaviour) in Behaviours)
            if (body.Contains($"\"model\":\"{name}\"", StringComparison.Ordinal))
                return behaviour(http);
        return Upstream.GoodAsync(http, body.Contains("\"stream\":true", StringComparison.Ordinal), Answer);
    }

    static async Task CallEverythingAsync(Node node, StringBuilder answers)
    {
        foreach (var stream in new[] { false, true })
        foreach (var model in Behaviours.Keys.Append("good").Append("no-such-model"))
        {
            using var response = await node.Door.ChatAsync(Calls.Chat(model, Prompt, stream));
            // The caller's own answer may hold the caller's own words; never the credential.
            var text = await response.Content.ReadAsStringAsync();
            (text + response.Headers).ShouldNotContain(Credential);
            text.ShouldNotContain(node.KeySecret);
        }
        // Bodies that are refused before they are understood, some in the middle of the canary.
        foreach (
            var body in new[]
            {
                $$"""{"model":"good","messages":[{"role":"user","content":"{{Prompt}}"}""",
                $$"""{"model":"good","messages":[{"role":"{{Prompt}}","content":"x"}]}""",
                $$"""{"model":"good","temperature":"{{Prompt}}","messages":[]}""",
                $$"""{"model":"good","messages":"{{Prompt}}"}""",
            }
        )
        {
            using var response = await node.Door.ChatAsync(Encoding.UTF8.GetBytes(body));
            ((int)response.StatusCode).ShouldBeInRange(400, 499);
        }
        using var embedded = await node.Door.PostAsync(
            "/v1/embeddings",
            new StringContent($$"""{"model":"sim/embeddings","input":"{{Prompt}}"}""", Encoding.UTF8, "application/json")
        );
        embedded.EnsureSuccessStatusCode();
        using var wrong = node.Client(WrongKey);
        using var refused = await wrong.ChatAsync(Calls.Chat("good", Prompt));
        answers.Append(await refused.Content.ReadAsStringAsync());
        using var query = await node.Client(null).GetAsync($"/v1/models?api_key={node.KeySecret}");
        ((int)query.StatusCode).ShouldBe(401);
        // A secret in a place where none belongs.
        using var misplaced = await node.Admin.RawAsync(
            HttpMethod.Post,
            "/api/connections",
            new JsonObject { ["credential"] = Credential, ["name"] = 5 }
        );
        answers.Append(await misplaced.Content.ReadAsStringAsync());
        await CallBatchAsync(node);
    }

    /// <summary>Prompts in the file of a batch, answers and a provider's repetition in its files.</summary>
    static async Task CallBatchAsync(Node node)
    {
        var lines = Batching.Line("a", body: Calls.Chat("good", Prompt)) + Batching.Line("b", body: Calls.Chat("echo-400", Prompt));
        var done = await node.Door.UntilBatchAsync(await node.Door.BatchAsync(lines), "completed");
        (await node.Door.AnswersAsync(done))["a"].Said().ShouldBe(Answer);
        (await node.Door.AnswersAsync(done, "error_file_id"))["b"].ToJsonString().ShouldContain(Prompt);
        // One that is found wrong has seen them too.
        await node.Door.UntilBatchAsync(await node.Door.BatchAsync(Batching.Line(Prompt) + Batching.Line(Prompt) + Prompt), "failed");
    }

    /// <summary>Every list and every one of its things, the metrics, the report, the description.</summary>
    static async Task ReadEverythingAsync(Node node, StringBuilder answers)
    {
        var document = await ApiDocument.ReadAsync(node);
        var lists = document.Operations.Where(o => o.Method == "GET" && !o.Pattern.Contains("{id}", StringComparison.Ordinal)).ToList();
        lists.Count.ShouldBeGreaterThan(12);
        foreach (var list in lists)
        {
            // An admin token has no sessions and learns nothing, and what was said is shown to those who may read it.
            if (list.Pattern is "/api/sessions" or "/api/learning" or "/api/calls/contents")
                continue;
            if (list.Pattern == "/api/audit/export")
            {
                await using var zip = new System.IO.Compression.ZipArchive(await node.Admin.Client.GetStreamAsync(list.Pattern));
                zip.Entries.Count.ShouldBeGreaterThan(3);
                foreach (var entry in zip.Entries)
                    answers.AppendLine(await new StreamReader(await entry.OpenAsync()).ReadToEndAsync());
                continue;
            }
            if (list.Pattern is "/api/calls/export" or "/api/findings/export" or "/api/calls/live" or "/api/risks/export")
            {
                var more = list.Pattern == "/api/calls/live" ? "?seconds=1" : "";
                answers.AppendLine(await node.Admin.Client.GetStringAsync(list.Pattern + more));
                continue;
            }
            var answer = await node.Admin.GetAsync(
                list.Pattern == "/api/assignments/people" ? list.Pattern + "?course_id=ai-basics" : list.Pattern
            );
            answers.AppendLine(answer.ToJsonString());
            foreach (var item in answer["items"]?.AsArray() ?? [])
                if (
                    document.Find("GET", $"{list.Pattern}/x") is not null
                    && (item!["id"] ?? item["meter"]?["id"])?.GetValue<string>() is { } id
                )
                    answers.AppendLine((await node.Admin.GetAsync($"{list.Pattern}/{id}")).ToJsonString());
        }
        foreach (var path in new[] { "/metrics", "/health", "/ready", "/" })
            answers.AppendLine(await node.Door.GetStringAsync(path));
        answers.AppendLine(await node.Admin.Client.GetStringAsync("/api/usage?group_by=key,model,route,outcome&format=csv"));
        // The calls were recorded, the canaries' ones too.
        answers.ToString().ShouldContain("\"requested_model\":\"echo-stream\"");
    }

    static async Task<byte[]> MasterKeyAsync(Node node)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(node.DataDirectory, "master.key"));
        return Convert.FromBase64String(text.Trim());
    }

    static async Task SearchFilesAsync(Node node, List<(string What, string Text)> secrets)
    {
        var files = 0;
        foreach (var file in Directory.EnumerateFiles(node.DataDirectory, "*", SearchOption.AllDirectories))
        {
            // Held by the running node and empty.
            if (new FileInfo(file).Length == 0)
                continue;
            files++;
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            // Latin 1 keeps every byte as a character: text inside binary files is found.
            var text = Encoding.Latin1.GetString(copy.GetBuffer(), 0, (int)copy.Length);
            var name = Path.GetFileName(file);
            // These two hold a secret by design and are readable by their owner alone.
            Search(name, text, secrets.Where(s => (name, s.What) is not (("master.key", "master key") or ("admin.token", "admin token"))));
            if (name is "master.key" or "admin.token" && !OperatingSystem.IsWindows())
                File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        files.ShouldBeGreaterThan(4);
    }

    static void Search(string where, string text, IEnumerable<(string What, string Text)> secrets)
    {
        foreach (var (what, secret) in secrets)
        {
            var at = text.IndexOf(secret, StringComparison.Ordinal);
            if (at >= 0)
                throw new ShouldAssertException($"The {what} stands in {where}: …{text[Math.Max(0, at - 200)..at]}");
        }
    }

    static string Print(Activity a) =>
        $"{a.DisplayName} {a.StatusDescription} {string.Join(' ', a.TagObjects.Select(t => $"{t.Key}={t.Value}"))} "
        + string.Join(' ', a.Events.Select(e => $"{e.Name} {string.Join(' ', e.Tags.Select(t => $"{t.Key}={t.Value}"))}"))
        + string.Join(' ', a.Baggage.Select(b => $"{b.Key}={b.Value}"));
}
