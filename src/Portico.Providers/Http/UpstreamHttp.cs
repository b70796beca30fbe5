using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Portico.Core.Chat;

namespace Portico.Providers.Http;

/// <summary>
/// The way out: pooled connections with the address guard, connect and first-byte time-outs, no proxy surprises, no redirects.
/// One invoker for guarded and one for unguarded connections and each connect time-out; they pool by host themselves.
/// </summary>
public sealed class UpstreamHttp : IDisposable
{
    readonly TimeProvider time;
    readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    readonly ConcurrentDictionary<(bool Special, TimeSpan Connect), HttpMessageInvoker> invokers = new();

    public UpstreamHttp(TimeProvider time)
        : this(time, Dns.GetHostAddressesAsync) { }

    /// <param name="time">The clock.</param>
    /// <param name="resolve">What a name means at this moment; it is asked at every connect.</param>
    internal UpstreamHttp(TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>> resolve) =>
        (this.time, this.resolve) = (time, resolve);

    public TimeProvider Time => time;

    /// <summary>Sends and waits for the response's head, at most the first-byte time-out.</summary>
    /// <exception cref="UpstreamException">No connection, no answer in time.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        var invoker = invokers.GetOrAdd(
            (connection.AllowSpecialAddresses, connection.Timeouts.Connect),
            static (key, self) => self.Create(key.Special, key.Connect),
            this
        );
        deadline.Arm(connection.Timeouts.FirstByte);
        try
        {
            var response = await invoker.SendAsync(request, deadline.Token);
            // The first byte is there; each read of the rest has its own time.
            deadline.Rest();
            return response;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamTimeout,
                Fault.Upstream,
                deadline.EndsTheCall
                    ? $"{Where(request)} did not answer within the time that the call may take."
                    : $"{Where(request)} did not answer within {connection.Timeouts.FirstByte.TotalSeconds:0.###} s."
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

    HttpMessageInvoker Create(bool allowSpecial, TimeSpan connectTimeout) =>
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

    async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool allowSpecial, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(target.Host.Trim('[', ']'), out var literal) ? [literal] : await resolve(target.Host, ct);
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
                return new ReadAheadStream(new NetworkStream(socket, ownsSocket: true));
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
