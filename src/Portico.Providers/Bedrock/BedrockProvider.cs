using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;
using Portico.Providers.Aws;
using Portico.Providers.Http;

namespace Portico.Providers.Bedrock;

/// <summary>
/// Amazon Bedrock: Converse and ConverseStream for chat, InvokeModel for embeddings, Rerank of the runtime of agents, requests signed or with an API key
/// (https://docs.aws.amazon.com/bedrock/latest/APIReference/welcome.html).
/// </summary>
sealed class BedrockProvider(UpstreamHttp http, AwsAuth auth) : IChatProvider, IEmbeddingProvider, ISingleProvider, IModelLister
{
    const string Service = "bedrock";
    const string Json = "application/json";
    const int MaxPages = 20;

    /// <summary>Requests of one embeddings call that are under way together.</summary>
    const int Together = 8;

    readonly AwsHttp wire = new(http, auth);
    readonly BedrockAddresses addresses = new();

    public static ProviderFamily Family(UpstreamHttp http, AwsAuth auth)
    {
        var provider = new BedrockProvider(http, auth);
        return new ProviderFamily("bedrock", Dialect.Canonical, provider, provider, provider)
        {
            Singles = provider,
            CheckConnection = AwsAuth.Problem,
            Form = AwsForms.Of(
                "Amazon Bedrock",
                "The runtime of a region: https://bedrock-runtime.REGION.amazonaws.com, its FIPS or VPC address.",
                takesApiKey: true
            ),
            ClassAsked = ServiceTiers.AskedOfBedrock,
        };
    }

