using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Anthropic;

/// <summary>
/// Anthropic's message batches (https://platform.claude.com/docs/en/build-with-claude/batch-processing): the requests go with the order, the results come as
/// lines. A batch bears no mark. One whose making was not seen to its end is looked for among those of its size and time: one that has ended shows by the
/// custom_ids of its results whose it is, one that runs leaves it open until then.
/// </summary>
sealed class AnthropicBatches(UpstreamHttp http) : IBatchProvider
{
    const int PageSize = 100;
    const int MaxPages = 100;

    /// <summary>Clocks differ.</summary>
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    readonly AnthropicHttp wire = new(http);

    public string? Lacks(ProviderConnection connection) => null;

    public bool Takes(ProviderConnection connection, CallKind kind) => kind == CallKind.Chat;

    public BatchQuestion Write(ProviderCall call)
    {
        var body = AnthropicBody.For(call);
        return new BatchQuestion("/v1/messages", BatchLines.OnOneLine(body.Bytes))
        {
            AnthropicBeta = call.AnthropicBeta,
            DroppedFields = body.Dropped,
        };
    }

    public ProviderReply Read(ProviderCall call, BatchResult result) =>
        result.Kind == BatchResultKind.Answer
            ? new ProviderReply(
                AnthropicAnswer.Read(result.Body, call.Connection, call.WantsFrames(Dialect.AnthropicMessages), PriceClass.Batch)
            )
            : throw AnthropicErrors.FromBody(result.Body.Span, call.Connection);

    public Task<string?> UploadAsync(ProviderConnection connection, BatchOrder order, CancellationToken ct) =>
        Task.FromResult<string?>(null);

    public async Task<ProviderBatch> CreateAsync(ProviderConnection connection, BatchOrder order, string? file, CancellationToken ct)
    {
        using var request = wire.Request(HttpMethod.Post, connection, "messages/batches");
        if (order.AnthropicBeta is not null)
            request.Headers.TryAddWithoutValidation("anthropic-beta", order.AnthropicBeta);
        request.Content = new ItemsContent(
            "application/json",
            "{\"requests\":[",
            order.Items,
            ("{\"custom_id\":\"", "\",\"params\":"),
            "}",
            ",",
            "]}"
        );
        return AnthropicBatchForm.Batch(await AskAsync(request, connection, ct), connection);
    }

    public async Task<ProviderBatch> LookAsync(ProviderConnection connection, string batch, CancellationToken ct)
    {
        using var request = wire.Request(HttpMethod.Get, connection, PathOf(batch), keepsAddress: false);
        return AnthropicBatchForm.Batch(await AskAsync(request, connection, ct), connection);
    }

    public async Task CancelAsync(ProviderConnection connection, string batch, CancellationToken ct)
    {
        using var request = wire.Request(HttpMethod.Post, connection, PathOf(batch) + "/cancel", keepsAddress: false);
        await AskAsync(request, connection, ct);
    }

    static string PathOf(string batch) => $"messages/batches/{Uri.EscapeDataString(batch)}";

    public async Task<BatchSearch> FindAsync(ProviderConnection connection, BatchMark mark, CancellationToken ct)
    {
        var isUndecided = false;
        string? after = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var path = $"messages/batches?limit={PageSize}" + (after is null ? "" : $"&after_id={Uri.EscapeDataString(after)}");
            using var request = wire.Request(HttpMethod.Get, connection, path, keepsAddress: false);
            var body = await AskAsync(request, connection, ct);
            var candidates = AnthropicBatchForm.Candidates(body, connection, mark, mark.Since - Skew, out var next);
            foreach (var candidate in candidates)
            {
                if (candidate.State == ProviderBatchState.Running)
                    isUndecided = true;
                else if (await IsOfAsync(connection, candidate, mark.Step, ct))
                    return new BatchSearch(candidate, false);
            }
            // A server that does not page repeats itself.
            if (next is null || next == after)
                return new BatchSearch(null, isUndecided);
            after = next;
        }
        throw new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's list of batches never ends.");
    }

    async Task<bool> IsOfAsync(ProviderConnection connection, ProviderBatch candidate, string step, CancellationToken ct)
    {
        try
        {
            await using var results = await OpenAsync(connection, candidate.Results[0], ct);
            return await results.ReadAsync(ct) is { } first && first.CustomId.StartsWith(step + "-", StringComparison.Ordinal);
        }
        catch (UpstreamException e) when (e.Fault is Fault.Caller or Fault.Model)
        {
            // Its results are gone: it is older than any step that waits.
            return false;
        }
    }

    public async Task<BatchResultReader> OpenAsync(ProviderConnection connection, string results, CancellationToken ct)
    {
        using var request = wire.Request(HttpMethod.Get, connection, results, keepsAddress: false);
        var deadline = new UpstreamDeadline(http.Time, null, ct);
        HttpResponseMessage? response = null;
        try
        {
            response = await wire.SendAsync(request, connection, deadline, ct);
            var stream = await response.Content.ReadAsStreamAsync(ct);
            return new BatchResultReader(response, stream, connection, deadline, AnthropicBatchForm.Result);
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
        using var response = await wire.SendAsync(request, connection, deadline, ct);
        return await AnthropicHttp.ReadBodyAsync(response, connection, deadline, ct);
    }
}
