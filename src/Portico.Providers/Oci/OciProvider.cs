using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Oci;

/// <summary>
/// Oracle's OCI Generative AI: chat in its generic form and in both of Cohere's, embeddings, rerank, listing (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/), each
/// request signed by the API key of a user, or by the principal that the node is.
/// </summary>
sealed class OciProvider(UpstreamHttp http, OciPrincipals principals) : IChatProvider, IEmbeddingProvider, ISingleProvider, IModelLister
{
    const string Version = "20231130";
    const int PageSize = 500;
    const int MaxPages = 20;

    readonly WireHttp wire = new(http, OciErrors.ReadAsync);
    readonly ConditionalWeakTable<Secret, OciCredential> credentials = [];
    readonly ConcurrentDictionary<(Uri Base, string Action), Uri> addresses = new();

    public static ProviderFamily Family(UpstreamHttp http) => Family(http, Environment.GetEnvironmentVariable, OciPlaces.Oracle);

    /// <param name="http">The way out.</param>
    /// <param name="environment">The value of a variable of this node, or null.</param>
    /// <param name="places">Where the node's identity is asked for.</param>
    internal static ProviderFamily Family(UpstreamHttp http, Func<string, string?> environment, OciPlaces places)
    {
        var provider = new OciProvider(http, new OciPrincipals(http, environment, places));
        return new ProviderFamily("oci", Dialect.Canonical, provider, provider, provider)
        {
            Singles = provider,
            Form = OciForm.Form,
            CheckConnection = connection => OciCredential.Parse(connection.Credential).Problem,
        };
    }

