using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>
/// OpenAI and everything that speaks its protocol. Azure OpenAI's v1 API (https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle)
/// is the same under another address and header; what else Azure has is in its own folder.
/// </summary>
public sealed class OpenAiProvider(UpstreamHttp http, bool azure) : IChatProvider, IEmbeddingProvider, IModelLister
{
    public static ProviderFamily Family(UpstreamHttp http)
    {
        var provider = new OpenAiProvider(http, azure: false);
        return new ProviderFamily("openai", Dialect.OpenAiChat, provider, provider, provider)
        {
            Form = OpenAiForm.Form,
            Singles = new OpenAiSingles(http, provider),
            Responses = new OpenAiResponses(http, provider),
            Batches = new OpenAiBatches(http, provider),
            ClassAsked = ServiceTiers.AskedOfOpenAi,
        };
    }

    public async Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct)
    {
        var preset = OpenAiPresets.Find(call.Connection.Preset, call.Connection.Family);
        using var request = Post(call.Connection, "chat/completions", OpenAiBody.For(call, preset, out var left));
        // Of the caller's own body nothing is lost: stream_options goes, and the usage that it asks for comes all the same.
        Refusals.Losses(call.RefusesLosses && call.Body is not { Dialect: Dialect.OpenAiChat }, left);
        var deadline = new UpstreamDeadline(http.Time, call.Connection.Timeouts.Overall, ct);
        HttpResponseMessage? response = null;
        var owned = false;
        try
        {
            response = await http.SendAsync(request, call.Connection, deadline, ct);
            if (!response.IsSuccessStatusCode)
                throw await ErrorOfAsync(response, call.Connection, deadline, ct);
            var isSse = ContentTypes.IsEventStream(response);
            if (isSse != call.Request.Stream)
                throw new UpstreamException(
                    ErrorTable.UpstreamMalformed,
                    Fault.Upstream,
                    call.Request.Stream
                        ? "The provider was asked for a stream and sent a plain answer."
                        : "The provider was asked for a plain answer and sent a stream."
                );
            if (!isSse)
                return Reply(
                    OpenAiWhole.Read(await OpenAiAnswerBody.ReadAsync(response, call.Connection, deadline, ct), call),
                    response,
                    left
                );
            var stream = new OpenAiStream(
                new UpstreamBytes(response, await response.Content.ReadAsStreamAsync(ct), call.Connection, deadline, ct),
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

    public async Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct)
    {
        using var request = Post(call.Connection, "embeddings", EmbeddingBody(call));
        using var deadline = new UpstreamDeadline(http.Time, call.Connection.Timeouts.Overall, ct);
        using var response = await SendAsync(request, call.Connection, deadline, ct);
        var body = await OpenAiAnswerBody.ReadAsync(response, call.Connection, deadline, ct);
        return new EmbeddingReply(body, OpenAiWhole.OfEmbeddings(body.Span, call.Connection), RequestId(response))
        {
            Quota = UpstreamQuota.Of(response),
        };
    }

    public async Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            Address(connection, OpenAiPresets.Find(connection.Preset, connection.Family).ListPath)
        );
        Authorize(request, connection);
        using var deadline = new UpstreamDeadline(http.Time, connection.Timeouts.Overall, ct);
        using var response = await SendAsync(request, connection, deadline, ct);
        var body = await OpenAiAnswerBody.ReadAsync(response, connection, deadline, ct);
        return OpenAiListing.Read(body, connection);
    }

    internal async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        var response = await http.SendAsync(request, connection, deadline, ct);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await ErrorOfAsync(response, connection, deadline, ct);
    }

    Task<UpstreamException> ErrorOfAsync(
        HttpResponseMessage response,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        deadline.Arm(connection.Timeouts.Idle);
        return UpstreamErrors.ReadAsync(response, connection, http.Time, deadline.Token, ct);
    }

    internal HttpRequestMessage Post(
        ProviderConnection connection,
        string path,
        ReadOnlyMemory<byte> body,
        string contentType = "application/json"
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Address(connection, path))
        {
            Content = new ReadOnlyMemoryContent(body),
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        Authorize(request, connection);
        return request;
    }

    /// <summary>A request to an address that is not worth keeping: it names a thing or a page.</summary>
    internal HttpRequestMessage Request(HttpMethod method, ProviderConnection connection, string path)
    {
        var request = new HttpRequestMessage(method, Built(connection, path)) { VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        Authorize(request, connection);
        return request;
    }

    void Authorize(HttpRequestMessage request, ProviderConnection connection)
    {
        if (connection.BaseUrl.Scheme == Uri.UriSchemeHttps)
            request.Version = System.Net.HttpVersion.Version20;
        if (!connection.Credential.IsEmpty)
        {
            if (azure)
                request.Headers.TryAddWithoutValidation("api-key", connection.Credential.Reveal());
            else
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + connection.Credential.Reveal());
        }
        foreach (var (name, value) in connection.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
    }

    readonly System.Collections.Concurrent.ConcurrentDictionary<(Uri Base, string Path), Uri> addresses = new();

    /// <summary>The configured address with the path behind it; Azure's may be given with or without /openai/v1.</summary>
    Uri Address(ProviderConnection connection, string path) =>
        addresses.TryGetValue((connection.BaseUrl, path), out var known)
            ? known
            : addresses[(connection.BaseUrl, path)] = Built(connection, path);

    Uri Built(ProviderConnection connection, string path)
    {
        // No configured address has a query: it is the version that Azure's dated API wants behind the path.
        var query = connection.BaseUrl.Query;
        var root = connection.BaseUrl.GetLeftPart(UriPartial.Path).TrimEnd('/');
        if (azure && query.Length == 0 && !root.EndsWith("/openai/v1", StringComparison.Ordinal))
            root += "/openai/v1";
        return new Uri($"{root}/{path}{query}");
    }

    internal static ReadOnlyMemory<byte> EmbeddingBody(EmbeddingCall call)
    {
        if (call.Body is { Dialect: Dialect.OpenAiEmbeddings } body)
            return OpenAiBody.Renamed(body, call.UpstreamModel);
        var target = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteString("model"u8, call.UpstreamModel);
        json.WriteStartArray("input"u8);
        foreach (var text in call.Request.Inputs)
            json.WriteStringValue(text);
        json.WriteEndArray();
        if (call.Request.Dimensions is { } dimensions)
            json.WriteNumber("dimensions"u8, dimensions);
        if (call.Request.EncodingFormat is { } format)
            json.WriteString("encoding_format"u8, format);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    static ProviderReply Reply(ModelEventStream events, HttpResponseMessage response, IReadOnlyList<string> left) =>
        new(events)
        {
            DroppedFields = left,
            UpstreamRequestId = RequestId(response),
            Quota = UpstreamQuota.Of(response),
        };

    internal static string? RequestId(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("x-request-id", out var values) ? values.ToString() : null;
}
