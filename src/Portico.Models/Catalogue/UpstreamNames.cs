using System.Text.RegularExpressions;

namespace Portico.Models.Catalogue;

/// <summary>
/// What a model is called by those who serve it, in the words of those who made it: Bedrock's <c>eu.meta.llama3-3-70b-instruct-v1:0</c>, Vertex AI's
/// <c>claude-sonnet-4-5@20250929</c>, OCI's <c>cohere.command-a-03-2025</c>, Hugging Face's <c>Qwen/Qwen3-32B:together</c>. For facts alone: what a model costs is
/// told of the one who serves it, under its own name.
/// </summary>
static partial class UpstreamNames
{
    /// <summary>Where Bedrock's inference profiles run (https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html).</summary>
    static readonly string[] Places = ["us", "us-gov", "eu", "apac", "jp", "au", "ca", "global"];

    static readonly string[] Makers =
    [
        "ai21",
        "amazon",
        "anthropic",
        "cohere",
        "deepseek",
        "google",
        "meta",
        "minimax",
        "mistral",
        "moonshot",
        "moonshotai",
        "nvidia",
        "openai",
        "qwen",
        "writer",
        "xai",
        "zai",
    ];

    /// <summary>The names that it may have at its maker, the closest first; small letters.</summary>
    public static IEnumerable<string> Candidates(string name)
    {
        var bare = name[(name.LastIndexOf('/') + 1)..].ToLowerInvariant();
        // OCI's choice of a form stands before a name, Hugging Face's choice of a provider behind it.
        foreach (var form in (string[])["cohere:", "coherev2:", "generic:"])
            if (bare.StartsWith(form, StringComparison.Ordinal))
                bare = bare[form.Length..];
        yield return bare;
        var words = bare.Split('.', 2);
        if (words.Length == 2 && Places.Contains(words[0], StringComparer.Ordinal))
            words = words[1].Split('.', 2);
        if (words.Length == 2 && Makers.Contains(words[0], StringComparer.Ordinal))
            yield return bare = words[1];
        bare = bare.Replace('@', '-');
        if (bare.EndsWith("-maas", StringComparison.Ordinal))
            bare = bare[..^"-maas".Length];
        yield return bare;
        var plain = Behind().Replace(bare, "");
        yield return plain;
        var unversioned = Version().Replace(plain, "");
        yield return unversioned;
        if (ShippedCatalogue.Undated(unversioned) is { } undated)
            yield return undated;
    }

    [GeneratedRegex(":[0-9a-z-]+$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Behind();

    [GeneratedRegex("-v[0-9]+$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Version();
}
