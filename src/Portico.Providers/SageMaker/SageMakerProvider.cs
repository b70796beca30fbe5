using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;
using Portico.Providers.Aws;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Providers.SageMaker;

/// <summary>
/// Endpoints of Amazon SageMaker whose containers (TGI, LMI, vLLM) speak OpenAI's chat completions, and containers of embeddings: InvokeEndpoint and
/// InvokeEndpointWithResponseStream (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Operations_Amazon_SageMaker_Runtime.html). A deployment names its endpoint,
/// see <see cref="SageMakerTarget"/>.
/// </summary>
sealed class SageMakerProvider(UpstreamHttp http, AwsAuth auth) : IChatProvider, IEmbeddingProvider, IModelLister
{
    const string Service = "sagemaker";
    const string Json = "application/json";
    const int MaxPages = 50;

    static readonly OpenAiPreset Named = new(Service, "");
    internal static readonly OpenAiPreset Unnamed = Named with { LeavesModelOut = true };

    readonly AwsHttp wire = new(http, auth, SageMakerErrors.ReadAsync);

    public static ProviderFamily Family(UpstreamHttp http, AwsAuth auth)
    {
        var provider = new SageMakerProvider(http, auth);
        return new ProviderFamily("sagemaker", Dialect.OpenAiChat, provider, provider, provider)
        {
            CheckConnection = AwsAuth.Problem,
            Form = AwsForms.Of(
                "Amazon SageMaker",
                "The runtime of a region: https://runtime.sagemaker.REGION.amazonaws.com. One connection serves all endpoints there.",
                takesApiKey: false
            ),
        };
    }

    public async Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct)
    {
        var target = SageMakerTarget.Of(call.UpstreamModel);
        var named = target.Model is null ? call : call with { UpstreamModel = target.Model };
        var body = OpenAiBody.For(named, target.Model is null ? Unnamed : Named, out var left);
        Refusals.Losses(call.RefusesLosses, left);
        var streamed = call.Request.Stream;
        var deadline = new UpstreamDeadline(wire.Time, call.Connection.Timeouts.Overall, ct);
        HttpResponseMessage? response = null;
        var owned = false;
        try
        {
            response = await wire.SendAsync(Ask(target, call.Connection, body, streamed), call.Connection, deadline, ct);
            if (response.Content.Headers.ContentType?.MediaType == EventStream.MediaType != streamed)
                throw Malformed(
                    streamed
                        ? "The endpoint was asked for a stream and sent a plain answer."
                        : "The endpoint was asked for a plain answer and sent a stream."
                );
            if (!streamed)
                return Reply(Whole(await AnthropicHttp.ReadBodyAsync(response, call.Connection, deadline, ct), call), response, left);
            var parts = new PayloadParts(await response.Content.ReadAsStreamAsync(ct), call.Connection);
            var stream = new OpenAiStream(
                new UpstreamBytes(response, parts, call.Connection, deadline, ct),
                call.Connection,
                asFrames: call.WantsFrames(Dialect.OpenAiChat),
                stripUsage: !call.Request.IncludeUsage
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
            return Reply(stream, response, left);
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

    static AwsAsk Ask(SageMakerTarget target, ProviderConnection connection, ReadOnlyMemory<byte> body, bool streamed) =>
        new(HttpMethod.Post, target.Address(connection.BaseUrl, streamed), body, streamed ? EventStream.MediaType : Json, Service)
        {
            Headers = target.Headers,
        };

    /// <summary>A container that was built without the chat schema answers in one of its own.</summary>
    internal static WholeReply Whole(ReadOnlyMemory<byte> body, ProviderCall call) =>
        body.Span.IndexOf("\"choices\""u8) >= 0 || body.Span.IndexOf("\"error\""u8) >= 0
            ? OpenAiWhole.Read(body, call)
            : throw Malformed(
                "The endpoint's container does not answer as chat completions do. Deploy the model with a container of TGI, LMI or vLLM that takes messages."
            );

    public async Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct)
    {
        var target = SageMakerTarget.Of(call.UpstreamModel);
        Refusals.Losses(call.RefusesLosses, EmbeddingVectors.LeftOut(call));
        using var deadline = new UpstreamDeadline(wire.Time, call.Connection.Timeouts.Overall, ct);
        using var response = await wire.SendAsync(
            Ask(target, call.Connection, SageMakerEmbeddings.Write(call), streamed: false),
            call.Connection,
            deadline,
            ct
        );
        var body = await AnthropicHttp.ReadBodyAsync(response, call.Connection, deadline, ct);
        var vectors = SageMakerEmbeddings.Read(body, call.Request.Inputs.Count);
        return vectors.Reply(call) with { UpstreamRequestId = AwsHttp.RequestId(response) };
    }

    public async Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct)
    {
        var listing = new SageMakerListing();
        await ListAsync("ListEndpoints", listing.TakeEndpoints, connection, ct);
        await ListAsync("ListInferenceComponents", listing.TakeComponents, connection, ct);
        return listing.Models;
    }

    async Task ListAsync(string operation, Func<JsonElement, string?> take, ProviderConnection connection, CancellationToken ct)
    {
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            using var deadline = new UpstreamDeadline(wire.Time, connection.Timeouts.Overall, ct);
            var address = SageMakerTarget.Control(connection.BaseUrl);
            var ask = new AwsAsk(HttpMethod.Post, address, SageMakerListing.Ask(next), "*/*", Service)
            {
                ContentType = "application/x-amz-json-1.1",
                Headers = [new(AwsSigner.Target, $"SageMaker.{operation}")],
            };
            using var response = await wire.SendAsync(ask, connection, deadline, ct);
            var body = await AnthropicHttp.ReadBodyAsync(response, connection, deadline, ct);
            try
            {
                using var document = JsonDocument.Parse(body);
                next = take(document.RootElement);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw Malformed($"{address.Host} does not answer {operation} as SageMaker does.", e);
            }
            if (next is null)
                return;
        }
        throw Malformed($"{connection.BaseUrl.Host} never ends its answer to {operation}.");
    }

    internal static UpstreamException Malformed(string message, Exception? inner = null) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);

    static ProviderReply Reply(ModelEventStream events, HttpResponseMessage response, IReadOnlyList<string> left) =>
        new(events) { UpstreamRequestId = AwsHttp.RequestId(response), DroppedFields = left };
}
