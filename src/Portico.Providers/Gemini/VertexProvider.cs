using Portico.Core.Chat;
using Portico.Providers.Aws;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Gemini;

/// <summary>
/// Vertex AI (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference): project and location stand in the connection's address, the
/// credential is the key of a service account or a configuration of federation, and the model's name tells who published it and so which protocol it speaks.
/// </summary>
sealed class VertexProvider : IChatProvider, IEmbeddingProvider, IModelLister
{
    const string TokenHeader = "Authorization";
    const int PageSize = 200;
    const int MaxPages = 50;

    /// <summary>Requests of one embeddings call that run side by side, for models that take one text in each.</summary>
    const int MaxParallel = 8;

    /// <summary>https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/batch-prediction-gemini</summary>
    const string NoBatches =
        "batches of Vertex AI are read from and written to a bucket or a table of the customer's own, which Portico has no access to; the Gemini API (family gemini) takes them from a caller";

    static readonly string[] ListedPublishers = ["google", "anthropic"];

    readonly WireHttp wire;
    readonly GoogleTokens tokens;
    readonly OpenAiProvider openAi;

    VertexProvider(UpstreamHttp http, AwsAmbient aws, Uri metadata, Uri? trusted)
    {
        wire = new WireHttp(http, GoogleErrors.ReadAsync);
        tokens = new GoogleTokens(http, aws, metadata, trusted);
        openAi = new OpenAiProvider(http, azure: false);
    }

    public static ProviderFamily Family(UpstreamHttp http) =>
        Family(http, GoogleTokens.MetadataServer, null, Environment.GetEnvironmentVariable);

    /// <param name="http">The way out.</param>
    /// <param name="metadata">Where the identity of the machine is asked for.</param>
    /// <param name="trusted">An origin that counts as Google's own, null = *.googleapis.com alone.</param>
    /// <param name="environment">The value of a variable of this node, or null.</param>
    internal static ProviderFamily Family(UpstreamHttp http, Uri metadata, Uri? trusted, Func<string, string?> environment)
    {
        var provider = new VertexProvider(http, new AwsAmbient(http, environment), metadata, trusted);
        return new ProviderFamily("vertex", Dialect.Canonical, provider, provider, provider)
        {
            CheckConnection = provider.Problem,
            Form = VertexForm.Form,
            ClassAsked = GoogleTiers.Asked,
            LackOfBatches = NoBatches,
        };
    }

    string? Problem(ProviderConnection connection) => VertexAddress.Problem(connection.BaseUrl) ?? tokens.Problem(connection);

