using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>Batches of OpenAI and of services of its form: a file of lines, an order for it, and files of results.</summary>
sealed class OpenAiBatches(UpstreamHttp http, OpenAiProvider provider) : IBatchProvider
{
    const int PageSize = 100;
    const int MaxPages = 100;

    /// <summary>How often a file that the provider reads is looked at.</summary>
    const int MaxLooks = 120;
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Clocks differ.</summary>
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    static OpenAiBatchService? ServiceOf(ProviderConnection connection) => OpenAiPresets.Find(connection.Preset, connection.Family).Batches;

    public string? Lacks(ProviderConnection connection) =>
        ServiceOf(connection) is null ? $"Portico does not know batches of the service '{connection.Preset}'" : null;

    public bool Takes(ProviderConnection connection, CallKind kind) =>
        ServiceOf(connection) is { } service && (kind == CallKind.Chat || (service.Embeds && kind == CallKind.Embeddings));

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
        using var request = provider.Request(HttpMethod.Post, connection, "files");
        request.Content = FileOf(order, ServiceOf(connection) is { FilesExpire: true });
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

    /// <summary>https://platform.openai.com/docs/api-reference/files/create: purpose, expires_after and the file, as a form.</summary>
    static ItemsContent FileOf(BatchOrder order, bool expires)
    {
        var boundary = $"portico-{order.Step}";
        string Field(string name, string value) => $"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";
        var fields = Field("purpose", "batch");
        if (expires)
            fields +=
                Field("expires_after[anchor]", "created_at")
                + Field("expires_after[seconds]", OpenAiBatchForm.FileSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new ItemsContent(
            $"multipart/form-data; boundary={boundary}",
            $"{fields}--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{order.Step}.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n",
            order.Items,
            ("{\"custom_id\":\"", $"\",\"method\":\"POST\",\"url\":\"{order.Endpoint}\",\"body\":"),
            "}\n",
            "",
            $"\r\n--{boundary}--\r\n"
        );
    }

    public async Task<ProviderBatch> CreateAsync(ProviderConnection connection, BatchOrder order, string? file, CancellationToken ct)
    {
        using var request = provider.Request(HttpMethod.Post, connection, "batches");
        request.Content = WireHttp.Json(OpenAiBatchForm.Order(order, file!, ServiceOf(connection) is { FilesExpire: true }));
        return OpenAiBatchForm.Batch(await AskAsync(request, connection, ct), connection);
    }

    public async Task<ProviderBatch> LookAsync(ProviderConnection connection, string batch, CancellationToken ct)
    {
        using var request = provider.Request(HttpMethod.Get, connection, $"batches/{Uri.EscapeDataString(batch)}");
        return OpenAiBatchForm.Batch(await AskAsync(request, connection, ct), connection);
    }

    public async Task CancelAsync(ProviderConnection connection, string batch, CancellationToken ct)
    {
        using var request = provider.Request(HttpMethod.Post, connection, $"batches/{Uri.EscapeDataString(batch)}/cancel");
        request.Content = WireHttp.Json("{}"u8.ToArray());
        await AskAsync(request, connection, ct);
    }

    public async Task<BatchSearch> FindAsync(ProviderConnection connection, BatchMark mark, CancellationToken ct)
    {
        var since = mark with { Since = mark.Since - Skew };
        string? after = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var path = $"batches?limit={PageSize}" + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}");
            using var request = provider.Request(HttpMethod.Get, connection, path);
            var found = OpenAiBatchForm.Find(await AskAsync(request, connection, ct), connection, since, out var next);
            // A server that does not page repeats itself.
            if (found is not null || next is null || next == after)
                return new BatchSearch(found, false);
            after = next;
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
                OpenAiBatchForm.Result
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
