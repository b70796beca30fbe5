using Portico.Core.Chat;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Azure;

/// <summary>
/// Batches of Azure OpenAI's v1 API: OpenAI's, for deployments of the types Global Batch and Data Zone Batch
/// (https://learn.microsoft.com/azure/ai-foundry/openai/how-to/batch).
/// </summary>
sealed class AzureOpenAiBatches(UpstreamHttp http, AzureOpenAiProvider provider) : IBatchProvider
{
    readonly OpenAiBatches form = new(http, provider.ByKey);

    public string? Lacks(ProviderConnection connection) =>
        AzureApi.Version(connection.Preset) is null ? null : "Portico uses the batches of Azure OpenAI's v1 API, so give no date as preset";

    public bool Takes(ProviderConnection connection, CallKind kind) => Lacks(connection) is null && form.Takes(connection, kind);

    public BatchQuestion Write(ProviderCall call) => form.Write(call);

    public BatchQuestion Write(EmbeddingCall call) => form.Write(call);

    public ProviderReply Read(ProviderCall call, BatchResult result) => form.Read(call, result);

    public EmbeddingReply Read(EmbeddingCall call, BatchResult result) => form.Read(call, result);

    public Task<string?> UploadAsync(ProviderConnection connection, BatchOrder order, CancellationToken ct) =>
        SendAsync(connection, (f, c) => f.UploadAsync(c, order, ct), ct);

    public Task<ProviderBatch> CreateAsync(ProviderConnection connection, BatchOrder order, string? file, CancellationToken ct) =>
        SendAsync(connection, (f, c) => f.CreateAsync(c, order, file, ct), ct);

    public Task<ProviderBatch> LookAsync(ProviderConnection connection, string batch, CancellationToken ct) =>
        SendAsync(connection, (f, c) => f.LookAsync(c, batch, ct), ct);

    public Task CancelAsync(ProviderConnection connection, string batch, CancellationToken ct) =>
        SendAsync(
            connection,
            async (f, c) =>
            {
                await f.CancelAsync(c, batch, ct);
                return true;
            },
            ct
        );

    public Task<BatchSearch> FindAsync(ProviderConnection connection, BatchMark mark, CancellationToken ct) =>
        SendAsync(connection, (f, c) => f.FindAsync(c, mark, ct), ct);

    public Task<BatchResultReader> OpenAsync(ProviderConnection connection, string results, CancellationToken ct) =>
        SendAsync(connection, (f, c) => f.OpenAsync(c, results, ct), ct);

    Task<T> SendAsync<T>(ProviderConnection connection, Func<OpenAiBatches, ProviderConnection, Task<T>> send, CancellationToken ct) =>
        provider.IsPlain(connection)
            ? send(form, connection)
            : provider.SendAsync(connection, "", (p, c) => send(new OpenAiBatches(http, p), c), ct);
}