    public Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct)
    {
        var target = VertexTarget.Of(call.UpstreamModel);
        var address = VertexAddress.Of(call.Connection);
        return target.Protocol switch
        {
            VertexProtocol.Anthropic => ChatWithClaudeAsync(call, target, address, ct),
            VertexProtocol.OpenAi => ChatWithOpenModelAsync(call, target, address, ct),
            _ => ChatWithGeminiAsync(call, target, address, ct),
        };
    }

    async Task<ProviderReply> ChatWithGeminiAsync(ProviderCall call, VertexTarget target, VertexAddress address, CancellationToken ct)
    {
        var (body, dropped) = GeminiReplies.Body(call, GeminiHost.Vertex);
        var path = target.Path + GeminiReplies.Method(call.Request.Stream);
        if (GoogleTiers.Word(call.Request) is { } tier && GoogleTiers.OfConnection(call.Connection) is null)
            call = call with
            {
                Connection = call.Connection with { Headers = [.. call.Connection.Headers, new(GoogleTiers.AskedHeader, tier)] },
            };
        var reply = await SendAsync(call, address.Under(path), body, GeminiReplies.Reader(call.Connection), ct);
        return reply with { DroppedFields = dropped };
    }

    async Task<ProviderReply> ChatWithClaudeAsync(ProviderCall call, VertexTarget target, VertexAddress address, CancellationToken ct)
    {
        var body = VertexAnthropic.Body(call with { UpstreamModel = target.Name });
        var path = target.Path + VertexAnthropic.Method(call.Request.Stream);
        if (call.AnthropicBeta is { } beta)
            call = call with { Connection = call.Connection with { Headers = [.. call.Connection.Headers, new("anthropic-beta", beta)] } };
        var reply = await SendAsync(call, address.Under(path), body.Bytes, VertexAnthropic.Reader(call), ct);
        return reply with { DroppedFields = body.Dropped };
    }

    Task<ProviderReply> ChatWithOpenModelAsync(ProviderCall call, VertexTarget target, VertexAddress address, CancellationToken ct) =>
        tokens.WithTokenAsync(
            call.Connection,
            token =>
                openAi.ChatAsync(
                    call with
                    {
                        UpstreamModel = target.Name,
                        Connection = Signed(call.Connection, token) with
                        {
                            BaseUrl = address.Under(target.Path),
                            Preset = OpenAiPresets.Vertex.Name,
                        },
                    },
                    ct
                ),
            ct
        );

    Task<ProviderReply> SendAsync(ProviderCall call, Uri address, ReadOnlyMemory<byte> body, ReplyReader reader, CancellationToken ct) =>
        tokens.WithTokenAsync(
            call.Connection,
            async token =>
            {
                using var request = Request(HttpMethod.Post, address, call.Connection, token);
                request.Content = WireHttp.Json(body);
                return await wire.ChatAsync(request, call with { Connection = Signed(call.Connection, token) }, reader, ct);
            },
            ct
        );

    public async Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct)
    {
        var target = VertexTarget.Of(call.UpstreamModel);
        if (target.Protocol != VertexProtocol.Gemini)
            throw Refusals.CannotTake("model", "only Google's own models give embeddings on Vertex AI");
        var address = VertexAddress.Of(call.Connection);
        var texts = GeminiEmbeddings.Texts(call);
        var size = call.Request.Dimensions;
        Refusals.Losses(call.RefusesLosses, EmbeddingVectors.LeftOut(call));
        var vectors = new EmbeddingVectors();
        if (!target.Name.StartsWith("gemini-embedding-", StringComparison.Ordinal))
        {
            foreach (var batch in texts.Chunk(GeminiEmbeddings.MaxBatch))
            {
                var body = await AskAsync(
                    call.Connection,
                    address.Under(target.Path + ":predict"),
                    GeminiEmbeddings.PredictBody(batch, size),
                    ct
                );
                GeminiEmbeddings.TakePredictions(body, batch.Length, vectors);
            }
            return vectors.Reply(call);
        }
        foreach (var batch in texts.Chunk(MaxParallel))
        foreach (var one in await Task.WhenAll(batch.Select(text => EmbedOneAsync(call.Connection, target, address, text, size, ct))))
            vectors.Add(one);
        return vectors.Reply(call);
    }

    /// <summary>The first model of the line takes one text in each predict; later ones have embedContent in its place.</summary>
    async Task<EmbeddingVectors> EmbedOneAsync(
        ProviderConnection connection,
        VertexTarget target,
        VertexAddress address,
        string text,
        int? size,
        CancellationToken ct
    )
    {
        var vectors = new EmbeddingVectors();
        if (target.Name == "gemini-embedding-001")
            GeminiEmbeddings.TakePredictions(
                await AskAsync(connection, address.Under(target.Path + ":predict"), GeminiEmbeddings.PredictBody([text], size), ct),
                1,
                vectors
            );
        else
            GeminiEmbeddings.TakeContent(
                await AskAsync(connection, address.Under(target.Path + ":embedContent"), GeminiEmbeddings.ContentBody(text, size), ct),
                vectors
            );
        return vectors;
    }

    Task<ReadOnlyMemory<byte>> AskAsync(ProviderConnection connection, Uri address, ReadOnlyMemory<byte> body, CancellationToken ct) =>
        tokens.WithTokenAsync(
            connection,
            async token =>
            {
                using var request = Request(HttpMethod.Post, address, connection, token);
                request.Content = WireHttp.Json(body);
                return await wire.AskAsync(request, Signed(connection, token), ct);
            },
            ct
        );

    /// <summary>The catalogue of publishers whose models are listed; what a project may call is not told there.</summary>
    public async Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct)
    {
        var address = VertexAddress.Of(connection);
        var models = new List<OfferedModel>();
        foreach (var publisher in ListedPublishers)
            await ListAsync(connection, address, publisher, models, ct);
        return models.DistinctBy(m => m.Name).ToList();
    }

    async Task ListAsync(
        ProviderConnection connection,
        VertexAddress address,
        string publisher,
        List<OfferedModel> models,
        CancellationToken ct
    )
    {
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var more = next is null ? "" : $"&pageToken={Uri.EscapeDataString(next)}";
            var from = new Uri($"{address.Origin}/v1beta1/publishers/{publisher}/models?pageSize={PageSize}{more}");
            var body = await tokens.WithTokenAsync(
                connection,
                async token =>
                {
                    using var request = Request(HttpMethod.Get, from, connection, token);
                    // The list belongs to no project: the one that pays for the asking is named.
                    request.Headers.TryAddWithoutValidation("x-goog-user-project", address.Project);
                    return await wire.AskAsync(request, Signed(connection, token), ct);
                },
                ct
            );
            var after = GeminiListing.TakePublisherModels(body, connection, models);
            if (after is null || after == next)
                return;
            next = after;
        }
        throw GeminiListing.Endless(connection, MaxPages * PageSize);
    }

    static HttpRequestMessage Request(HttpMethod method, Uri address, ProviderConnection connection, string token) =>
        WireHttp.Request(method, address, connection, TokenHeader, "Bearer " + token);

    /// <summary>The connection with the token as what must not appear in a message.</summary>
    static ProviderConnection Signed(ProviderConnection connection, string token) => connection with { Credential = new Secret(token) };
}
