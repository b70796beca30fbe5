using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portico.Core;
using Portico.Gateway;
using Portico.Gateway.Batches;
using Portico.Gateway.Files;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Batches;

/// <summary>Lines are read the same wherever the chunks of their file end.</summary>
public sealed class BatchLineTests(PostgresServer server, ITestOutputHelper output)
{
    const string Endpoint = "/v1/chat/completions";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static BatchError? Read(string text, out BatchLine? line) =>
        BatchLine.Read(new RawLine(7, Encoding.UTF8.GetBytes(text)), Endpoint, out line);

    [Fact]
    public void The_body_is_what_stood_there_byte_for_byte()
    {
        Read(
                """{ "body" : { "a": [1, {"stream": true}], "x":"ä" } , "url":"/v1/chat/completions","method":"POST", "custom_id":"c" }""",
                out var line
            )
            .ShouldBeNull();
        Encoding.UTF8.GetString(line!.Body.Span).ShouldBe("""{ "a": [1, {"stream": true}], "x":"ä" }""");
        (line.CustomId, line.Number).ShouldBe(("c", 7));
    }

    [Theory]
    [InlineData("", "invalid_json_line")]
    [InlineData("{", "invalid_json_line")]
    [InlineData("null", "invalid_json_line")]
    [InlineData("""{"custom_id":"c"}x""", "invalid_json_line")]
    [InlineData("""{"custom_id":"c","method":"POST","url":"/v1/chat/completions","body":{"a":}}""", "invalid_json_line")]
    [InlineData("""{"custom_id":"","method":"POST","url":"/v1/chat/completions","body":{}}""", "invalid_custom_id")]
    [InlineData("""{"custom_id":{"a":1},"method":"POST","url":"/v1/chat/completions","body":{}}""", "invalid_custom_id")]
    [InlineData("""{"method":"POST","url":"/v1/chat/completions","body":{}}""", "invalid_custom_id")]
    [InlineData("""{"custom_id":"c","method":"post","url":"/v1/chat/completions","body":{}}""", "invalid_method")]
    [InlineData("""{"custom_id":"c","method":"POST","url":"/v1/embeddings","body":{}}""", "invalid_url")]
    [InlineData("""{"custom_id":"c","method":"POST","url":"/v1/chat/completions","body":[]}""", "missing_required_parameter")]
    [InlineData("""{"custom_id":"c","method":"POST","url":"/v1/chat/completions"}""", "missing_required_parameter")]
    [InlineData("""{"custom_id":"c","method":"POST","url":"/v1/chat/completions","body":{"background":true}}""", "unsupported_parameter")]
    public void A_line_that_is_wrong_is_named_by_a_code(string text, string code)
    {
        var error = Read(text, out var line);
        error.ShouldNotBeNull().Code.ShouldBe(code);
        error.Line.ShouldBe(7);
        line.ShouldBeNull();
    }

    [Fact]
    public async Task Lines_are_the_same_wherever_chunks_end()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var options = new GatewayOptions { MaxRequestBytes = 65_536 };
        var node = await store.OpenAsync(more: s => s.AddSingleton(new MigrationSource("gateway", typeof(GatewayModule).Assembly)));
        var files = ActivatorUtilities.CreateInstance<FileStore>(node.Services);
        var input = new BatchInput(files, options);
        for (var round = 0; round < 60; round++)
        {
            var lines = Enumerable
                .Range(0, random.Next(1, 40))
                .Select(_ =>
                    random.Next(8) == 0 ? "" : new string((char)('a' + random.Next(26)), random.Next(1, random.Next(20) == 0 ? 90_000 : 60))
                )
                .ToList();
            var ends = lines.Select(_ => random.Next(2) == 0 ? "\n" : "\r\n").ToList();
            var text = Encoding.UTF8.GetBytes(string.Concat(lines.Zip(ends, (l, e) => l + e)) + (random.Next(2) == 0 ? "last" : ""));
            if (text[^1] == (byte)'t')
                lines.Add("last");
            var stored = new StoredFile
            {
                Id = "file_" + round,
                WorkspaceId = "ws_a",
                KeyId = "key_a",
                Name = "lines",
                Purpose = FilePurpose.Batch,
            };
            await files.BeginAsync(stored, Ct);
            for (int at = 0, seq = 0; at < text.Length; seq++)
            {
                var size = Math.Min(random.Next(1, 5_000), text.Length - at);
                await files.AppendAsync(stored, seq, text.AsMemory(at, size), Ct);
                at += size;
            }
            var found = new List<(int, string?)>();
            await foreach (var raw in input.ReadAsync(stored.Id, Ct))
                found.Add((raw.Number, raw.Bytes is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null));
            var most = options.MaxRequestBytes + 4 * 1024;
            found.ShouldBe(
                lines.Select((l, i) => (i + 1, l.Length > most ? null : l)).Where(l => l.Item2 is not { Length: 0 }).ToList(),
                $"round {round}"
            );
        }
    }
}
