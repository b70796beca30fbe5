using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Portico.Tests.Providers.Anthropic;

namespace Portico.Tests.Providers.Azure;

/// <summary>
/// A resource on loopback that answers as https://learn.microsoft.com/azure/ai-foundry/openai/reference publishes: it knows one key, the tokens of one identity, two
/// deployments and some versions of its API, and refuses everything else in Azure's words.
/// </summary>
sealed class ScriptedAzure : IAsyncDisposable
{
    public const string Key = "azure-key-0123456789abcdef";
    public const string Deployment = "our-gpt-5";

    readonly WebApplication app;
    readonly ConcurrentQueue<Got> requests = new();

    ScriptedAzure(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();
    public IReadOnlyList<Got> Requests => [.. requests];

    /// <summary>Tokens that are valid now.</summary>
    public HashSet<string> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the identity has its role.</summary>
    public bool HasRole { get; set; } = true;

    public Func<HttpContext, Task> Answer { get; set; } = ScriptedAnthropic.Json(AzureFixtures.Answer);

    public static async Task<ScriptedAzure> StartAsync(Func<HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var built = builder.Build();
        var server = new ScriptedAzure(built);
        if (answer is not null)
            server.Answer = answer;
        built.Run(server.TakeAsync);
        await built.StartAsync();
        return server;
    }

    async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var got = new Got(http.Request.Method, http.Features.Get<IHttpRequestFeature>()!.RawTarget, headers, await reader.ReadToEndAsync());
        requests.Enqueue(got);
        http.Response.Headers["x-request-id"] = "f1b0c7d2";
        await (Problem(got) ?? Answer)(http);
    }

    Func<HttpContext, Task>? Problem(Got got)
    {
        var bearer = got.Headers.GetValueOrDefault("Authorization");
        var isIdentity = bearer is not null && bearer.StartsWith("Bearer ", StringComparison.Ordinal) && Tokens.Contains(bearer[7..]);
        if (!isIdentity && got.Headers.GetValueOrDefault("api-key") != Key)
            return Error(
                401,
                "401",
                "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."
            );
        if (isIdentity && !HasRole)
            return Error(
                401,
                "PermissionDenied",
                "The principal `0000` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation."
            );
        var path = got.Target.Split('?')[0];
        if (path.StartsWith("/openai/v1/", StringComparison.Ordinal))
            return null;
        var version = got.Target.Split("?api-version=").ElementAtOrDefault(1);
        if (version is null)
            return Error(404, "404", "Resource not found");
        if (version is not ("2024-10-21" or "2024-06-01" or "2025-04-01-preview"))
            return Error(400, "BadRequest", "API version not supported");
        if (path == "/openai/models")
            return null;
        var deployment = path.Split('/').ElementAtOrDefault(3);
        return path.StartsWith("/openai/deployments/", StringComparison.Ordinal) && deployment is Deployment or "embed%20one"
            ? null
            : Error(404, "DeploymentNotFound", "The API deployment for this resource does not exist.");
    }

    static Func<HttpContext, Task> Error(int status, string code, string message) =>
        ScriptedAnthropic.Json(
            new System.Text.Json.Nodes.JsonObject
            {
                ["error"] = new System.Text.Json.Nodes.JsonObject { ["code"] = code, ["message"] = message },
            }.ToJsonString(),
            status
        );

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

/// <summary>Documents after https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter and https://learn.microsoft.com/azure/ai-foundry/openai/reference.</summary>
static class AzureFixtures
{
    public const string Answer = """
        {"choices":[{"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}},"finish_reason":"stop","index":0,"logprobs":null,"message":{"content":"Zürich 🚲","refusal":null,"role":"assistant"}}],"created":1764072000,"id":"chatcmpl-1","model":"gpt-5-2025-08-07","object":"chat.completion","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"jailbreak":{"detected":false,"filtered":false}}}],"usage":{"completion_tokens":12,"completion_tokens_details":{"reasoning_tokens":5},"prompt_tokens":30,"prompt_tokens_details":{"cached_tokens":10},"total_tokens":42}}
        """;

    /// <summary>The first chunk tells of the prompt's filters and names no model; later ones tell of the text's.</summary>
    public static readonly string[] Chunks =
    [
        """{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]}""",
        """{"choices":[{"content_filter_results":{},"delta":{"content":"","refusal":null,"role":"assistant"},"finish_reason":null,"index":0,"logprobs":null}],"created":1764072000,"id":"chatcmpl-1","model":"gpt-5-2025-08-07","object":"chat.completion.chunk","usage":null}""",
        """{"choices":[{"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}},"delta":{"content":"Zürich"},"finish_reason":null,"index":0,"logprobs":null}],"created":1764072000,"id":"chatcmpl-1","model":"gpt-5-2025-08-07","object":"chat.completion.chunk","usage":null}""",
        """{"choices":[{"content_filter_offsets":{"check_offset":44,"start_offset":44,"end_offset":50},"content_filter_results":{"violence":{"filtered":true,"severity":"high"}},"finish_reason":"content_filter","index":0}],"created":0,"id":"","model":"","object":""}""",
        """{"choices":[],"created":1764072000,"id":"chatcmpl-1","model":"gpt-5-2025-08-07","object":"chat.completion.chunk","usage":{"completion_tokens":12,"completion_tokens_details":{"reasoning_tokens":5},"prompt_tokens":30,"prompt_tokens_details":{"cached_tokens":10},"total_tokens":42}}""",
    ];

    public const string Filtered = """
        {"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"},"jailbreak":{"filtered":true,"detected":true},"self_harm":{"filtered":false,"severity":"safe"}}}}}
        """;

    public static readonly Usage FixtureUsage = new()
    {
        Input = 20,
        CacheRead = 10,
        Output = 7,
        Reasoning = 5,
        Source = UsageSource.Reported,
    };
}
