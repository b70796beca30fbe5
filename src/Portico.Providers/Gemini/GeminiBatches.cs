using System.Globalization;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Gemini;

/// <summary>
/// Batches of the Gemini API: lines as a file, an order at the address of their model, a file of results. Requests that go with the order are not used, since
/// every look at such a batch brings all its results. A batch is named after its step.
/// </summary>
sealed class GeminiBatches(UpstreamHttp http) : IBatchProvider
{
    const int PageSize = 100;
    const int MaxPages = 1_000;

    /// <summary>How often a file that the provider reads is looked at.</summary>
    const int MaxLooks = 120;
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    readonly WireHttp wire = new(http, GoogleErrors.ReadAsync);

    public string? Lacks(ProviderConnection connection) => null;

    public bool Takes(ProviderConnection connection, CallKind kind) => kind is CallKind.Chat or CallKind.Embeddings;

    /// <summary>A line embeds one text.</summary>
    public bool Fits(EmbeddingRequest request) => request is { Inputs.Count: 1, TokenInputs.Count: 0 };

    public BatchQuestion Write(ProviderCall call)
    {
        var (body, dropped) = GeminiReplies.Body(WithoutTier(call, out var tier), GeminiHost.GeminiApi);
        if (tier is not null)
            Refusals.Losses(call.RefusesLosses, [tier]);
        return new BatchQuestion(GeminiProvider.ModelPath(call.UpstreamModel) + ":batchGenerateContent", BatchLines.OnOneLine(body))
        {
            DroppedFields = tier is null ? dropped : [.. dropped, tier],
        };
    }

    /// <summary>The class of a batch is batch: no line is served at another.</summary>
    static ProviderCall WithoutTier(ProviderCall call, out string? left)
    {
        left = null;
        if (GoogleTiers.Word(call.Request) is null)
            return call;
        left = "service_tier";
        var extra = call.Request.Extra.Where(e => e.Key is not ("service_tier" or "serviceTier")).ToList();
        return call with { Request = call.Request with { Extra = extra } };
    }

    public BatchQuestion Write(EmbeddingCall call)
    {
        Refusals.Losses(call.RefusesLosses, EmbeddingVectors.LeftOut(call));
        return new BatchQuestion(
            GeminiProvider.ModelPath(call.UpstreamModel) + ":asyncBatchEmbedContent",
            GeminiEmbeddings.LineBody(GeminiEmbeddings.Texts(call)[0], call.Request.Dimensions)
        );
    }

    public ProviderReply Read(ProviderCall call, BatchResult result)
    {
        ThrowIfFailed(result, call.Connection);
        return new ProviderReply(GeminiAnswer.Read(result.Body, call.Connection, billed: PriceClass.Batch));
    }

    public EmbeddingReply Read(EmbeddingCall call, BatchResult result)
    {
        ThrowIfFailed(result, call.Connection);
        var vectors = new EmbeddingVectors();
        GeminiEmbeddings.TakeContent(result.Body, vectors);
        var reply = vectors.Reply(call);
        return reply with { Usage = reply.Usage with { Class = PriceClass.Batch } };
    }

    static void ThrowIfFailed(BatchResult result, ProviderConnection connection)
    {
        if (result.Kind != BatchResultKind.Answer)
            throw GoogleErrors.FromStatus(result.Body.Span, connection);
    }

