using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portico.Tests.Repository;

/// <summary>The description of the management API, kept as a file: the console's types are generated from it, and a diff there is a decision.</summary>
public sealed class ApiDocumentTests
{
    static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task The_kept_description_is_what_a_node_serves()
    {
        using var folder = new TemporaryFolder();
        await using var server = BareNode.Build(folder);
        var report = await server.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = report.Address };
        var served = JsonNode.Parse(await client.GetStringAsync("/api/openapi.json", TestContext.Current.CancellationToken))!;
        served["paths"]!.AsObject().Count.ShouldBeGreaterThan(60);
        Golden.Check("docs/reference/openapi.json", served.ToJsonString(Readable).ReplaceLineEndings("\n") + "\n");
        await server.StopAsync(TestContext.Current.CancellationToken);
    }
}
