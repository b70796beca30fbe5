using System.Collections.Concurrent;

namespace Portico.Providers.Bedrock;

/// <summary>
/// Where to call: the configured address is that of bedrock-runtime; models are listed at its sister bedrock and documents ranked at bedrock-agent-runtime, unless the address is one's own
/// (https://docs.aws.amazon.com/general/latest/gr/bedrock.html).
/// </summary>
sealed class BedrockAddresses
{
    readonly ConcurrentDictionary<(Uri Base, string Model, string Action), Uri> known = new();

    /// <param name="baseUrl">The connection's.</param>
    /// <param name="model">An id or an ARN; it is one segment of the path.</param>
    /// <param name="action">converse, converse-stream, invoke.</param>
    public Uri Of(Uri baseUrl, string model, string action) =>
        known.GetOrAdd(
            (baseUrl, model, action),
            static key => new Uri($"{key.Base.ToString().TrimEnd('/')}/model/{Uri.EscapeDataString(key.Model)}/{key.Action}")
        );

    /// <summary>An address of the control plane.</summary>
    public static Uri Control(Uri baseUrl, string pathAndQuery) => Sister(baseUrl, "bedrock", pathAndQuery);

    /// <summary>An address of the runtime of agents, where Rerank is.</summary>
    public static Uri Agents(Uri baseUrl, string path) => Sister(baseUrl, "bedrock-agent-runtime", path);

    static Uri Sister(Uri baseUrl, string name, string pathAndQuery)
    {
        const string runtime = "bedrock-runtime";
        var root = new UriBuilder(baseUrl);
        if (root.Host.StartsWith(runtime, StringComparison.Ordinal))
            root.Host = string.Concat(name, root.Host.AsSpan(runtime.Length));
        return new Uri($"{root.Uri.ToString().TrimEnd('/')}/{pathAndQuery}");
    }
}
