using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>A call whose end its caller saw: the whole body, or the last event of the stream.</summary>
/// <param name="Id">The call's id, from the answer's head.</param>
/// <param name="Model">The model that was asked for.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="CostUsd">What a plain answer said that it cost.</param>
/// <param name="Outcome">completed, refused or failed, as the caller saw it.</param>
sealed record SeenCall(string Id, string Model, int Status, string? CostUsd, string Outcome);

/// <summary>
/// Callers in parallel who write down every call whose end they saw: plain and streaming, good, refused and failing. What was cut off is not written
/// down: nobody was promised anything then.
/// </summary>
sealed class CallLoad(int seed)
{
    readonly ConcurrentQueue<SeenCall> seen = new();
    int cut;

    public IReadOnlyCollection<SeenCall> Seen => seen;

    /// <summary>Calls that broke off.</summary>
    public int Cut => Volatile.Read(ref cut);

    /// <summary>Calls until told to stop, or until the door is gone.</summary>
    public Task RunAsync(HttpClient door, int callers, CancellationToken stop) =>
        Task.WhenAll(
            Enumerable.Range(0, callers).Select(i => Task.Run(() => CallAsync(door, new Random(unchecked(seed * 397 + i)), stop)))
        );

    async Task CallAsync(HttpClient door, Random random, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            try
            {
                seen.Enqueue(await OneAsync(door, random, number));
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
            {
                // A node that is killed just after it took a connection: the client asks a socket that is gone for its peer's address.
                if (e is SocketException or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
                    return;
                Interlocked.Increment(ref cut);
            }
        }
    }

    static async Task<SeenCall> OneAsync(HttpClient door, Random random, int number)
    {
        var stream = random.Next(2) == 0;
        var (model, prompt) = random.Next(10) switch
        {
            0 => ("sim/slow-chunks", "one two"),
            1 => ("sim/usage-missing", $"count this, call {number}"),
            2 => ("sim/cut-after-10", string.Join(' ', Enumerable.Range(0, 12))),
            3 => ("no/such-model", "refused"),
            _ => ("sim/echo", string.Join(' ', Enumerable.Range(number, random.Next(1, 40)))),
        };
        using var response = await door.ChatAsync(Calls.Chat(model, prompt, stream).With("max_tokens", 100));
        var text = await response.Content.ReadAsStringAsync();
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            var status = (int)response.StatusCode;
            var outcome =
                status == 200 ? "completed"
                : status < 500 ? "refused"
                : "failed";
            return new SeenCall(response.CallId(), model, status, response.Header("x-portico-cost-usd"), outcome);
        }
        var last = text.TrimEnd().Split('\n')[^1];
        if (last == "data: [DONE]")
            return new SeenCall(response.CallId(), model, 200, null, "completed");
        if (last.StartsWith("data: {\"error\"", StringComparison.Ordinal))
            return new SeenCall(response.CallId(), model, 200, null, "failed");
        throw new IOException($"The stream ended without an end: {last}");
    }

    /// <summary>Every call whose end was seen is among the rows, once, and says what its caller saw.</summary>
    public void ShouldBeIn(IReadOnlyList<JsonNode> rows)
    {
        var byId = rows.ToLookup(r => r.Text("id"));
        foreach (var call in seen)
        {
            var row = byId[call.Id].ShouldHaveSingleItem($"seed {seed}: {call}");
            row.Text("outcome").ShouldBe(call.Outcome, $"seed {seed}: {call} {row.ToJsonString()}");
            if (call.Status != 200)
                row.Number("status").ShouldBe(call.Status, $"seed {seed}: {call}");
            if (call.CostUsd is { } cost)
                NanoUsd.Format(row.Number("cost_nano_usd")).ShouldBe(cost, $"seed {seed}: {call}");
        }
    }
}
