using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Portico.Core.Chat;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Azure;

/// <summary>
/// Azure OpenAI: OpenAI's protocol under Azure's addresses, v1 or dated, signed in by a key of the resource or by a token of Microsoft Entra. Calls of v1 with a
/// key, the most common, go straight on.
/// </summary>
sealed class AzureOpenAiProvider(UpstreamHttp http, EntraTokens tokens)
    : IChatProvider,
        IEmbeddingProvider,
        IModelLister,
        ISingleProvider,
        IResponsesProvider
{
    readonly OpenAiProvider byKey = new(http, azure: true);

    /// <summary>Requests that the key of the resource signs in.</summary>
    internal OpenAiProvider ByKey => byKey;

    readonly OpenAiProvider byToken = new(http, azure: false);
    readonly ConcurrentDictionary<OpenAiProvider, OpenAiResponses> responses = new();
    readonly AzureApi api = new();
    readonly ConditionalWeakTable<Secret, AzureCredential> credentials = [];

    public static ProviderFamily Family(UpstreamHttp http) => Family(http, new EntraTokens(http.Time));

    internal static ProviderFamily Family(UpstreamHttp http, EntraTokens tokens)
    {
        var provider = new AzureOpenAiProvider(http, tokens);
        return new ProviderFamily("azure-openai", Dialect.OpenAiChat, provider, provider, provider)
        {
            CheckConnection = Problem,
            Form = AzureForm.Form,
            Singles = provider,
            Responses = provider,
            Batches = new AzureOpenAiBatches(http, provider),
            ClassAsked = ServiceTiers.AskedOfOpenAi,
        };
    }

    /// <summary>What is wrong with the form of a connection, or null.</summary>
    static string? Problem(ProviderConnection connection) =>
        AzureApi.IsKnown(connection.Preset)
            ? Problem(connection, AzureCredential.Parse(connection.Credential))
            : $"its preset '{connection.Preset}' is no version of Azure OpenAI's API. Give none for the v1 API, or a date such as 2024-10-21";

    static string? Problem(ProviderConnection connection, AzureCredential credential) =>
        credential.Problem ?? EntraTokens.Stranger(connection, credential);

    public Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct) =>
        IsPlain(call.Connection)
            ? byKey.ChatAsync(call, ct)
            : SendAsync(call.Connection, call.UpstreamModel, (p, c) => p.ChatAsync(call with { Connection = c }, ct), ct);

    public Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct) =>
        IsPlain(call.Connection)
            ? byKey.EmbedAsync(call, ct)
            : SendAsync(call.Connection, call.UpstreamModel, (p, c) => p.EmbedAsync(call with { Connection = c }, ct), ct);

    /// <summary>Audio and images; Azure moderates by filters of its own and reranks elsewhere.</summary>
    public bool Serves(CallKind kind) =>
        kind is CallKind.Speech or CallKind.Transcription or CallKind.Translation or CallKind.Image or CallKind.ImageEdit;

    public Task<ProviderReply> AskAsync(SingleCall call, CancellationToken ct) =>
        IsPlain(call.Connection)
            ? new OpenAiSingles(http, byKey).AskAsync(call, ct)
            : SendAsync(
                call.Connection,
                call.UpstreamModel,
                (p, c) => new OpenAiSingles(http, p).AskAsync(call with { Connection = c }, ct),
                ct
            );

    /// <summary>The dated API has no responses (https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses).</summary>
    public string? Lacking(ProviderConnection connection) =>
        AzureApi.Version(connection.Preset) is { } date ? $"Azure OpenAI's dated API ({date}) has none: leave the preset out for v1" : null;

    public Task<ProviderReply> RespondAsync(ResponsesCall call, CancellationToken ct) =>
        IsPlain(call.Connection)
            ? ResponsesOf(byKey).RespondAsync(call, ct)
            : SendAsync(call.Connection, call.UpstreamModel, (p, c) => ResponsesOf(p).RespondAsync(call with { Connection = c }, ct), ct);

    OpenAiResponses ResponsesOf(OpenAiProvider provider) => responses.GetOrAdd(provider, static (p, h) => new OpenAiResponses(h, p), http);

    /// <summary>Models of the resource: what may be deployed there. Deployments have names of their own.</summary>
    public Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct) =>
        IsPlain(connection) ? byKey.ListModelsAsync(connection, ct) : SendAsync(connection, "", (p, c) => p.ListModelsAsync(c, ct), ct);

    internal bool IsPlain(ProviderConnection connection) =>
        AzureApi.Version(connection.Preset) is null && CredentialOf(connection) is { Kind: AzureIdentityKind.None, Problem: null };

    AzureCredential CredentialOf(ProviderConnection connection) => credentials.GetValue(connection.Credential, AzureCredential.Parse);

    internal async Task<T> SendAsync<T>(
        ProviderConnection connection,
        string deployment,
        Func<OpenAiProvider, ProviderConnection, Task<T>> send,
        CancellationToken ct
    )
    {
        var credential = CredentialOf(connection);
        if (Problem(connection, credential) is { } problem)
            throw new UpstreamException(ErrorTable.UpstreamCredential, Fault.Credential, $"Connection {connection.Id}: {problem}.");
        var version = AzureApi.Version(connection.Preset);
        var there = connection with
        {
            BaseUrl = api.Root(connection.BaseUrl, version, deployment),
            Preset = version is not null && AzureApi.IsOlder(version) ? OpenAiPresets.AzureOlder.Name : null,
        };
        try
        {
            if (credential.Kind == AzureIdentityKind.None)
                return await send(byKey, there);
            return await tokens.WithTokenAsync(
                connection,
                // The token is what must not appear in a message.
                token => send(byToken, there with { Credential = new Secret(token) }),
                ct
            );
        }
        catch (UpstreamException e) when (Advice(e, credential, version) is { } advice)
        {
            throw new UpstreamException(e.Kind, advice.Fault, $"{e.Message} {advice.Text}", e)
            {
                Status = e.Status,
                RetryAfter = e.RetryAfter,
                UpstreamCode = e.UpstreamCode,
                UpstreamType = e.UpstreamType,
                UpstreamParam = e.UpstreamParam,
            };
        }
    }

    /// <summary>What a person can do about it, where that is more than Azure's words say.</summary>
    static (Fault Fault, string Text)? Advice(UpstreamException e, AzureCredential credential, string? version)
    {
        if (e.Fault == Fault.Credential && e.Status is 401 or 403 && credential.Kind != AzureIdentityKind.None)
            return (e.Fault, "Give the identity the role 'Cognitive Services OpenAI User' on the resource.");
        if (version is null)
            return null;
        if (e.Status == 404)
            return (Fault.Model, $"Check base_url, the deployment's name and the API version {version}.");
        // No caller can change that.
        return e.Fault == Fault.Caller && e.Message.Contains("API version", StringComparison.OrdinalIgnoreCase)
            ? (Fault.Model, $"The connection's preset is {version}.")
            : null;
    }
}
