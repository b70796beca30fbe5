using System.Text.Json.Nodes;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Matrix;

/// <summary>A cell that neither works, nor is refused, nor names what it left out.</summary>
sealed class MatrixFault(string message) : Exception(message);

enum CellKind
{
    /// <summary>The dialect or the provider has no such thing.</summary>
    None,
    Works,
    Dropped,
    Refused,
}

/// <param name="Kind">How it went.</param>
/// <param name="Says">The names in the header, or the sentence of the refusal.</param>
sealed record Cell(CellKind Kind, string Says = "");

/// <summary>One node with every family connected as an administrator does, on which cells are run, each through the door.</summary>
public sealed class MatrixRun : IAsyncLifetime
{
    readonly Dictionary<MatrixFamily, Task<Dictionary<(string Wire, Feature Feature), (Cell? Cell, string? Fault)>>> families = [];
    readonly Dictionary<MatrixFamily, Task<Dictionary<MatrixKind, (Cell? Cell, string? Fault)>>> kinds = [];
    readonly Dictionary<MatrixFamily, MatrixScenes> scenes = [];
    readonly SemaphoreSlim turn = new(1, 1);

    internal static readonly IReadOnlyList<MatrixWire> Wires =
    [
        new ChatWire(),
        new ResponsesWireRow(),
        new MessagesWireRow(),
        new OlderWire(),
        new EmbeddingsWire(),
        new CountWireRow(),
    ];

    internal Node Node { get; private set; } = null!;

    internal HttpClient AsAnthropic { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Node = await Node.StartAsync();
        AsAnthropic = Node.AsAnthropic();
    }

    public async ValueTask DisposeAsync()
    {
        AsAnthropic.Dispose();
        await Node.DisposeAsync();
        turn.Dispose();
    }

    /// <summary>Connects a model of a family's server under a name of its own, with a price; returns the name.</summary>
    internal async Task<string> DeployAsync(MatrixFamily family, MatrixServer server, bool embeds, string upstreamModel, JsonObject price)
    {
        var name = "x-" + Guid.NewGuid().ToString("N")[..10];
        var connection = await Node.Admin.PostAsync(
            "/api/connections",
            new JsonObject
            {
                ["name"] = name,
                ["family"] = family.Family,
                ["preset"] = family.Preset,
                ["base_url"] = server.BaseUrl.ToString(),
                ["credential"] = server.Credential.Length > 0 ? server.Credential : null,
            }
        );
        var model = await Node.Admin.PostAsync(
            "/api/models",
            new JsonObject
            {
                ["name"] = name,
                ["approve"] = true,
                ["embeddings"] = embeds,
            }
        );
        await Node.Admin.PostAsync("/api/prices", price.With("model_id", model.Text("id")));
        await Node.Admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = model.Text("id"),
                ["connection_id"] = connection.Text("id"),
                ["upstream_model"] = upstreamModel,
            }
        );
        return name;
    }

    /// <summary>What passes in the cells of a family; cells are run by <see cref="OfAsync"/>.</summary>
    internal MatrixScenes ScenesOf(MatrixFamily family)
    {
        lock (scenes)
            return scenes.TryGetValue(family, out var known) ? known : scenes[family] = new MatrixScenes();
    }

    /// <summary>All cells of a family, run once.</summary>
    internal async Task<Dictionary<(string Wire, Feature Feature), (Cell? Cell, string? Fault)>> OfAsync(MatrixFamily family)
    {
        Task<Dictionary<(string Wire, Feature Feature), (Cell? Cell, string? Fault)>> run;
        lock (families)
            if (!families.TryGetValue(family, out run!))
                families[family] = run = RunAsync(family);
        return await run;
    }

    async Task<Dictionary<(string Wire, Feature Feature), (Cell? Cell, string? Fault)>> RunAsync(MatrixFamily family)
    {
        // One family at a time: a server says what it was told last.
        await turn.WaitAsync();
        try
        {
            await using var server = await family.StartAsync();
            var cells = new Dictionary<(string, Feature), (Cell?, string?)>();
            var deployed = new Dictionary<(string, bool), string>();
            foreach (var wire in Wires)
            foreach (var feature in wire.Asks)
                try
                {
                    cells[(wire.Name, feature)] = (await new MatrixCell(this, family, server, deployed, wire, feature).RunAsync(), null);
                }
                catch (Exception e) when (e is MatrixFault or ShouldAssertException or InvalidOperationException or NullReferenceException)
                {
                    cells[(wire.Name, feature)] = (null, e.Message);
                }
            return cells;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The cells of a family in the table of kinds, run once.</summary>
    internal async Task<Dictionary<MatrixKind, (Cell? Cell, string? Fault)>> KindsOfAsync(MatrixFamily family)
    {
        Task<Dictionary<MatrixKind, (Cell? Cell, string? Fault)>> run;
        lock (kinds)
            if (!kinds.TryGetValue(family, out run!))
                kinds[family] = run = RunKindsAsync(family);
        return await run;
    }

    async Task<Dictionary<MatrixKind, (Cell? Cell, string? Fault)>> RunKindsAsync(MatrixFamily family)
    {
        await turn.WaitAsync();
        try
        {
            await using var server = await family.StartAsync();
            var cells = new Dictionary<MatrixKind, (Cell?, string?)>();
            var deployed = new Dictionary<(string, bool), string>();
            foreach (var kind in MatrixKinds.All)
                try
                {
                    cells[kind] = (await new KindCell(this, family, server, deployed, kind).RunAsync(), null);
                }
                catch (Exception e) when (e is MatrixFault or ShouldAssertException or InvalidOperationException or NullReferenceException)
                {
                    cells[kind] = (null, e.Message);
                }
            return cells;
        }
        finally
        {
            turn.Release();
        }
    }
}
