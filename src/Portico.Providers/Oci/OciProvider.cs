using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Oci;

/// <summary>
/// Oracle's OCI Generative AI: chat in its generic form and in Cohere's, embeddings, rerank, listing (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/), each
/// request signed by the API key of a user.
/// </summary>
sealed class OciProvider(UpstreamHttp http) : IChatProvider, IEmbeddingProvider, ISingleProvider, IModelLister
{
    const string Version = "20231130";
    const int PageSize = 500;
    const int MaxPages = 20;

    readonly WireHttp wire = new(http, OciErrors.ReadAsync);
    readonly ConditionalWeakTable<Secret, OciCredential> credentials = [];
    readonly ConcurrentDictionary<(Uri Base, string Action), Uri> addresses = new();

    public static ProviderFamily Family(UpstreamHttp http)
    {
        var provider = new OciProvider(http);
        return new ProviderFamily("oci", Dialect.Canonical, provider, provider, provider)
        {
            Singles = provider,
            CheckConnection = connection => OciCredential.Parse(connection.Credential).Problem,
        };
    }

    public async Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct)
    {
        var model = OciModel.Of(call.UpstreamModel);
        var credential = CredentialOf(call.Connection);
        var target = new ArrayBufferWriter<byte>(1024);
        var dropped =
            model.Format == OciFormat.Cohere
                ? OciCohereWriter.Write(target, call, model, credential.Compartment)
                : OciGenericWriter.Write(target, call, model, credential.Compartment);
        using var request = Post(call.Connection, "chat", target.WrittenMemory, credential);
        var seed = call.CallId.ToString();
        var reader = new ReplyReader((source, token) => BeginAsync(source, call.Connection, seed, token), body => Read(body, seed));
        var reply = await wire.ChatAsync(request, call, reader, ct);
        return reply with { DroppedFields = dropped };
    }

    static async Task<ModelEventStream> BeginAsync(UpstreamBytes source, ProviderConnection connection, string seed, CancellationToken ct)
    {
        var stream = new OciStream(source, connection, seed);
        try
        {
            await stream.PrimeAsync(ct);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    internal static WholeReply Read(ReadOnlyMemory<byte> body, string seed)
    {
        var events = new List<ModelEvent>();
        try
        {
            using var document = JsonDocument.Parse(body);
            new OciDecoder(seed).TakeAnswer(document.RootElement, events);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Malformed("The provider's answer is not one of OCI Generative AI.", e);
        }
        var completion = events[^1].Completion!;
        events.RemoveAt(events.Count - 1); // WholeReply adds the end
        return new WholeReply(events, completion);
    }

    public async Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct)
    {
        if (call.Request.TokenInputs.Count > 0)
            throw Refusals.CannotTake("input", "OCI Generative AI embeds texts; token ids are OpenAI's");
        var credential = CredentialOf(call.Connection);
        var vectors = new EmbeddingVectors();
        foreach (var batch in call.Request.Inputs.Chunk(OciEmbeddings.MaxBatch))
        {
            var body = OciEmbeddings.Write(call, batch, credential.Compartment);
            using var request = Post(call.Connection, "embedText", body, credential);
            OciEmbeddings.Take(await wire.AskAsync(request, call.Connection, ct), batch.Length, vectors);
        }
        return vectors.Reply(call, EmbeddingVectors.InputType);
    }

    public bool Serves(CallKind kind) => kind == CallKind.Rerank;

    public async Task<ProviderReply> AskAsync(SingleCall call, CancellationToken ct)
    {
        var asked = (RerankRequest)call.Request;
        var credential = CredentialOf(call.Connection);
        using var request = Post(call.Connection, "rerankText", OciRerank.Write(call, credential.Compartment), credential);
        var body = await wire.AskAsync(request, call.Connection, ct);
        return new ProviderReply(OciRerank.Read(body, asked)) { DroppedFields = RerankAnswer.LeftOut(call.Body, takesCut: true) };
    }

    public async Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct)
    {
        var credential = CredentialOf(connection);
        var models = new List<OfferedModel>();
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var address = Control(connection.BaseUrl, credential.Compartment, next);
            using var request = Signed(HttpMethod.Get, address, default, connection, credential);
            var (body, after) = await wire.AskPageAsync(request, connection, "opc-next-page", ct);
            try
            {
                using var document = JsonDocument.Parse(body);
                OciListing.Take(document.RootElement, http.Time.GetUtcNow(), models);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw Malformed($"{address.Host} does not list models as OCI Generative AI does.", e);
            }
            if (string.IsNullOrEmpty(after))
                return models.DistinctBy(m => m.Name).ToList();
            next = after;
        }
        throw Malformed($"{connection.BaseUrl.Host} never ends its list of models.");
    }

    /// <exception cref="UpstreamException">The credential cannot be used; the message says why.</exception>
    OciCredential CredentialOf(ProviderConnection connection)
    {
        var credential = credentials.GetValue(connection.Credential, OciCredential.Parse);
        return credential.Problem is { } problem
            ? throw new UpstreamException(ErrorTable.UpstreamCredential, Fault.Credential, $"Connection {connection.Id}: {problem}.")
            : credential;
    }

    HttpRequestMessage Post(ProviderConnection connection, string action, ReadOnlyMemory<byte> body, OciCredential credential)
    {
        var address = addresses.GetOrAdd(
            (connection.BaseUrl, action),
            static key => new Uri($"{Root(key.Base)}/{Version}/actions/{key.Action}")
        );
        return Signed(HttpMethod.Post, address, body, connection, credential);
    }

    HttpRequestMessage Signed(
        HttpMethod method,
        Uri address,
        ReadOnlyMemory<byte> body,
        ProviderConnection connection,
        OciCredential credential
    )
    {
        var request = WireHttp.Request(method, address, connection, "Authorization", "");
        if (method == HttpMethod.Post)
            request.Content = new ReadOnlyMemoryContent(body);
        OciSigner.Sign(request, body, credential, http.Time.GetUtcNow());
        return request;
    }

    /// <summary>The control plane has the name of the inference service without its first word; an address of one's own serves both.</summary>
    internal static Uri Control(Uri baseUrl, string compartment, string? page)
    {
        const string inference = "inference.";
        var root = new UriBuilder(Root(baseUrl));
        if (root.Host.StartsWith(inference + "generativeai", StringComparison.Ordinal))
            root.Host = root.Host[inference.Length..];
        var query = $"compartmentId={Uri.EscapeDataString(compartment)}&lifecycleState=ACTIVE&limit={PageSize}";
        if (page is not null)
            query += $"&page={Uri.EscapeDataString(page)}";
        return new Uri($"{root.Uri.ToString().TrimEnd('/')}/{Version}/models?{query}");
    }

    /// <summary>The configured address may end with the version.</summary>
    static string Root(Uri baseUrl)
    {
        var root = baseUrl.ToString().TrimEnd('/');
        return root.EndsWith("/" + Version, StringComparison.Ordinal) ? root[..^(Version.Length + 1)] : root;
    }

    internal static UpstreamException Malformed(string message, Exception? inner = null) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);
}
