using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Gemini;

/// <summary>The Gemini API (https://ai.google.dev/api), signed in by an API key.</summary>
sealed class GeminiProvider(UpstreamHttp http) : IChatProvider, IEmbeddingProvider, IModelLister
{
    const string KeyHeader = "x-goog-api-key";

    /// <summary>What stands before the version in the addresses of files that come and go (https://ai.google.dev/api/files).</summary>
    public const string Uploads = "upload/";
    public const string Downloads = "download/";

    /// <summary>The largest page that the listing gives.</summary>
    const int PageSize = 1_000;
    const int MaxPages = 20;

    readonly WireHttp wire = new(http, GoogleErrors.ReadAsync);

    public static ProviderFamily Family(UpstreamHttp http)
    {
        var provider = new GeminiProvider(http);
        return new ProviderFamily("gemini", Dialect.Canonical, provider, provider, provider)
        {
            ClassAsked = GoogleTiers.Asked,
            Batches = new GeminiBatches(http),
            Form = new ConnectionForm(
                "Google Gemini",
                [
                    new ServiceForm("Google Gemini API", BaseUrl: "https://generativelanguage.googleapis.com/v1beta")
                    {
                        Credentials = ["key"],
                    },
                ],
                [CredentialForm.Key("API key", "Of Google AI Studio.", "AIza…")]
            ),
        };
    }

    public async Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct)
    {
        var (body, dropped) = GeminiReplies.Body(call, GeminiHost.GeminiApi);
        using var request = Request(
            HttpMethod.Post,
            call.Connection,
            ModelPath(call.UpstreamModel) + GeminiReplies.Method(call.Request.Stream)
        );
        request.Content = WireHttp.Json(body);
        var reply = await wire.ChatAsync(request, call, GeminiReplies.Reader(call.Connection), ct);
        return reply with { DroppedFields = dropped };
    }

    public async Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct)
    {
        Refusals.Losses(call.RefusesLosses, EmbeddingVectors.LeftOut(call));
        var vectors = new EmbeddingVectors();
        foreach (var batch in GeminiEmbeddings.Texts(call).Chunk(GeminiEmbeddings.MaxBatch))
        {
            using var request = Request(HttpMethod.Post, call.Connection, ModelPath(call.UpstreamModel) + ":batchEmbedContents");
            request.Content = WireHttp.Json(GeminiEmbeddings.BatchBody(ModelPath(call.UpstreamModel), batch, call.Request.Dimensions));
            GeminiEmbeddings.TakeBatch(await wire.AskAsync(request, call.Connection, ct), batch.Length, vectors);
        }
        return vectors.Reply(call);
    }

    public async Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct)
    {
        var models = new List<OfferedModel>();
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var path = $"models?pageSize={PageSize}" + (next is null ? "" : $"&pageToken={Uri.EscapeDataString(next)}");
            using var request = Request(HttpMethod.Get, connection, path);
            var after = GeminiListing.TakeModels(await wire.AskAsync(request, connection, ct), connection, models);
            // A server that does not page repeats itself.
            if (after is null || after == next)
                return models.DistinctBy(m => m.Name).ToList();
            next = after;
        }
        throw GeminiListing.Endless(connection, MaxPages * PageSize);
    }

    internal static HttpRequestMessage Request(HttpMethod method, ProviderConnection connection, string path, string service = "") =>
        Request(method, connection, Address(connection.BaseUrl, path, service));

    internal static HttpRequestMessage Request(HttpMethod method, ProviderConnection connection, Uri address) =>
        WireHttp.Request(method, address, connection, KeyHeader, connection.Credential.Reveal());

    /// <summary>The configured address may be given with or without its version, before which the service stands.</summary>
    static Uri Address(Uri baseUrl, string path, string service)
    {
        var root = baseUrl.ToString().TrimEnd('/');
        if (baseUrl.AbsolutePath.Trim('/').Length == 0)
            return new Uri($"{root}/{service}v1beta/{path}");
        var version = root.LastIndexOf('/') + 1;
        return new Uri($"{root[..version]}{service}{root[version..]}/{path}");
    }

    /// <summary>models/… or tunedModels/…; a bare name is one of models.</summary>
    internal static string ModelPath(string name) =>
        !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '@')
        || name.Contains("..", StringComparison.Ordinal)
            ? throw Refusals.Wrong("upstream_model", $"is '{name}', which is no name of a Gemini model")
        : name.StartsWith("models/", StringComparison.Ordinal) || name.StartsWith("tunedModels/", StringComparison.Ordinal) ? name
        : "models/" + name;
}
