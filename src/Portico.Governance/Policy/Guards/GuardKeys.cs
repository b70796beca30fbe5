using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.Policy.Guards;

/// <summary>A key of an organisation and since when it is there.</summary>
public sealed record GuardKey(long Number, byte[] Key, DateTimeOffset MadeAt);

/// <summary>
/// How services that are asked as guards know Portico again: each address of an organisation has a secret of its own, derived from the organisation's key. Requests are signed as Standard Webhooks are
/// (https://www.standardwebhooks.com). On every node within a signal's time: a call asks no store.
/// </summary>
public sealed class GuardKeys(Database database, KeyRing ring, ChangeSignals signals, TimeProvider time, ILogger<GuardKeys> logger)
    : SnapshotCatalog<FrozenDictionary<string, IReadOnlyList<GuardKey>>>(signals, time, logger)
{
    internal const string Signal = "guard-keys";
    const string Prefix = "whsec_";
    const int KeyBytes = 32;

    /// <summary>So long the key before the newest signs too.</summary>
    static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    readonly TimeProvider time = time;

    protected override IReadOnlyList<string> Kinds => [Signal];

    protected override async Task<FrozenDictionary<string, IReadOnlyList<GuardKey>>> ReadAsync(long version, CancellationToken ct)
    {
        List<(string Organisation, long Number, string Sealed, long MadeUs)> rows;
        await using (var db = await database.OpenReadAsync(ct))
            rows = (
                await db.QueryAsync<(string, long, string, long)>(
                    "select organisation_id, number, sealed, made_us from governance_guard_keys order by number desc"
                )
            ).AsList();
        var keys = new Dictionary<string, IReadOnlyList<GuardKey>>(StringComparer.Ordinal);
        foreach (var of in rows.GroupBy(r => r.Organisation, StringComparer.Ordinal))
        {
            var newest = new List<GuardKey>();
            foreach (var row in of.Take(2))
                newest.Add(
                    new GuardKey(
                        row.Number,
                        await ring.OpenAsync(
                            KeyRing.Platform,
                            PlatformPurposes.Guards,
                            Convert.FromBase64String(row.Sealed),
                            Associated(row.Organisation, row.Number),
                            ct
                        ),
                        Micros.ToTime(row.MadeUs)
                    )
                );
            keys[of.Key] = newest;
        }
        return keys.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The secret of an address, as Standard Webhooks write it; the first one that is asked for makes the organisation's key.</summary>
    /// <param name="organisation">Whose.</param>
    /// <param name="url">As the policy names it.</param>
    /// <param name="renew">By a new key. The one before signs beside it for a day.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<(Secret Secret, DateTimeOffset MadeAt)> SecretAsync(string organisation, string url, bool renew, CancellationToken ct)
    {
        var known = Current.GetValueOrDefault(organisation)?[0];
        if (known is null || renew)
        {
            await MakeAsync(organisation, (known?.Number ?? 0) + 1, ct);
            await RefreshAsync(ct);
            known = Current[organisation][0];
        }
        return (new Secret(Prefix + Convert.ToBase64String(SecretOf(known.Key, url))), known.MadeAt);
    }

    async Task MakeAsync(string organisation, long number, CancellationToken ct)
    {
        var sealer = await ring.SealerAsync(KeyRing.Platform, PlatformPurposes.Guards, ct);
        var box = Convert.ToBase64String(sealer.Seal(RandomNumberGenerator.GetBytes(KeyBytes), Associated(organisation, number)));
        await database.WriteAsync(
            work =>
            {
                work.Signal(Signal, organisation, number);
                return work.Connection.ExecuteAsync(
                    "insert into governance_guard_keys (organisation_id, number, sealed, made_us) values (@organisation, @number, @box, @now) on conflict do nothing",
                    new
                    {
                        organisation,
                        number,
                        box,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
            },
            ct
        );
    }

    /// <summary>The header <c>webhook-signature</c> of a request; null where nobody asked for a secret yet, so that nobody could check it.</summary>
    /// <param name="organisation">Whose.</param>
    /// <param name="url">Where it goes.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="seconds">The header <c>webhook-timestamp</c>, seconds since 1970.</param>
    /// <param name="body">What is sent.</param>
    public string? Sign(string organisation, string url, string id, long seconds, ReadOnlySpan<byte> body)
    {
        if (Current.GetValueOrDefault(organisation) is not { } keys)
            return null;
        byte[] said = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")), .. body];
        var now = time.GetUtcNow();
        return string.Join(
            ' ',
            keys.Where((_, place) => place == 0 || now < keys[0].MadeAt + Overlap)
                .Select(k => "v1," + Convert.ToBase64String(HMACSHA256.HashData(SecretOf(k.Key, url), said)))
        );
    }

    static byte[] SecretOf(byte[] key, string url) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"guard\n{url}"));

    static string Associated(string organisation, long number) => $"governance_guard_keys/{organisation}/{number}";
}
