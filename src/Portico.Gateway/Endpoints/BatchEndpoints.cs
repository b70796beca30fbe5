using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Batches;
using Portico.Gateway.Files;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Endpoints;

/// <summary>OpenAI's batches. A key sees the batches of its workspace.</summary>
sealed class BatchEndpoints(KeptThings kept, BatchStore store, FileStore files, GatewayOptions options, TimeProvider time)
{
    const int DefaultPage = 20;
    const int MaxPage = 100;
    static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/batches", kept.Answers(AddAsync)).ExcludeFromDescription();
        app.MapGet("/v1/batches", kept.Answers(ListAsync)).ExcludeFromDescription();
        app.MapGet("/v1/batches/{id}", kept.Answers(GetAsync)).ExcludeFromDescription();
        app.MapPost("/v1/batches/{id}/cancel", kept.Answers(CancelAsync)).ExcludeFromDescription();
    }

    async Task<Action<Utf8JsonWriter>> AddAsync(HttpContext http, Caller caller)
    {
        var asked = BatchRequest.Read(await RequestBody.ReadAsync(http, isForm: false, options, http.RequestAborted));
        var file =
            await files.FindAsync(asked.InputFileId, caller.WorkspaceId, http.RequestAborted)
            ?? throw FileEndpoints.Missing(asked.InputFileId, "input_file_id");
        if (file.Purpose != FilePurpose.Batch)
            throw Json.Bad($"The file '{file.Id}' is for '{file.Purpose}'. Upload the lines with purpose batch.", "input_file_id");
        var now = time.GetUtcNow();
        var batch = new Batch
        {
            Id = BatchId.New(time).ToString(),
            WorkspaceId = caller.WorkspaceId,
            KeyId = caller.OwnerKeyId,
            PersonId = caller.PersonId,
            Endpoint = asked.Endpoint,
            InputFileId = file.Id,
            Metadata = asked.Metadata,
            OutputSeconds = asked.OutputSeconds ?? FileExpiry.Default(options),
            CreatedUs = Micros.Of(now),
            ExpiresUs = Micros.Of(now + Window),
        };
        await store.AddAsync(batch, options.WorkspaceBatches, null, http.RequestAborted);
        return batch.Write;
    }

    async Task<Action<Utf8JsonWriter>> ListAsync(HttpContext http, Caller caller)
    {
        var part = KeptThings.PartOf(http, DefaultPage, MaxPage);
        var found = await store.ListAsync(caller.WorkspaceId, ofMessages: false, part, http.RequestAborted);
        return json => KeptThings.WritePage(json, found, part.Limit, b => b.Id, b => b.Write(json));
    }

    async Task<Action<Utf8JsonWriter>> GetAsync(HttpContext http, Caller caller) => (await FindAsync(http, caller)).Write;

    async Task<Action<Utf8JsonWriter>> CancelAsync(HttpContext http, Caller caller)
    {
        var batch = await FindAsync(http, caller);
        var asked = await store.CancelAsync(batch.Id, caller.WorkspaceId, http.RequestAborted);
        batch = await FindAsync(http, caller);
        return asked || batch.Status == BatchStatus.Cancelling
            ? batch.Write
            : throw new PorticoException(ErrorTable.Conflict, $"A batch that is {batch.Status} cannot be cancelled.", "batch_id");
    }

    async Task<Batch> FindAsync(HttpContext http, Caller caller)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        return await store.FindAsync(id, caller.WorkspaceId, ofMessages: false, http.RequestAborted)
            ?? throw new PorticoException(ErrorTable.NotFound, $"There is no batch '{Json.Short(id)}'.", "batch_id");
    }
}

/// <summary>What is asked when a batch is made.</summary>
/// <param name="Metadata">JSON, as it came.</param>
sealed record BatchRequest(string InputFileId, string Endpoint, string? Metadata, long? OutputSeconds)
{
    const int MaxPairs = 16;
    const int MaxNameLength = 64;
    const int MaxValueLength = 512;

    /// <exception cref="PorticoException">A member is missing, wrong or unknown.</exception>
    public static BatchRequest Read(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new PorticoException(ErrorTable.InvalidJson, "The body must be a JSON object.");
        foreach (var member in root.EnumerateObject())
            if (member.Name is not ("input_file_id" or "endpoint" or "completion_window" or "metadata" or "output_expires_after"))
                throw Json.Bad($"'{Json.Short(member.Name)}' is not known here.", Json.Short(member.Name));
        var file = JsonMember.Needed(root, "input_file_id", "", 64);
        var endpoint = JsonMember.Needed(root, "endpoint", "", 64);
        if (!BatchCalls.Endpoints.Contains(endpoint, StringComparer.Ordinal))
            throw Json.Bad($"'endpoint' must be one of {string.Join(", ", BatchCalls.Endpoints)}.", "endpoint");
        if (JsonMember.Needed(root, "completion_window", "", 64) != "24h")
            throw Json.Bad("'completion_window' must be 24h.", "completion_window");
        var expiry = JsonMember.Object(root, "output_expires_after", "");
        return new BatchRequest(
            file,
            endpoint,
            MetadataOf(root),
            expiry is { } e
                ? FileExpiry.Read(JsonMember.Text(e, "anchor", "output_expires_after") ?? "", SecondsOf(e), "output_expires_after")
                : null
        );
    }

    static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw new PorticoException(ErrorTable.InvalidJson, "The body is not JSON.", inner: e);
        }
    }

    static long? SecondsOf(JsonElement expiry) =>
        JsonMember.Of(expiry, "seconds") is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var seconds)
            ? seconds
            : null;

    static string? MetadataOf(JsonElement root)
    {
        if (JsonMember.Object(root, "metadata", "") is not { } metadata)
            return null;
        var pairs = 0;
        foreach (var pair in metadata.EnumerateObject())
        {
            if (++pairs > MaxPairs)
                throw Json.Bad($"'metadata' may have {MaxPairs} members.", "metadata");
            if (
                pair.Name.Length > MaxNameLength
                || pair.Value.ValueKind != JsonValueKind.String
                || pair.Value.GetString()!.Length > MaxValueLength
            )
                throw Json.Bad(
                    $"'metadata' holds names of at most {MaxNameLength} and strings of at most {MaxValueLength} characters.",
                    "metadata"
                );
        }
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            metadata.WriteTo(json);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
