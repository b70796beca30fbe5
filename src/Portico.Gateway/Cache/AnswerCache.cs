using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.OpenAi;

namespace Portico.Gateway.Cache;

/// <summary>A whole answer as it was given: frames copied, so that it replays byte for byte; what it would cost again.</summary>
sealed record CachedAnswer(
    ModelEvent[] Events,
    Dialect Dialect,
    bool IsWhole,
    string Model,
    string Provider,
    string Connection,
    string Deployment,
    Completion Completion
)
{
    public long Size { get; } = Events.Sum(e => 64L + e.Bytes.Length + (e.Text?.Length ?? 0) * 2);
}

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
        Add(hash, $"{plan.Route.Id}|{plan.Route.Version}|{call.ReplyDialect}|{call.Chat is null}");
        foreach (var candidate in plan.Candidates)
        {
            var d = candidate.Deployment;
            Add(hash, $"{d.DeploymentText}|{d.Deployment.Version}|{d.Model.Version}|{d.ConnectionText}|{d.Connection.Version}");
        }
        hash.AppendData((call.Body?.Bytes ?? Written(call)).Span);
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
                Request = call.Chat ?? throw new InvalidOperationException("Embeddings come with a body."),
                CallId = default,
            },
            OpenAiPresets.Find(null, "openai")
        );
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

/// <summary>Passes an answer on and keeps it when it ended well and is not too large.</summary>
sealed class RecordingReply(ModelEventStream inner, long maxBytes, Action<ModelEvent[], Completion> keep) : ModelEventStream
{
    readonly List<ModelEvent> seen = [];
    long size;

    public override ReadOnlyMemory<ModelEvent> Batch => inner.Batch;
    public override Dialect Dialect => inner.Dialect;
    public override bool IsWhole => inner.IsWhole;

    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (!await inner.ReadAsync(ct))
            return false;
        foreach (var e in inner.Batch.ToArray())
        {
            size += e.Bytes.Length + (e.Text?.Length ?? 0) * 2 + 64;
            if (size > maxBytes)
                continue;
            seen.Add(e.Bytes.IsEmpty ? e : e with { Bytes = e.Bytes.ToArray() });
            if (e is { Kind: ModelEventKind.Completed, Completion: { } completion })
                keep([.. seen], completion);
        }
        return true;
    }

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