    public async Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        var dropped = BedrockChatWriter.Write(target, call);
        Refusals.Losses(call.RefusesLosses, dropped);
        var streamed = call.Request.Stream;
        var deadline = new UpstreamDeadline(wire.Time, call.Connection.Timeouts.Overall, ct);
        HttpResponseMessage? response = null;
        var owned = false;
        try
        {
            response = await wire.SendAsync(
                HttpMethod.Post,
                addresses.Of(call.Connection.BaseUrl, call.UpstreamModel, streamed ? "converse-stream" : "converse"),
                target.WrittenMemory,
                streamed ? EventStream.MediaType : Json,
                Service,
                call.Connection,
                deadline,
                ct
            );
            if (response.Content.Headers.ContentType?.MediaType == EventStream.MediaType != streamed)
                throw Malformed(
                    streamed
                        ? "The provider was asked for a stream and sent a plain answer."
                        : "The provider was asked for a plain answer and sent a stream."
                );
            if (!streamed)
                return Reply(Whole(await AnthropicHttp.ReadBodyAsync(response, call.Connection, deadline, ct)), response, dropped);
            var stream = new BedrockStream(
                new UpstreamBytes(response, await response.Content.ReadAsStreamAsync(ct), call.Connection, deadline, ct),
                call.Connection
            );
            owned = true;
            try
            {
                await stream.PrimeAsync(ct);
            }
            catch
            {
                await stream.DisposeAsync();
                throw;
            }
            return Reply(stream, response, dropped);
        }
        finally
        {
            if (!owned)
            {
                response?.Dispose();
                deadline.Dispose();
            }
        }
    }

    /// <summary>A plain answer (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax).</summary>
    internal static WholeReply Whole(ReadOnlyMemory<byte> body)
    {
        var events = new List<ModelEvent>();
        try
        {
            using var document = JsonDocument.Parse(body);
            if (!new BedrockDecoder().TakeWhole(document.RootElement, events))
                throw Malformed("The provider's answer is not one of Converse.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Malformed("The provider's answer is not one of Converse.", e);
        }
        var completion = events[^1].Completion!;
        events.RemoveAt(events.Count - 1); // WholeReply adds the end
        return new WholeReply(events, completion);
    }

    public async Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct)
    {
        Refusals.Losses(call.RefusesLosses, EmbeddingVectors.LeftOut(call, BedrockEmbeddings.Taken(call)));
        var requests = call.Request.Inputs.Chunk(BedrockEmbeddings.TextsPerRequest(call)).ToList();
        var answers = new List<Embedded>(requests.Count);
        foreach (var group in requests.Chunk(Together))
            answers.AddRange(await Task.WhenAll(group.Select(texts => EmbedAsync(call, texts, ct))));
        long? tokens = answers.Sum(a => a.Tokens ?? 0);
        if (answers.Exists(a => a.Tokens is null))
            tokens = null;
        var body = BedrockEmbeddings.Answer(call, answers.SelectMany(a => a.Vectors).ToList(), tokens);
        var usage = tokens is { } count ? new Usage { Input = count, Source = UsageSource.Reported } : default;
        return new EmbeddingReply(body, usage, answers.LastOrDefault()?.RequestId)
        {
            DroppedFields = EmbeddingVectors.LeftOut(call, BedrockEmbeddings.Taken(call)),
        };
    }

    async Task<Embedded> EmbedAsync(EmbeddingCall call, string[] texts, CancellationToken ct)
    {
        using var deadline = new UpstreamDeadline(wire.Time, call.Connection.Timeouts.Overall, ct);
        using var response = await wire.SendAsync(
            HttpMethod.Post,
            addresses.Of(call.Connection.BaseUrl, call.UpstreamModel, "invoke"),
            BedrockEmbeddings.Write(call, texts),
            Json,
            Service,
            call.Connection,
            deadline,
            ct
        );
        var body = await AnthropicHttp.ReadBodyAsync(response, call.Connection, deadline, ct);
        try
        {
            using var document = JsonDocument.Parse(body);
            var (vectors, tokens) = BedrockEmbeddings.Read(document.RootElement);
            if (vectors.Count != texts.Length)
                throw new JsonException($"{vectors.Count} vectors for {texts.Length} texts.");
            // Cohere's count stands in a header only.
            tokens ??= long.TryParse(
                AwsHttp.Header(response, "x-amzn-bedrock-input-token-count"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var told
            )
                ? told
                : null;
            return new Embedded(vectors.Select(v => v.Clone()).ToList(), tokens, AwsHttp.RequestId(response));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Malformed("The provider's answer holds no embeddings as this model gives them.", e);
        }
    }

    public bool Serves(CallKind kind) => kind == CallKind.Rerank;

    public async Task<ProviderReply> AskAsync(SingleCall call, CancellationToken ct)
    {
        var asked = (RerankRequest)call.Request;
        Refusals.Losses(call.RefusesLosses, RerankAnswer.LeftOut(call.Body, BedrockRerank.TakesCut(call.UpstreamModel)));
        var region = auth.RegionForKeys(call.Connection, "Rerank");
        var address = BedrockAddresses.Agents(call.Connection.BaseUrl, "rerank");
        var ranks = new List<Rank>(asked.Documents.Count);
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            using var deadline = new UpstreamDeadline(wire.Time, call.Connection.Timeouts.Overall, ct);
            var body = BedrockRerank.Write(call, region, next);
            using var response = await wire.SendAsync(HttpMethod.Post, address, body, Json, Service, call.Connection, deadline, ct);
            try
            {
                using var document = JsonDocument.Parse(await AnthropicHttp.ReadBodyAsync(response, call.Connection, deadline, ct));
                next = BedrockRerank.Take(document.RootElement, ranks);
                if (next is null)
                    return new ProviderReply(RerankAnswer.Of(ranks, asked, AwsHttp.RequestId(response), null))
                    {
                        UpstreamRequestId = AwsHttp.RequestId(response),
                        DroppedFields = RerankAnswer.LeftOut(call.Body, BedrockRerank.TakesCut(call.UpstreamModel)),
                    };
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw Malformed("The provider's answer does not rank documents as Bedrock does.", e);
            }
        }
        throw Malformed("The provider never ends its list of ranks.");
    }

    public async Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct)
    {
        var listing = new BedrockListing();
        try
        {
            using (var models = await ListAsync("foundation-models", connection, ct))
                listing.TakeFoundationModels(models.RootElement);
            string? next = null;
            for (var page = 0; page < MaxPages; page++)
            {
                var path = "inference-profiles?maxResults=1000" + (next is null ? "" : $"&nextToken={Uri.EscapeDataString(next)}");
                using var profiles = await ListAsync(path, connection, ct);
                next = listing.TakeProfiles(profiles.RootElement);
                if (next is null)
                    return listing.Models;
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Malformed($"{connection.BaseUrl.Host}:{connection.BaseUrl.Port} does not list models as Bedrock does.", e);
        }
        throw Malformed($"{connection.BaseUrl.Host}:{connection.BaseUrl.Port} never ends its list of inference profiles.");
    }

    async Task<JsonDocument> ListAsync(string path, ProviderConnection connection, CancellationToken ct)
    {
        using var deadline = new UpstreamDeadline(wire.Time, connection.Timeouts.Overall, ct);
        var address = BedrockAddresses.Control(connection.BaseUrl, path);
        using var response = await wire.SendAsync(HttpMethod.Get, address, default, Json, Service, connection, deadline, ct);
        return JsonDocument.Parse(await AnthropicHttp.ReadBodyAsync(response, connection, deadline, ct));
    }

    static UpstreamException Malformed(string message, Exception? inner = null) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);

    static ProviderReply Reply(ModelEventStream events, HttpResponseMessage response, IReadOnlyList<string> dropped) =>
        new(events) { UpstreamRequestId = AwsHttp.RequestId(response), DroppedFields = dropped };

    sealed record Embedded(IReadOnlyList<JsonElement> Vectors, long? Tokens, string? RequestId);
}
