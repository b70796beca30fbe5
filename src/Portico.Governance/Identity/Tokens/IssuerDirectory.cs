using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Portico.Governance.Identity.Tokens;

/// <summary>What an issuer says of itself, and its keys.</summary>
/// <param name="Metadata">Its discovery document.</param>
/// <param name="Keys">Those that sign.</param>
/// <param name="ReadAt">When both were read.</param>
/// <param name="IssuerTime">Its clock then, as its answer told it; null when it did not.</param>
sealed record IssuerDocuments(JsonElement Metadata, IReadOnlyList<JsonWebKey> Keys, DateTimeOffset ReadAt, DateTimeOffset? IssuerTime)
{
    public string? Address(string name) => Claims.Text(Metadata, name);
}

/// <summary>
/// Issuers found by their address (https://openid.net/specs/openid-connect-discovery-1_0.html), each read once and again when it is an hour old or signs with a key that is
/// not known. While one does not answer, what was read from it in the last day goes on.
/// </summary>
sealed class IssuerDirectory(IssuerHttp http, TimeProvider time)
{
    const string WellKnown = "/.well-known/openid-configuration";
    const int MaxKeys = 100;
    static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    static readonly TimeSpan Good = TimeSpan.FromDays(1);

    /// <summary>
    /// Between two reads that unknown keys ask for: tokens of strangers must not make this node ask all the time. Other reads do not count: keys may change between the
    /// beginning of a sign-in, which read them, and its end.
    /// </summary>
    public static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(30);

    /// <summary>From the end of one that failed: whoever waited for it meanwhile does not wait for the same again.</summary>
    static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<(string Issuer, bool AllowSpecial), Slot> slots = new();

    sealed class Slot
    {
        public readonly SemaphoreSlim Turn = new(1, 1);
        public volatile IssuerDocuments? Read;
        public string? Failure;
        public DateTimeOffset FailedAt;

        /// <summary>When an unknown key last made this node read.</summary>
        public DateTimeOffset ReadForKeyAt;
    }

    /// <summary>What is known now, without asking; null when nothing is, or it is too old to be used unasked.</summary>
    public IssuerDocuments? Known(string issuer, bool allowSpecial) =>
        slots.TryGetValue((issuer, allowSpecial), out var slot) && slot.Read is { } read && read.ReadAt + Fresh > time.GetUtcNow()
            ? read
            : null;

    /// <exception cref="IssuerAwayException">It does not answer, or not as an issuer does, and nothing of the last day is known.</exception>
    public ValueTask<IssuerDocuments> FindAsync(string issuer, bool allowSpecial, CancellationToken ct) =>
        Known(issuer, allowSpecial) is { } known
            ? ValueTask.FromResult(known)
            : new ValueTask<IssuerDocuments>(ReadAsync(issuer, allowSpecial, null, ct));

    /// <summary>Reads anew because of a key that is not there, unless that was done a moment ago.</summary>
    /// <exception cref="IssuerAwayException">As above.</exception>
    public Task<IssuerDocuments> FindNewerAsync(string issuer, bool allowSpecial, IssuerDocuments than, CancellationToken ct) =>
        ReadAsync(issuer, allowSpecial, than, ct);

    /// <summary>Reads now, whatever is known.</summary>
    /// <exception cref="IssuerAwayException">It does not answer, or not as an issuer does.</exception>
    public async Task<IssuerDocuments> AskAsync(string issuer, bool allowSpecial, CancellationToken ct)
    {
        var read = await DiscoverAsync(issuer, allowSpecial, ct);
        slots.GetOrAdd((issuer, allowSpecial), _ => new Slot()).Read = read;
        return read;
    }

    async Task<IssuerDocuments> ReadAsync(string issuer, bool allowSpecial, IssuerDocuments? than, CancellationToken ct)
    {
        var slot = slots.GetOrAdd((issuer, allowSpecial), _ => new Slot());
        await slot.Turn.WaitAsync(ct);
        try
        {
            var now = time.GetUtcNow();
            // Somebody who waited before read it meanwhile.
            if (slot.Read is { } read && !ReferenceEquals(read, than) && read.ReadAt + Fresh > now)
                return read;
            if (IsWithin(slot.FailedAt, AfterFailure, now) || (than is not null && IsWithin(slot.ReadForKeyAt, BetweenReads, now)))
                return slot.Read is { } earlier && earlier.ReadAt + Good > now
                    ? earlier
                    : throw new IssuerAwayException(slot.Failure ?? "It was asked a moment ago.");
            if (than is not null)
                slot.ReadForKeyAt = now;
            try
            {
                slot.Failure = null;
                return slot.Read = await DiscoverAsync(issuer, allowSpecial, ct);
            }
            catch (IssuerAwayException e)
            {
                slot.Failure = e.Message;
                slot.FailedAt = time.GetUtcNow();
                if (slot.Read is { } last && last.ReadAt + Good > now)
                    return last;
                throw;
            }
        }
        finally
        {
            slot.Turn.Release();
        }
    }

    /// <summary>A clock that was put back does not keep anybody out.</summary>
    static bool IsWithin(DateTimeOffset at, TimeSpan length, DateTimeOffset now) => at + length > now && at <= now;

    async Task<IssuerDocuments> DiscoverAsync(string issuer, bool allowSpecial, CancellationToken ct)
    {
        var host = Uri.TryCreate(issuer, UriKind.Absolute, out var address) ? address.Host : "The issuer";
        var metadata = await http.GetAsync(issuer.TrimEnd('/') + WellKnown, allowSpecial, null, ct);
        if (!metadata.IsGood || metadata.Body.ValueKind != JsonValueKind.Object)
            throw new IssuerAwayException($"{host} answered {metadata.Status} where its discovery document should be ({WellKnown}).");
        if (Claims.Text(metadata.Body, "issuer") != issuer)
            throw new IssuerAwayException(
                $"{host} calls itself another issuer than the one that was set: they must be equal to the letter."
            );
        if (Claims.Text(metadata.Body, "jwks_uri") is not { } keysAt)
            throw new IssuerAwayException($"{host} tells no jwks_uri.");
        var keys = await http.GetAsync(keysAt, allowSpecial, null, ct);
        if (!keys.IsGood || keys.Body.ValueKind != JsonValueKind.Object)
            throw new IssuerAwayException($"{host} answered {keys.Status} where its keys should be.");
        return new IssuerDocuments(metadata.Body, KeysOf(keys.Body, host), time.GetUtcNow(), metadata.Date);
    }

    static IReadOnlyList<JsonWebKey> KeysOf(JsonElement body, string host)
    {
        if (!body.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            throw new IssuerAwayException($"{host} publishes no list of keys.");
        var keys = new List<JsonWebKey>();
        foreach (var key in list.EnumerateArray().Take(MaxKeys))
        {
            try
            {
                keys.Add(new JsonWebKey(key.GetRawText()));
            }
            catch (ArgumentException)
            {
                // One that is of no kind known here does not take the others away.
            }
        }
        return keys;
    }
}
