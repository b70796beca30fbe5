using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Portico.SystemTests.Matrix;

/// <summary>
/// What passed in the cells of one family on the wire of chat completions: the request as it reached the provider, what the provider said, and what the caller
/// got. Kept as a file, so that a change of a mapping is a diff.
/// </summary>
sealed partial class MatrixScenes
{
    readonly StringBuilder page = new();

    public void Add(string title, MatrixServer server, int status, string answer)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n");
        if (server.Bodies.Count == 0)
            page.Append("\nThe provider was not called.\n");
        for (var i = 0; i < server.Bodies.Count; i++)
            Block($"To `{Steady(server.Paths[i])}`", server.Bodies[i]);
        if (server.Bodies.Count > 0)
            Block($"The provider answers {server.Script.Status}, {server.Script.ContentType}", Said(server.Script));
        Block($"The caller gets {status}", answer);
    }

    void Block(string title, string text) =>
        page.Append(CultureInfo.InvariantCulture, $"\n{title}:\n\n```\n{Steady(text.ReplaceLineEndings("\n")).TrimEnd()}\n```\n");

    /// <summary>Text as it is; frames of binary streams in base 64.</summary>
    static string Said(Scripted script) =>
        script.ContentType.Contains("eventstream", StringComparison.Ordinal)
            ? Convert.ToBase64String(script.Bytes)
            : Encoding.UTF8.GetString(script.Bytes);

    /// <summary>Without what is another in each run: names of models, ids, times.</summary>
    static string Steady(string text) => Times().Replace(Ids().Replace(Names().Replace(text, "MODEL"), "$1ID"), "$1:0");

    public string Print(MatrixFamily family) =>
        $"# {family.Title}\n\n<!-- Printed from the code by tests/Portico.SystemTests/Matrix. Change the code, then run the tests with UPDATE_GOLDEN=1. -->\n{page}";

    public static string FileOf(MatrixFamily family) =>
        $"tests/Portico.SystemTests/Matrix/Scenes/{Others().Replace(family.Title.ToLowerInvariant(), "-").Trim('-')}.md";

    [GeneratedRegex("x-[0-9a-f]{10}")]
    private static partial Regex Names();

    [GeneratedRegex("((?:chatcmpl-|call_|toolu_|msg_|resp_|fc_|req_|pa_|att_))[0-9A-Za-z]{20,}")]
    private static partial Regex Ids();

    [GeneratedRegex("(\"created\"): ?[0-9]{9,}")]
    private static partial Regex Times();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Others();
}
