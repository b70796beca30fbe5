using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Cohere;

/// <summary>Cohere's second API: chat, embeddings, rerank, listing (https://docs.cohere.com/reference/about), signed in by a key.</summary>
sealed class CohereProvider(UpstreamHttp http) : IChatProvider, IEmbeddingProvider, ISingleProvider, IModelLister
{
    const int PageSize = 1_000;
    const int MaxPages = 20;

    /// <summary>Texts of one embeddings request (https://docs.cohere.com/reference/embed).</summary>
    const int MaxBatch = 96;

    readonly WireHttp wire = new(http, CohereErrors.ReadAsync);

    public static ProviderFamily Family(UpstreamHttp http)
    {
        var provider = new CohereProvider(http);
        return new ProviderFamily("cohere", Dialect.Canonical, provider, provider, provider)
        {
            Singles = provider,
            Form = new ConnectionForm(
                "Cohere",
                [new ServiceForm("Cohere", BaseUrl: "https://api.cohere.com") { Credentials = ["key"] }],
                [CredentialForm.Key("API key", "Of Cohere's dashboard.")]
            ),
        };
    }

    public async Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        var dropped = CohereChatWriter.Write(target, call);
        Refusals.Losses(call.RefusesLosses, dropped);
        using var request = Request(HttpMethod.Post, call.Connection, "v2/chat");
        request.Content = WireHttp.Json(target.WrittenMemory);
        var reply = await wire.ChatAsync(request, call, new ReplyReader(BeginAsync, Read), ct);
        return reply with { DroppedFields = dropped };
    }

    static async Task<ModelEventStream> BeginAsync(UpstreamBytes source, CancellationToken ct)
    {
        var stream = new CohereStream(source);
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

    internal static WholeReply Read(ReadOnlyMemory<byte> body)
    {
        var events = new List<ModelEvent>();
        try
        {
            using var document = JsonDocument.Parse(body);
            new CohereDecoder().TakeAnswer(document.RootElement, events);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Malformed("The provider's answer is not one of Cohere's chat API.", e);
        }
        var completion = events[^1].Completion!;
        events.RemoveAt(events.Count - 1); // WholeReply adds the end
        return new WholeReply(events, completion);
    }

    /// <summary>Texts are embedded as documents to be searched unless the body says input_type: OpenAI's form has no word for it, and Cohere wants one.</summary>
    public async Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct)
    {
        if (call.Request.TokenInputs.Count > 0)
            throw Refusals.CannotTake("input", "Cohere embeds texts; token ids are OpenAI's");
        Refusals.Losses(call.RefusesLosses, EmbeddingVectors.LeftOut(call, EmbeddingVectors.InputType));
        var vectors = new EmbeddingVectors();
        foreach (var batch in call.Request.Inputs.Chunk(MaxBatch))
        {
            using var request = Request(HttpMethod.Post, call.Connection, "v2/embed");
            request.Content = WireHttp.Json(EmbedBody(call, batch));
            TakeVectors(await wire.AskAsync(request, call.Connection, ct), batch.Length, vectors);
        }
        return vectors.Reply(call, EmbeddingVectors.InputType);
    }

    static ReadOnlyMemory<byte> EmbedBody(EmbeddingCall call, IReadOnlyList<string> texts)
    {
        var target = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteString("model"u8, call.UpstreamModel);
        json.WriteString("input_type"u8, EmbeddingVectors.InputTypeOf(call) ?? "search_document");
        json.WriteStartArray("texts"u8);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteStartArray("embedding_types"u8);
        json.WriteStringValue("float"u8);
        json.WriteEndArray();
        if (call.Request.Dimensions is { } size)
            json.WriteNumber("output_dimension"u8, size);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    static void TakeVectors(ReadOnlyMemory<byte> body, int asked, EmbeddingVectors into)
    {
        var before = into.Length;
        try
        {
            using var document = JsonDocument.Parse(body);
            foreach (var vector in document.RootElement.GetProperty("embeddings"u8).GetProperty("float"u8).EnumerateArray())
                into.Add(vector);
            var billed = CohereDecoder.Member(CohereDecoder.Member(document.RootElement, "meta"u8), "billed_units"u8);
            into.Count(billed.ValueKind == JsonValueKind.Object ? CohereDecoder.Count(billed, "input_tokens"u8) : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Malformed("The provider's answer does not hold embeddings as Cohere gives them.", e);
        }
        if (into.Length - before != asked)
            throw Malformed($"The provider gave {into.Length - before} embeddings for {asked} texts.", null);
    }

    public bool Serves(CallKind kind) => kind == CallKind.Rerank;

    /// <summary>
    /// The caller's body under the caller's version: https://docs.cohere.com/reference/rerank takes texts alone, https://docs.cohere.com/v1/reference/rerank
    /// documents with fields too.
    /// </summary>
    public async Task<ProviderReply> AskAsync(SingleCall call, CancellationToken ct)
    {
        var asked = (RerankRequest)call.Request;
        using var request = Request(HttpMethod.Post, call.Connection, $"v{asked.Version}/rerank");
        request.Content = WireHttp.Json(OpenAiBody.Renamed(call.Body, call.UpstreamModel));
        var body = await wire.AskAsync(request, call.Connection, ct);
        var facts = SingleFacts.ReadAnswer(CallKind.Rerank, body.Span, call.Connection);
        return new ProviderReply(new WholeReply(body, facts.ToCompletion(), Dialect.Single));
    }

    /// <summary>https://docs.cohere.com/reference/list-models.</summary>
    public async Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct)
    {
        var models = new List<OfferedModel>();
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var path = $"v1/models?page_size={PageSize}" + (next is null ? "" : $"&page_token={Uri.EscapeDataString(next)}");
            using var request = Request(HttpMethod.Get, connection, path);
            var after = TakeModels(await wire.AskAsync(request, connection, ct), connection, models);
            // A server that does not page repeats itself.
            if (after is null || after == next)
                return models.DistinctBy(m => m.Name).ToList();
            next = after;
        }
        throw Malformed($"{connection.BaseUrl.Host} lists more than {MaxPages * PageSize} models or never ends its list.", null);
    }

    static string? TakeModels(ReadOnlyMemory<byte> body, ProviderConnection connection, List<OfferedModel> models)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            foreach (var model in document.RootElement.GetProperty("models"u8).EnumerateArray())
                if (CohereDecoder.Text(model, "name"u8) is { Length: > 0 } name && Serves(model))
                    models.Add(
                        new OfferedModel(
                            name,
                            "cohere",
                            CohereDecoder.Count(model, "context_length"u8) is > 0 and var window ? (int)window : null
                        )
                    );
            return CohereDecoder.Text(document.RootElement, "next_page_token"u8) is { Length: > 0 } next ? next : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Malformed($"{connection.BaseUrl.Host} does not list models as Cohere does.", e);
        }
    }

    static bool Serves(JsonElement model) =>
        CohereDecoder.Member(model, "endpoints"u8) is { ValueKind: JsonValueKind.Array } endpoints
        && endpoints
            .EnumerateArray()
            .Any(e =>
                e.ValueKind == JsonValueKind.String && (e.ValueEquals("chat"u8) || e.ValueEquals("embed"u8) || e.ValueEquals("rerank"u8))
            );

    static UpstreamException Malformed(string message, Exception? inner) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);

    /// <summary>The configured address may end with one of the versions.</summary>
    static HttpRequestMessage Request(HttpMethod method, ProviderConnection connection, string path)
    {
        var root = connection.BaseUrl.ToString().TrimEnd('/');
        if (root.EndsWith("/v1", StringComparison.Ordinal) || root.EndsWith("/v2", StringComparison.Ordinal))
            root = root[..^3];
        var key = connection.Credential.IsEmpty ? "" : "Bearer " + connection.Credential.Reveal();
        return WireHttp.Request(method, new Uri($"{root}/{path}"), connection, "Authorization", key);
    }
}
