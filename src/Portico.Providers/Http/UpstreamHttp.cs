using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using Portico.Core.Chat;

namespace Portico.Providers.Http;

/// <summary>
/// The way out: pooled connections with the address guard, connect and first-byte time-outs, no proxy surprises, no redirects.
/// One invoker for guarded and one for unguarded connections and each connect time-out; they pool by host themselves.
/// </summary>
public sealed class UpstreamHttp(TimeProvider time) : IDisposable
{
    readonly ConcurrentDictionary<(bool Special, TimeSpan Connect), HttpMessageInvoker> invokers = new();

    public TimeProvider Time => time;

    /// <summary>Sends and waits for the response's head, at most the first-byte time-out.</summary>
    /// <exception cref="UpstreamException">No connection, no answer in time.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        var invoker = invokers.GetOrAdd(
            (connection.AllowSpecialAddresses, connection.Timeouts.Connect),
            static key => Create(key.Special, key.Connect)
        );
        deadline.Arm(connection.Timeouts.FirstByte);
        try
        {
            return await invoker.SendAsync(request, deadline.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamTimeout,
                Fault.Upstream,
                $"{Where(request)} did not answer within {connection.Timeouts.FirstByte.TotalSeconds:0.###} s."
            );
        }
        catch (HttpRequestException e)
        {
            throw new UpstreamException(ErrorTable.UpstreamFailed, Fault.Upstream, $"{Where(request)} cannot be reached: {Reason(e)}.", e);
        }
    }

    static string Where(HttpRequestMessage request) => $"{request.RequestUri!.Host}:{request.RequestUri.Port}";

    static string Reason(HttpRequestException e) =>
        e.InnerException is PorticoException guard
            ? guard.Message
            : e.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "its name is not known",
                HttpRequestError.ConnectionError => "the connection was refused or timed out",
                HttpRequestError.SecureConnectionError => "no secure connection could be made; check its certificate",
                HttpRequestError.ResponseEnded => "it closed the connection without an answer",
                HttpRequestError.ConfigurationLimitExceeded => "it sent headers larger than allowed",
                _ => "the connection broke",
            };

    static HttpMessageInvoker Create(bool allowSpecial, TimeSpan connectTimeout) =>
        new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                ActivityHeadersPropagator = null,
                EnableMultipleHttp2Connections = true,
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
                // A provider that moves is followed within minutes.
                PooledConnectionLifetime = TimeSpan.FromMinutes(10),
                ConnectTimeout = connectTimeout,
                KeepAlivePingDelay = TimeSpan.FromSeconds(30),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
                MaxResponseHeadersLength = 64,
                ResponseDrainTimeout = TimeSpan.FromSeconds(1),
                ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, allowSpecial, ct),
            }
        );

    static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool allowSpecial, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(target.Host.Trim('[', ']'), out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, ct);
        var allowed = allowSpecial ? addresses : addresses.Where(a => !UrlGuard.IsSpecial(a)).ToArray();
        if (allowed.Length == 0)
            throw new PorticoException(
                ErrorTable.UpstreamFailed,
                $"{target.Host} leads to a special address, which is refused unless the connection sets allow_special_addresses"
            );
        Exception? last = null;
        foreach (var address in allowed)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, target.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                last = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw last!;
    }

    public void Dispose()
    {
        foreach (var invoker in invokers.Values)
            invoker.Dispose();
    }
}

/// <summary>
/// One cancellation source for an attempt whose time-out is moved along: first byte, then idle between reads. It also follows the caller's token.
/// </summary>
public sealed class UpstreamDeadline : IDisposable
{
    readonly CancellationTokenSource source;
    readonly CancellationTokenRegistration caller;
    readonly TimeProvider time;
    readonly long started;
    readonly TimeSpan? overall;
    TimeSpan armedFor;
    long armedAt;

    public UpstreamDeadline(TimeProvider time, TimeSpan? overall, CancellationToken callerGone)
    {
        this.time = time;
        this.overall = overall;
        started = time.GetTimestamp();
        source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        caller = callerGone.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), source);
    }

    public CancellationToken Token => source.Token;

    /// <summary>
    /// From now on this long, but never past the overall bound. A deadline that was set for as long a moment ago stays as it is: a stream arms one for
    /// each read, and moving a timer takes a lock of the whole process. It may therefore come up to a sixteenth early.
    /// </summary>
    public void Arm(TimeSpan wait)
    {
        var now = time.GetTimestamp();
        if (wait == armedFor && time.GetElapsedTime(armedAt, now) < wait / 16)
            return;
        (armedFor, armedAt) = (wait, now);
        if (overall is { } total)
        {
            var left = total - time.GetElapsedTime(started);
            wait = left < wait ? (left < TimeSpan.Zero ? TimeSpan.Zero : left) : wait;
        }
        source.CancelAfter(wait);
    }

    public void Cancel() => source.Cancel();

    public void Dispose()
    {
        caller.Dispose();
        source.Dispose();
    }
}