    /// <summary>
    /// https://ai.google.dev/gemini-api/docs/files and https://ai.google.dev/gemini-api/docs/batch-api#input-file: what comes is told first, then it comes to the
    /// address that the answer names. It goes to the connection's own host whatever is named, as Google's clients do with another base address.
    /// </summary>
    public async Task<string?> UploadAsync(ProviderConnection connection, BatchOrder order, CancellationToken ct)
    {
        using var lines = new ItemsContent("application/jsonl", "", order.Items, ("{\"key\":\"", "\",\"request\":"), "}\n", "", "");
        using var start = GeminiProvider.Request(HttpMethod.Post, connection, "files", GeminiProvider.Uploads);
        start.Headers.TryAddWithoutValidation("X-Goog-Upload-Protocol", "resumable");
        start.Headers.TryAddWithoutValidation("X-Goog-Upload-Command", "start");
        start.Headers.TryAddWithoutValidation(
            "X-Goog-Upload-Header-Content-Length",
            lines.Headers.ContentLength!.Value.ToString(CultureInfo.InvariantCulture)
        );
        start.Headers.TryAddWithoutValidation("X-Goog-Upload-Header-Content-Type", "application/jsonl");
        start.Content = WireHttp.Json(GeminiBatchForm.FileHead(order.Step));
        var (_, named) = await wire.AskPageAsync(start, connection, "x-goog-upload-url", ct);
        if (!Uri.TryCreate(named, UriKind.Absolute, out var session))
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"{connection.BaseUrl.Host}:{connection.BaseUrl.Port} does not say where an upload goes as Google does."
            );
        using var upload = GeminiProvider.Request(
            HttpMethod.Post,
            connection,
            new Uri(new Uri(connection.BaseUrl.GetLeftPart(UriPartial.Authority)), session.PathAndQuery)
        );
        upload.Headers.TryAddWithoutValidation("X-Goog-Upload-Offset", "0");
        upload.Headers.TryAddWithoutValidation("X-Goog-Upload-Command", "upload, finalize");
        upload.Content = lines;
        var (file, isReady) = GeminiBatchForm.File(await wire.AskAsync(upload, connection, ct), connection);
        for (var looks = 0; !isReady && looks < MaxLooks; looks++)
        {
            await Task.Delay(BetweenLooks, http.Time, ct);
            using var look = GeminiProvider.Request(HttpMethod.Get, connection, file);
            isReady = GeminiBatchForm.File(await wire.AskAsync(look, connection, ct), connection).IsReady;
        }
        return isReady
            ? file
            : throw new UpstreamException(ErrorTable.UpstreamTimeout, Fault.Upstream, $"The provider did not make {file} ready in time.");
    }

    public async Task<ProviderBatch> CreateAsync(ProviderConnection connection, BatchOrder order, string? file, CancellationToken ct)
    {
        using var request = GeminiProvider.Request(HttpMethod.Post, connection, order.Endpoint);
        request.Content = WireHttp.Json(GeminiBatchForm.Order(order, file!));
        return GeminiBatchForm.Batch(await wire.AskAsync(request, connection, ct), connection);
    }

    public async Task<ProviderBatch> LookAsync(ProviderConnection connection, string batch, CancellationToken ct)
    {
        using var request = GeminiProvider.Request(HttpMethod.Get, connection, batch);
        return GeminiBatchForm.Batch(await wire.AskAsync(request, connection, ct), connection);
    }

    public async Task CancelAsync(ProviderConnection connection, string batch, CancellationToken ct)
    {
        using var request = GeminiProvider.Request(HttpMethod.Post, connection, batch + ":cancel");
        await wire.AskAsync(request, connection, ct);
    }

    /// <summary>The order of the list is not documented, so that every page is read.</summary>
    public async Task<BatchSearch> FindAsync(ProviderConnection connection, BatchMark mark, CancellationToken ct)
    {
        string? after = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var path = $"batches?pageSize={PageSize}" + (after is null ? "" : $"&pageToken={Uri.EscapeDataString(after)}");
            using var request = GeminiProvider.Request(HttpMethod.Get, connection, path);
            var found = GeminiBatchForm.Find(await wire.AskAsync(request, connection, ct), connection, mark.Step, out var next);
            // A server that does not page repeats itself.
            if (found is not null || next is null || next == after)
                return new BatchSearch(found, false);
            after = next;
        }
        throw new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider's list of batches never ends.");
    }

    public async Task<BatchResultReader> OpenAsync(ProviderConnection connection, string results, CancellationToken ct)
    {
        using var request = GeminiProvider.Request(HttpMethod.Get, connection, results + ":download?alt=media", GeminiProvider.Downloads);
        var deadline = new UpstreamDeadline(http.Time, null, ct);
        HttpResponseMessage? response = null;
        try
        {
            response = await wire.SendAsync(request, connection, deadline, ct);
            return new BatchResultReader(
                response,
                await response.Content.ReadAsStreamAsync(ct),
                connection,
                deadline,
                GeminiBatchForm.Result
            );
        }
        catch
        {
            response?.Dispose();
            deadline.Dispose();
            throw;
        }
    }
}
