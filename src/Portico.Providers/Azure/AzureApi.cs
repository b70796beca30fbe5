using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Portico.Providers.Azure;

/// <summary>
/// Which of Azure OpenAI's two APIs a connection calls: v1, which needs no version, or the dated one, where the deployment stands in the address
/// (https://learn.microsoft.com/azure/ai-foundry/openai/reference). The connection's preset is the date.
/// </summary>
sealed partial class AzureApi
{
    /// <summary>The version that brought stream_options and max_completion_tokens.</summary>
    const string Newer = "2024-09-01";

    readonly ConcurrentDictionary<(Uri Base, string? Version, string Deployment), Uri> addresses = new();

    /// <summary>The date, or null for v1.</summary>
    public static string? Version(string? preset) => preset is not null && Dated().IsMatch(preset) ? preset : null;

    public static bool IsKnown(string? preset) => preset is null or "" or "azure" or "v1" || Dated().IsMatch(preset);

    public static bool IsOlder(string version) => string.CompareOrdinal(version[..Newer.Length], Newer) < 0;

    /// <summary>The address under which the paths of OpenAI's protocol lie.</summary>
    /// <param name="baseUrl">The resource, with or without /openai or /openai/v1 behind it.</param>
    /// <param name="version">The date, or null for v1.</param>
    /// <param name="deployment">Empty for what concerns the whole resource.</param>
    public Uri Root(Uri baseUrl, string? version, string deployment) =>
        addresses.GetOrAdd(
            (baseUrl, version, version is null ? "" : deployment),
            static key =>
            {
                var root = key.Base.GetLeftPart(UriPartial.Path).TrimEnd('/');
                foreach (var tail in (string[])["/v1", "/openai"])
                    if (root.EndsWith(tail, StringComparison.OrdinalIgnoreCase))
                        root = root[..^tail.Length];
                if (key.Version is null)
                    return new Uri($"{root}/openai/v1");
                var place = key.Deployment.Length == 0 ? "" : $"/deployments/{Uri.EscapeDataString(key.Deployment)}";
                return new Uri($"{root}/openai{place}?api-version={key.Version}");
            }
        );

    [GeneratedRegex("^20[0-9]{2}-[0-1][0-9]-[0-3][0-9](-preview)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Dated();
}
