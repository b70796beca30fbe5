using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Anthropic;

/// <summary>
/// Anthropic and everything that speaks its Messages API (https://platform.claude.com/docs/en/api/messages). It has no embeddings.
/// </summary>
public sealed class AnthropicProvider(UpstreamHttp http) : IChatProvider, IInputCounter, IModelLister
{
    /// <summary>The largest page that the listing gives.</summary>
    const int PageSize = 1_000;
    const int MaxPages = 20;

    readonly AnthropicHttp wire = new(http);

    public static ProviderFamily Family(UpstreamHttp http)
    {
        var provider = new AnthropicProvider(http);
        return new ProviderFamily("anthropic", Dialect.AnthropicMessages, provider, null, provider)
        {
            Form = new ConnectionForm(
                "Anthropic",
                [new ServiceForm("Anthropic", BaseUrl: "https://api.anthropic.com") { Credentials = ["key"] }],
                [CredentialForm.Key("API key", "Of Anthropic's console.", "sk-ant-…")]
            ),
            InputCounter = provider,
            Batches = new AnthropicBatches(http),
            ClassAsked = ServiceTiers.AskedOfAnthropic,
        };
    }

    public async Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct)
    {
        var body = AnthropicBody.For(call);
        Refusals.Losses(call.RefusesLosses, body.Dropped);
        using var request = Post(call, "messages", body.Bytes);
        var deadline = new UpstreamDeadline(wire.Time, call.Connection.Timeouts.Overall, ct);
        HttpResponseMessage? response = null;
        var owned = false;
        try
        {
            response = await wire.SendAsync(request, call.Connection, deadline, ct);
            var isSse = ContentTypes.IsEventStream(response);
            if (isSse != call.Request.Stream)
                throw new UpstreamException(
                    ErrorTable.UpstreamMalformed,
                    Fault.Upstream,
                    call.Request.Stream
                        ? "The provider was asked for a stream and sent a plain answer."
                        : "The provider was asked for a plain answer and sent a stream."
                );
            var asFrames = call.WantsFrames(Dialect.AnthropicMessages);
            if (!isSse)
            {
                var answer = await AnthropicHttp.ReadBodyAsync(response, call.Connection, deadline, ct);
                return Reply(AnthropicAnswer.Read(answer, call.Connection, asFrames), response, body.Dropped);
            }
            var stream = new AnthropicStream(
                new UpstreamBytes(response, await response.Content.ReadAsStreamAsync(ct), call.Connection, deadline, ct),
                call.Connection,
                asFrames
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
            return Reply(stream, response, body.Dropped);
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

    /// <summary>https://platform.claude.com/docs/en/api/messages-count-tokens</summary>
    public async Task<InputCountReply> CountAsync(ProviderCall call, CancellationToken ct)
    {
        using var request = Post(call, "messages/count_tokens", AnthropicBody.ForCounting(call));
        using var deadline = new UpstreamDeadline(wire.Time, call.Connection.Timeouts.Overall, ct);
        using var response = await wire.SendAsync(request, call.Connection, deadline, ct);
        var body = await AnthropicHttp.ReadBodyAsync(response, call.Connection, deadline, ct);
        return new InputCountReply(body, TokensIn(body, call.Connection), AnthropicHttp.RequestId(response));
    }

    static long TokensIn(ReadOnlyMemory<byte> body, ProviderConnection connection)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("input_tokens"u8).GetInt64();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"{Where(connection)} does not count tokens as Anthropic does.",
                e
            );
        }
    }

    HttpRequestMessage Post(ProviderCall call, string path, ReadOnlyMemory<byte> body)
    {
        var request = wire.Request(HttpMethod.Post, call.Connection, path);
        if (call.AnthropicBeta is not null)
            request.Headers.TryAddWithoutValidation("anthropic-beta", call.AnthropicBeta);
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return request;
    }

    public async Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct)
    {
        using var deadline = new UpstreamDeadline(wire.Time, connection.Timeouts.Overall, ct);
        var models = new List<OfferedModel>();
        string? after = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var path = $"models?limit={PageSize}" + (after is null ? "" : $"&after_id={Uri.EscapeDataString(after)}");
            using var request = wire.Request(HttpMethod.Get, connection, path);
            using var response = await wire.SendAsync(request, connection, deadline, ct);
            var body = await AnthropicHttp.ReadBodyAsync(response, connection, deadline, ct);
            var next = TakePage(body, connection, models);
            // A server that does not page repeats itself.
            if (next is null || next == after)
                return models.DistinctBy(m => m.Name).ToList();
            after = next;
        }
        throw new UpstreamException(
            ErrorTable.UpstreamMalformed,
            Fault.Upstream,
            $"{Where(connection)} lists more than {MaxPages * PageSize} models or never ends its list."
        );
    }

    /// <summary>Adds the models of a page; gives the id behind which the next one begins, null after the last (https://platform.claude.com/docs/en/api/models-list).</summary>
    static string? TakePage(ReadOnlyMemory<byte> body, ProviderConnection connection, List<OfferedModel> models)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            foreach (var model in root.GetProperty("data"u8).EnumerateArray())
                if (AnthropicDecoder.Text(model, "id"u8) is { Length: > 0 } id)
                    models.Add(new OfferedModel(id, "anthropic", Tokens(model)));
            return root.TryGetProperty("has_more"u8, out var more) && more.ValueKind == JsonValueKind.True
                ? AnthropicDecoder.Text(root, "last_id"u8)
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"{Where(connection)} does not list models as Anthropic does.",
                e
            );
        }
    }

    static int? Tokens(JsonElement model) =>
        model.TryGetProperty("max_input_tokens"u8, out var v) && v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out var n) ? n : null;

    static string Where(ProviderConnection connection) => $"{connection.BaseUrl.Host}:{connection.BaseUrl.Port}";

    static ProviderReply Reply(ModelEventStream events, HttpResponseMessage response, IReadOnlyList<string> dropped) =>
        new(events)
        {
            UpstreamRequestId = AnthropicHttp.RequestId(response),
            Quota = UpstreamQuota.Of(response),
            DroppedFields = dropped,
        };
}