    public Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct) =>
        SignedInAsync(
            call.Connection,
            async identity =>
            {
                var model = OciModel.Of(call.UpstreamModel);
                var target = new ArrayBufferWriter<byte>(1024);
                var dropped = model.Format switch
                {
                    OciFormat.Cohere => OciCohereWriter.Write(target, call, model, identity.Compartment),
                    OciFormat.CohereV2 => OciCohereV2Writer.Write(target, call, model, identity.Compartment),
                    _ => OciGenericWriter.Write(target, call, model, identity.Compartment),
                };
                Refusals.Losses(call.RefusesLosses, dropped);
                using var request = Post(call.Connection, "chat", target.WrittenMemory, identity);
                var seed = call.CallId.ToString();
                var reader = new ReplyReader((source, token) => BeginAsync(source, call.Connection, seed, token), body => Read(body, seed));
                var reply = await wire.ChatAsync(request, call, reader, ct);
                return reply with { DroppedFields = dropped };
            },
            ct
        );

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

    public Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct)
    {
        if (call.Request.TokenInputs.Count > 0)
            throw Refusals.CannotTake("input", "OCI Generative AI embeds texts; token ids are OpenAI's");
        Refusals.Losses(call.RefusesLosses, EmbeddingVectors.LeftOut(call, EmbeddingVectors.InputType));
        return SignedInAsync(
            call.Connection,
            async identity =>
            {
                var vectors = new EmbeddingVectors();
                foreach (var batch in call.Request.Inputs.Chunk(OciEmbeddings.MaxBatch))
                {
                    var body = OciEmbeddings.Write(call, batch, identity.Compartment);
                    using var request = Post(call.Connection, "embedText", body, identity);
                    OciEmbeddings.Take(await wire.AskAsync(request, call.Connection, ct), batch.Length, vectors);
                }
                return vectors.Reply(call, EmbeddingVectors.InputType);
            },
            ct
        );
    }

    public bool Serves(CallKind kind) => kind == CallKind.Rerank;

    public Task<ProviderReply> AskAsync(SingleCall call, CancellationToken ct) =>
        SignedInAsync(
            call.Connection,
            async identity =>
            {
                Refusals.Losses(call.RefusesLosses, RerankAnswer.LeftOut(call.Body, takesCut: true));
                using var request = Post(call.Connection, "rerankText", OciRerank.Write(call, identity.Compartment), identity);
                var body = await wire.AskAsync(request, call.Connection, ct);
                return new ProviderReply(OciRerank.Read(body, (RerankRequest)call.Request))
                {
                    DroppedFields = RerankAnswer.LeftOut(call.Body, takesCut: true),
                };
            },
            ct
        );

    public Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct) =>
        SignedInAsync<IReadOnlyList<OfferedModel>>(
            connection,
            async identity =>
            {
                var listing = new OciListing(http.Time.GetUtcNow());
                await ListAsync("models", listing.TakeModels, connection, identity, ct);
                try
                {
                    await ListAsync("endpoints", listing.TakeEndpoints, connection, identity, ct);
                }
                catch (UpstreamException e) when (e.Status is 404)
                {
                    // Who may see models and no endpoints has none to call; Oracle says so by this status.
                }
                return listing.Models;
            },
            ct
        );

    async Task ListAsync(string what, Action<JsonElement> take, ProviderConnection connection, OciIdentity identity, CancellationToken ct)
    {
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var address = Control(connection.BaseUrl, what, identity.Compartment, next);
            using var request = Signed(HttpMethod.Get, address, default, connection, identity);
            var (body, after) = await wire.AskPageAsync(request, connection, "opc-next-page", ct);
            try
            {
                using var document = JsonDocument.Parse(body);
                take(document.RootElement);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw Malformed($"{address.Host} does not list {what} as OCI Generative AI does.", e);
            }
            if (string.IsNullOrEmpty(after))
                return;
            next = after;
        }
        throw Malformed($"{connection.BaseUrl.Host} never ends its list of {what}.");
    }

    /// <summary>Runs a request in the name of a connection; where the node's own session is refused, once more with another.</summary>
    /// <exception cref="UpstreamException">The credential cannot be used; the message says why.</exception>
    async Task<T> SignedInAsync<T>(ProviderConnection connection, Func<OciIdentity, Task<T>> use, CancellationToken ct)
    {
        var credential = credentials.GetValue(connection.Credential, OciCredential.Parse);
        if (credential.Problem is { } problem)
            throw new UpstreamException(ErrorTable.UpstreamCredential, Fault.Credential, $"Connection {connection.Id}: {problem}.");
        if (credential.Key is { } key)
            return await use(new OciIdentity(key, credential.Compartment!));
        var identity = await IdentityAsync(credential, connection, ct);
        try
        {
            return await use(identity);
        }
        catch (UpstreamException e) when (e.Status == 401)
        {
            principals.Forget(identity.Key);
        }
        return await use(await IdentityAsync(credential, connection, ct));
    }

    async ValueTask<OciIdentity> IdentityAsync(OciCredential credential, ProviderConnection connection, CancellationToken ct)
    {
        var session = await principals.GetAsync(credential.Principal, connection, ct);
        var compartment =
            credential.Compartment
            ?? session.Compartment
            ?? session.Tenancy
            ?? throw OciPrincipals.Refused(
                connection,
                "the token of this node's principal tells no compartment. Give the credential a compartment_id"
            );
        return new OciIdentity(session.Key, compartment);
    }

    HttpRequestMessage Post(ProviderConnection connection, string action, ReadOnlyMemory<byte> body, OciIdentity identity)
    {
        var address = addresses.GetOrAdd(
            (connection.BaseUrl, action),
            static key => new Uri($"{Root(key.Base)}/{Version}/actions/{key.Action}")
        );
        return Signed(HttpMethod.Post, address, body, connection, identity);
    }

    HttpRequestMessage Signed(
        HttpMethod method,
        Uri address,
        ReadOnlyMemory<byte> body,
        ProviderConnection connection,
        OciIdentity identity
    )
    {
        var request = WireHttp.Request(method, address, connection, "Authorization", "");
        if (method == HttpMethod.Post)
            request.Content = new ReadOnlyMemoryContent(body);
        OciSigner.Sign(request, body, identity.Key, http.Time.GetUtcNow());
        return request;
    }

    /// <summary>The control plane has the name of the inference service without its first word; an address of one's own serves both.</summary>
    internal static Uri Control(Uri baseUrl, string what, string compartment, string? page)
    {
        const string inference = "inference.";
        var root = new UriBuilder(Root(baseUrl));
        if (root.Host.StartsWith(inference + "generativeai", StringComparison.Ordinal))
            root.Host = root.Host[inference.Length..];
        var query = $"compartmentId={Uri.EscapeDataString(compartment)}&lifecycleState=ACTIVE&limit={PageSize}";
        if (page is not null)
            query += $"&page={Uri.EscapeDataString(page)}";
        return new Uri($"{root.Uri.ToString().TrimEnd('/')}/{Version}/{what}?{query}");
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
