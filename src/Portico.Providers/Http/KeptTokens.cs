using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Portico.Core.Chat;

namespace Portico.Providers.Http;

/// <summary>
/// Access tokens, one for each credential, kept until shortly before they expire. One exchange at a time: callers that come meanwhile wait for it, or go on
/// with the old token while that is valid. A caller that leaves does not end an exchange that others wait for.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="exchange">Gets a token for the credential of a connection.</param>
/// <param name="name">The name of an identity that is not in the credential alone, null = it is.</param>
sealed class KeptTokens(
    TimeProvider time,
    Func<ProviderConnection, Task<(string Token, TimeSpan Life)>> exchange,
    Func<ProviderConnection, string?> name
)
{
    /// <summary>Credentials remembered; beyond it the cache starts anew. Each costs about two kilobytes.</summary>
    const int MaxSources = 1_000;

    // The hash of a credential is worth keeping: it is asked for in every call.
    readonly ConditionalWeakTable<Secret, string> hashes = [];
    readonly ConcurrentDictionary<string, KeptToken> sources = new(StringComparer.Ordinal);

    /// <summary>A token that is valid now.</summary>
    /// <exception cref="UpstreamException">There is none; the message says why and what to do.</exception>
    public ValueTask<string> GetAsync(ProviderConnection connection, CancellationToken ct) => Source(connection).GetAsync(connection, ct);

    /// <summary>Runs a request with a token; with a new one once more when the provider no longer takes it.</summary>
    public async Task<T> WithTokenAsync<T>(ProviderConnection connection, Func<string, Task<T>> use, CancellationToken ct)
    {
        var token = await GetAsync(connection, ct);
        try
        {
            return await use(token);
        }
        catch (UpstreamException e) when (e.Status == 401)
        {
            Source(connection).Forget(token);
        }
        return await use(await GetAsync(connection, ct));
    }

    KeptToken Source(ProviderConnection connection)
    {
        if (sources.Count > MaxSources)
            sources.Clear();
        var known = name(connection) ?? HashOf(connection.Credential);
        return sources.TryGetValue(known, out var kept) ? kept : sources.GetOrAdd(known, _ => new KeptToken(time, exchange));
    }

    string HashOf(Secret credential) =>
        hashes.GetValue(credential, static s => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(s.Reveal()))));
}

/// <summary>The token of one credential.</summary>
sealed class KeptToken(TimeProvider time, Func<ProviderConnection, Task<(string Token, TimeSpan Life)>> exchange)
{
    /// <summary>From this long before its end a token is renewed, while it still serves.</summary>
    static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    /// <summary>Behind a renewal that failed, while the old token serves: who gives tokens is not asked by every call.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>From this long before its end it no longer serves: a request takes its time to arrive, and clocks differ.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    readonly Lock gate = new();
    string? token;
    DateTimeOffset end;
    DateTimeOffset failed = DateTimeOffset.MinValue;
    Task<string>? running;

    public ValueTask<string> GetAsync(ProviderConnection connection, CancellationToken ct)
    {
        Task<string> renewal;
        lock (gate)
        {
            var now = time.GetUtcNow();
            var left = end - now;
            if (token is not null && (left > RenewBefore || (left > Margin && now - failed < Pause)))
                return ValueTask.FromResult(token);
            if (running is null or { IsCompleted: true })
                running = Task.Run(() => RenewAsync(connection), CancellationToken.None);
            if (token is not null && left > Margin)
                return ValueTask.FromResult(token);
            renewal = running;
        }
        return new ValueTask<string>(renewal.WaitAsync(ct));
    }

    /// <summary>It was refused: the next caller asks for another, unless one is there already.</summary>
    public void Forget(string refused)
    {
        lock (gate)
            if (token == refused)
                token = null;
    }

    async Task<string> RenewAsync(ProviderConnection connection)
    {
        try
        {
            var (fresh, life) = await exchange(connection);
            lock (gate)
            {
                token = fresh;
                end = time.GetUtcNow() + life;
            }
            return fresh;
        }
        catch
        {
            lock (gate)
                failed = time.GetUtcNow();
            throw;
        }
    }
}
