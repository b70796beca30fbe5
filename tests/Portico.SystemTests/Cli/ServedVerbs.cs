using System.Text.RegularExpressions;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>One node as a process, whose admin token lies in the data directory of the working directory.</summary>
public sealed class ServedFixture : IAsyncLifetime
{
    internal CommandLine Cli { get; } = new();
    internal ServedNode Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Node = await ServedNode.StartAsync(Cli);
        Cli.Environment["PORTICO_URL"] = Node.Address.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        Cli.Dispose();
    }
}

/// <summary>What tests of verbs that ask a running node have in common: each class has a node of its own.</summary>
public abstract partial class ServedVerbs(ServedFixture served) : IClassFixture<ServedFixture>
{
    private protected readonly CommandLine cli = served.Cli;
    private protected readonly ServedNode node = served.Node;

    private protected async Task<string> GoodAsync(string typed)
    {
        var run = await cli.RunAsync(typed.Split(' '));
        run.ExitCode.ShouldBe(0, run.All);
        run.Errors.ShouldBeEmpty();
        return run.Output;
    }

    private protected async Task<string> BadAsync(string typed)
    {
        var run = await cli.RunAsync(typed.Split(' '));
        run.ExitCode.ShouldBe(1, run.All);
        run.Errors.ShouldNotContain("   at ");
        return run.Errors;
    }

    /// <summary>The cells of the row that holds a word, by two spaces or more between them.</summary>
    private protected static string[] Row(string table, string word)
    {
        var line = table.Split('\n').FirstOrDefault(l => l.Contains(word, StringComparison.Ordinal));
        return Gap().Split(line ?? throw new ShouldAssertException($"'{word}' is not in\n{table}"));
    }

    [GeneratedRegex(" {2,}")]
    private protected static partial Regex Gap();
}
