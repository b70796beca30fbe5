using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.OpenAi;

namespace Portico.Gateway.Cache;

/// <summary>A whole answer as it was given: frames copied, so that it replays byte for byte.</summary>
/// <param name="Events">All of them, the end included.</param>
/// <param name="Dialect">Of the frames.</param>
/// <param name="IsWhole">One body, no stream.</param>
/// <param name="DroppedFields">What of the request the provider had no word for: told again with every hit.</param>
/// <param name="Served">The record of the call that was answered: who served it and what it used.</param>
sealed record CachedAnswer(ModelEvent[] Events, Dialect Dialect, bool IsWhole, IReadOnlyList<string> DroppedFields, CachedFrom Served)
{
    /// <summary>What the bytes are, where the dialect does not say it.</summary>
    public string? ContentType { get; init; }

    /// <summary>What an entry takes beside its events: key, records, the cache's own nodes.</summary>
    const int Overhead = 1_024;

    public long Size { get; } = Overhead + Events.Sum(SizeOf);

    public static long SizeOf(ModelEvent e) =>
        128L
        + e.Bytes.Length
        + 2L
            * (
                (e.Text?.Length ?? 0)
                + (e.Signature?.Length ?? 0)
                + (e.Sealed?.Length ?? 0)
                + (e.ToolCall is { } t ? (t.Id?.Length ?? 0) + (t.Name?.Length ?? 0) + (t.Arguments?.Length ?? 0) : 0)
            );
}

/// <summary>Who gave a cached answer, and the tokens it was billed for.</summary>
sealed record CachedFrom(string? Model, string? Provider, string? ProviderFamily, string? ConnectionId, string? DeploymentId, Usage Usage);

/// <summary>Answers kept in this node's memory, bounded in bytes, each for the time its route allows.</summary>
sealed class AnswerCache(GatewayOptions options, TimeProvider time) : IDisposable
{
    readonly MemoryCache cache = new(
        new MemoryCacheOptions
        {
            SizeLimit = options.CacheMegabytes * 1024L * 1024,
            CompactionPercentage = 0.1,
            Clock = new Clock(time),
        }
    );

    public long MaxEntryBytes => options.CacheEntryKib * 1024L;

    public CachedAnswer? Find(string key) => cache.TryGetValue(key, out CachedAnswer? answer) ? answer : null;

    public void Keep(string key, CachedAnswer answer, TimeSpan life) =>
        cache.Set(key, answer, new MemoryCacheEntryOptions { Size = answer.Size, AbsoluteExpirationRelativeToNow = life });

    /// <summary>
    /// What an answer depends on: the workspace, the route in its version, everything that might serve in its version, the dialect, and the whole body as it
    /// is sent, so that no parameter that shapes the output can be forgotten.
    /// </summary>
    public static string KeyOf(ModelCall call)
    {
        var plan = call.Plan!;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, call.Caller.WorkspaceId);
        Add(hash, $"{plan.Route.Id}|{plan.Route.Version}|{call.ReplyDialect}|{call.Kind}{(call.DecodesAnswer ? "|decoded" : "")}");
        foreach (var candidate in plan.Candidates)
        {
            var d = candidate.Deployment;
            Add(hash, $"{d.DeploymentText}|{d.Deployment.Version}|{d.Model.Version}|{d.ConnectionText}|{d.Connection.Version}");
        }
        if (call.Options.AnthropicBeta is { } beta)
            Add(hash, $"anthropic-beta|{beta}");
        if (call.Body is not null)
            hash.AppendData(call.Body.Bytes.Span);
        // What was asked, and what is left of it or stands in it now.
        if (call.Body is null || call.BodyIsStale)
            hash.AppendData(Written(call).Span);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>A call from inside has no body: its canonical form as OpenAI would be sent it.</summary>
    static ReadOnlyMemory<byte> Written(ModelCall call)
    {
        var target = new ArrayBufferWriter<byte>(1_024);
        OpenAiChatWriter.Write(
            target,
            new ProviderCall
            {
                Connection = call.Plan!.Lead.ProviderConnection,
                UpstreamModel = call.RequestedModel,
                Request = call.Chat ?? throw new InvalidOperationException("Only chat comes without a body."),
                CallId = default,
            },
            OpenAiPresets.Find(null, "openai")
        );
        // Thinking of earlier turns has no word there and yet shapes the answer.
        foreach (var message in call.Chat.Messages)
        foreach (var part in message.Parts)
            if (part is ReasoningPart thought)
                Encoding.UTF8.GetBytes($"|{thought.Text}|{thought.Signature}|{thought.Sealed}", target);
        return target.WrittenMemory;
    }

    static void Add(IncrementalHash hash, string text)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData([0]);
    }

    public void Dispose() => cache.Dispose();

#pragma warning disable CS0618 // The clock of MemoryCache has no TimeProvider form; tests steer expiry through it.
    sealed class Clock(TimeProvider time) : Microsoft.Extensions.Internal.ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
#pragma warning restore CS0618
}

/// <summary>An answer from the cache: one batch.</summary>
sealed class CachedReply(CachedAnswer answer) : ModelEventStream
{
    bool read;

    public override ReadOnlyMemory<ModelEvent> Batch => read ? answer.Events : default;
    public override Dialect Dialect => answer.Dialect;
    public override bool IsWhole => answer.IsWhole;

    public override ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        var first = !read;
        read = true;
        return ValueTask.FromResult(first);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Passes an answer on and remembers it, up to a size.</summary>
sealed class RecordingReply(ModelEventStream inner, long maxBytes) : ModelEventStream
{
    readonly List<ModelEvent> seen = [];
    long size;

    public override ReadOnlyMemory<ModelEvent> Batch => inner.Batch;
    public override Dialect Dialect => inner.Dialect;
    public override bool IsWhole => inner.IsWhole;
    public override Usage ReportedUsage => inner.ReportedUsage;

    /// <summary>Everything that passed; null when it is too much.</summary>
    public ModelEvent[]? Seen => size > maxBytes ? null : [.. seen];

    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (!await inner.ReadAsync(ct))
            return false;
        if (size <= maxBytes)
            Remember(inner.Batch.Span);
        return true;
    }

    void Remember(ReadOnlySpan<ModelEvent> batch)
    {
        foreach (ref readonly var e in batch)
        {
            size += CachedAnswer.SizeOf(e);
            if (size > maxBytes)
            {
                seen.Clear();
                return;
            }
            seen.Add(e.Bytes.IsEmpty ? e : e with { Bytes = e.Bytes.ToArray() });
        }
    }

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
