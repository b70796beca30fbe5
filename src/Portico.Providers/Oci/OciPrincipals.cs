using System.Collections.Concurrent;
using System.Security.Cryptography;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Oci;

/// <summary>How a connection to Oracle signs in.</summary>
enum OciPrincipal : byte
{
    /// <summary>By the API signing key of a user.</summary>
    User,

    /// <summary>As the compute instance that this node runs on.</summary>
    Instance,

    /// <summary>As the resource that this node is: a function, a container instance, a job.</summary>
    Resource,
}

/// <summary>
/// The identity of the node itself at Oracle, for connections that say so: the session of a principal, kept and renewed before it ends. One renewal at a time; a caller
/// that leaves does not end it for others.
/// </summary>
sealed class OciPrincipals
{
    /// <summary>From this long before its end a session is renewed, while it still serves.</summary>
    static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    /// <summary>From this long before its end it no longer serves.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    readonly TimeProvider time;
    readonly OciInstance instance;
    readonly OciResource resource;
    readonly ConcurrentDictionary<OciPrincipal, Kept> kept = new();

    /// <param name="http">The way out.</param>
    /// <param name="environment">The value of a variable of this node, or null.</param>
    /// <param name="places">Where the node's identity is asked for and exchanged.</param>
    public OciPrincipals(UpstreamHttp http, Func<string, string?> environment, OciPlaces places)
    {
        time = http.Time;
        instance = new OciInstance(http, places);
        resource = new OciResource(environment);
    }

    /// <exception cref="UpstreamException">The node is no such principal; the message says what to do.</exception>
    public async ValueTask<OciSession> GetAsync(OciPrincipal principal, ProviderConnection connection, CancellationToken ct)
    {
        var place = kept.GetOrAdd(principal, static _ => new Kept());
        Task<OciSession> renewal;
        lock (place)
        {
            var left = (place.Session?.Ends ?? default) - time.GetUtcNow();
            if (left > RenewBefore)
                return place.Session!;
            if (place.Running is null or { IsCompleted: true })
                place.Running = Task.Run(() => RenewAsync(principal, place, connection), CancellationToken.None);
            if (left > Margin)
                return place.Session!;
            renewal = place.Running;
        }
        return await renewal.WaitAsync(ct);
    }

    /// <summary>It was refused: the next caller gets another, unless one is there already.</summary>
    public void Forget(OciKey refused)
    {
        foreach (var place in kept.Values)
            lock (place)
                if (ReferenceEquals(place.Session?.Key, refused))
                    place.Session = null;
    }

    async Task<OciSession> RenewAsync(OciPrincipal principal, Kept place, ProviderConnection connection)
    {
        try
        {
            var fresh = principal == OciPrincipal.Instance ? await instance.SignInAsync(connection) : await resource.ReadAsync(connection);
            if (fresh.Ends <= time.GetUtcNow() + Margin)
                throw Refused(
                    connection,
                    "the token of this node's principal is over. Check the clock of this node and what renews the token"
                );
            lock (place)
                place.Session = fresh;
            return fresh;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            throw Refused(connection, "this node's principal has no usable token or key", e);
        }
    }

    internal static UpstreamException Refused(ProviderConnection connection, string why, Exception? inner = null) =>
        new(ErrorTable.UpstreamCredential, Fault.Credential, $"Connection {connection.Id}: {why}.", inner);

    sealed class Kept
    {
        public OciSession? Session { get; set; }
        public Task<OciSession>? Running { get; set; }
    }
}
