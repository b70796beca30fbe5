using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>Batches of OpenAI and of services that take its bodies: a file of lines, an order for it, and files of results, each in the form of its service.</summary>
sealed class OpenAiBatches(UpstreamHttp http, OpenAiProvider provider) : IBatchProvider
{
    const int MaxPages = 100;

    /// <summary>How often a file that the provider reads is looked at.</summary>
    const int MaxLooks = 120;
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Clocks differ.</summary>
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    static IBatchForm? FormOf(ProviderConnection connection) => OpenAiPresets.Find(connection.Preset, connection.Family).Batches;

    public string? Lacks(ProviderConnection connection) =>
        FormOf(connection) is null ? $"Portico does not know batches of the service '{connection.Preset}'" : null;

    public bool Takes(ProviderConnection connection, CallKind kind) =>
        FormOf(connection) is { } form && (kind == CallKind.Chat || (form.Embeds && kind == CallKind.Embeddings));

    public int? KeptDays(ProviderConnection connection) => FormOf(connection)?.KeptDays;

    static IBatchForm Form(ProviderConnection connection) =>
        FormOf(connection) ?? throw new InvalidOperationException($"The service '{connection.Preset}' has no batches.");

    public BatchQuestion Write(ProviderCall call)
    {
        var body = OpenAiBody.For(call, OpenAiPresets.Find(call.Connection.Preset, call.Connection.Family), out var left);
        return new BatchQuestion("/v1/chat/completions", BatchLines.OnOneLine(body)) { DroppedFields = left };
    }

    public BatchQuestion Write(EmbeddingCall call) => new("/v1/embeddings", BatchLines.OnOneLine(OpenAiProvider.EmbeddingBody(call)));

    public ProviderReply Read(ProviderCall call, BatchResult result)
    {
        ThrowIfFailed(result, call.Connection);
        return new ProviderReply(OpenAiWhole.Read(result.Body, call, PriceClass.Batch)) { UpstreamRequestId = result.RequestId };
    }

    public EmbeddingReply Read(EmbeddingCall call, BatchResult result)
    {
        ThrowIfFailed(result, call.Connection);
        return new EmbeddingReply(
            result.Body,
            OpenAiWhole.Scan(result.Body.Span).Usage with
            {
                Class = PriceClass.Batch,
            },
            result.RequestId
        );
    }

    static void ThrowIfFailed(BatchResult result, ProviderConnection connection)
    {
        if (result.Kind != BatchResultKind.Answer)
            throw UpstreamErrors.From(result.Status, UpstreamErrors.Parse(result.Body.Span), null, connection);
    }

    public async Task<string?> UploadAsync(ProviderConnection connection, BatchOrder order, CancellationToken ct)
    {
        var form = Form(connection);
        if (form.IsInline(order))
            return null;
        using var request = provider.Request(HttpMethod.Post, connection, form.UploadPath);
        request.Content = form.File(order);
        var (file, isReady) = OpenAiBatchForm.File(await AskAsync(request, connection, ct), connection);
        for (var looks = 0; !isReady && looks < MaxLooks; looks++)
        {
            await Task.Delay(BetweenLooks, http.Time, ct);
            using var look = provider.Request(HttpMethod.Get, connection, $"files/{Uri.EscapeDataString(file)}");
            isReady = OpenAiBatchForm.File(await AskAsync(look, connection, ct), connection).IsReady;
        }
        return isReady
            ? file
            : throw new UpstreamException(ErrorTable.UpstreamTimeout, Fault.Upstream, $"The provider did not make {file} ready in time.");
    }

    public async Task<ProviderBatch> CreateAsync(ProviderConnection connection, BatchOrder order, string? file, CancellationToken ct)
    {
        var form = Form(connection);
        using var request = provider.Request(HttpMethod.Post, connection, form.Path);
        request.Content = form.Order(order, file);
        return form.Batch(await AskAsync(request, connection, ct), connection);
    }

    public async Task<ProviderBatch> LookAsync(ProviderConnection connection, string batch, CancellationToken ct)
    {
        var form = Form(connection);
        using var request = provider.Request(HttpMethod.Get, connection, $"{form.Path}/{Uri.EscapeDataString(batch)}");
        return form.Batch(await AskAsync(request, connection, ct), connection);
    }

    public async Task CancelAsync(ProviderConnection connection, string batch, CancellationToken ct)
    {
        using var request = provider.Request(HttpMethod.Post, connection, $"{Form(connection).Path}/{Uri.EscapeDataString(batch)}/cancel");
        request.Content = WireHttp.Json("{}"u8.ToArray());
        await AskAsync(request, connection, ct);
    }

    public async Task<BatchSearch> FindAsync(ProviderConnection connection, BatchMark mark, CancellationToken ct)
    {
        var (form, since) = (Form(connection), mark with { Since = mark.Since - Skew });
        string? place = null;
        for (var page = 0; page < MaxPages; page++)
        {
            using var request = provider.Request(HttpMethod.Get, connection, form.ListPath(place));
            var found = form.Find(await AskAsync(request, connection, ct), connection, since, place, out var next);
            // A server that does not page repeats itself.
            if (found is not null || next is null || next == place)
                return new BatchSearch(found, false);
            place = next;
        }
        throw new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's list of batches never ends.");
    }

    public async Task<BatchResultReader> OpenAsync(ProviderConnection connection, string results, CancellationToken ct)
    {
        using var request = provider.Request(HttpMethod.Get, connection, $"files/{Uri.EscapeDataString(results)}/content");
        var deadline = new UpstreamDeadline(http.Time, null, ct);
        HttpResponseMessage? response = null;
        try
        {
            response = await provider.SendAsync(request, connection, deadline, ct);
            return new BatchResultReader(
                response,
                await response.Content.ReadAsStreamAsync(ct),
                connection,
                deadline,
                BatchResultLine.Read
            );
        }
        catch
        {
            response?.Dispose();
            deadline.Dispose();
            throw;
        }
    }

    async Task<ReadOnlyMemory<byte>> AskAsync(HttpRequestMessage request, ProviderConnection connection, CancellationToken ct)
    {
        using var deadline = new UpstreamDeadline(http.Time, null, ct);
        using var response = await provider.SendAsync(request, connection, deadline, ct);
        return await OpenAiAnswerBody.ReadAsync(response, connection, deadline, ct);
    }
}
