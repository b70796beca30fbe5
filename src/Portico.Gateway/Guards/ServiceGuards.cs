using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using Portico.Core.Chat;
using Portico.Gateway.Stages;
using Portico.Governance.Policy.Guards;
using Portico.Providers;
using Portico.Providers.Http;

namespace Portico.Gateway.Guards;

/// <summary>Asks services about texts, by HTTP: one request a guard, signed, under one deadline for all of it.</summary>
sealed class ServiceGuards(UpstreamHttp http, GuardKeys keys, TimeProvider time) : IDisposable
{
    /// <summary>Requests of this node to one address at once; past it they wait, within their time.</summary>
    public const int MostAtOnce = 32;

    /// <summary>Of an answer.</summary>
    public const int MostAnswerBytes = 256 * 1024;

    /// <summary>A pool of connections has one; the guard's own time bounds it further.</summary>
    static readonly TimeSpan Connect = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, SemaphoreSlim> places = new(StringComparer.Ordinal);

    /// <exception cref="GuardFailedException">There is no verdict.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<GuardVerdict[]> AskAsync(
        ModelCall call,
        Guard guard,
        GuardTarget target,
        IReadOnlyList<CallText> texts,
        CancellationToken ct
    )
    {
        var id = call.Context.Record.Id.ToString();
        var body = GuardProtocol.Write(id, guard.Name, texts);
        var patience = TimeSpan.FromMilliseconds(guard.TimeoutMs);
        using var late = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        var place = places.GetOrAdd(target.Url!, _ => new SemaphoreSlim(MostAtOnce));
        try
        {
            await place.WaitAsync(both.Token);
            try
            {
                return GuardProtocol.Read(await ExchangeAsync(call, guard, new Uri(target.Url!), id, body, both.Token), texts);
            }
            finally
            {
                place.Release();
            }
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw Late(guard, e);
        }
        catch (UpstreamException e)
        {
            throw e.Kind == ErrorTable.UpstreamTimeout ? Late(guard, e) : new GuardFailedException("it cannot be reached", e.Message, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new GuardFailedException("its answer broke off", null, e);
        }
    }

    async Task<ReadOnlyMemory<byte>> ExchangeAsync(ModelCall call, Guard guard, Uri url, string id, byte[] body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Sign(request, call.Caller.OrganisationId, $"{id}.{guard.Name}", body);
        var patience = TimeSpan.FromMilliseconds(guard.TimeoutMs);
        var connection = new ProviderConnection(default, "guard", null, url, new Secret(""))
        {
            Timeouts = new ProviderTimeouts(Connect, patience, patience, patience),
        };
        using var deadline = new UpstreamDeadline(time, patience, ct);
        using var response = await http.SendAsync(request, connection, deadline, ct);
        if ((int)response.StatusCode != 200)
            throw new GuardFailedException(string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}"));
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var answer = new byte[MostAnswerBytes + 1];
        var length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, ct);
        return length <= MostAnswerBytes
            ? answer.AsMemory(0, length)
            : throw new GuardFailedException($"its answer has more than {MostAnswerBytes / 1024} KiB");
    }

    void Sign(HttpRequestMessage request, string organisation, string id, byte[] body)
    {
        var seconds = time.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        if (keys.Sign(organisation, request.RequestUri!.AbsoluteUri, id, seconds, body) is { } signature)
            request.Headers.TryAddWithoutValidation("webhook-signature", signature);
    }

    static GuardFailedException Late(Guard guard, Exception inner) => new($"it did not answer within {guard.TimeoutMs} ms", null, inner);

    public void Dispose()
    {
        foreach (var place in places.Values)
            place.Dispose();
    }
}
