using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico bench: load against a running Portico, bounded in time and calls; prints throughput and latency as measured here.</summary>
static class BenchVerb
{
    const int MaxSeconds = 300;
    static readonly Option<string?> Url = new("--url")
    {
        Description = "Address of Portico; PORTICO_URL, else Server:Url of the settings.",
    };
    static readonly Option<string?> Key = new("--key") { Description = "Service key; PORTICO_KEY by default." };
    static readonly Option<string> Model = new("--model") { Description = "Model or route.", DefaultValueFactory = _ => "sim/fixed" };
    static readonly Option<int> Callers = new("--callers") { Description = "Calls at once, 1 to 512.", DefaultValueFactory = _ => 8 };
    static readonly Option<int> Seconds = new("--seconds") { Description = $"Duration, 1 to {MaxSeconds}.", DefaultValueFactory = _ => 5 };
    static readonly Option<bool> Stream = new("--stream") { Description = "Stream the answers." };

    public static Command Command() =>
        new Command("bench", "Measure a running Portico.") { Url, Key, Model, Callers, Seconds, Stream }.Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var key =
            parsed.GetValue(Key)
            ?? Environment.GetEnvironmentVariable("PORTICO_KEY")
            ?? throw Verb.Mistake($"Give a service key with --key or PORTICO_KEY; '{Verb.Program} keys create bench' makes one.");
        var callers = Bounded(parsed.GetValue(Callers), 512, "--callers");
        var seconds = Bounded(parsed.GetValue(Seconds), MaxSeconds, "--seconds");
        using var http = new HttpClient { BaseAddress = ApiClient.AddressOf(parsed.GetValue(Url), Settings.Read(null, [])) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var body = Body(parsed.GetValue(Model)!, parsed.GetValue(Stream));
        await ProveAsync(http, body, ct);
        var begun = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(
            Enumerable.Range(0, callers).Select(_ => LoopAsync(http, body, begun, TimeSpan.FromSeconds(seconds), ct))
        );
        Print(all.SelectMany(a => a).ToList(), Stopwatch.GetElapsedTime(begun), callers);
        return 0;
    }

    static int Bounded(int value, int most, string option) =>
        value >= 1 && value <= most ? value : throw Verb.Mistake($"{option} must be from 1 to {most}.");

    /// <summary>One call ahead of the load: connects, and fails with the reason where all would fail.</summary>
    static async Task ProveAsync(HttpClient http, byte[] body, CancellationToken ct)
    {
        try
        {
            using var request = Request(body);
            using var response = await http.SendAsync(request, ct);
            if (response.IsSuccessStatusCode)
                return;
            var text = await response.Content.ReadAsStringAsync(ct);
            throw Verb.Mistake(
                $"The first call was refused with {(int)response.StatusCode}, so there is nothing to measure.\n{Reason(text)}"
            );
        }
        catch (HttpRequestException e)
        {
            throw ApiClient.Away(http.BaseAddress!, e);
        }
    }

    static string Reason(string answer)
    {
        try
        {
            return JsonNode.Parse(answer)?["error"]?["message"]?.GetValue<string>() ?? answer;
        }
        catch (JsonException)
        {
            return "What answers there is not Portico.";
        }
    }

    static HttpRequestMessage Request(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    readonly record struct Sample(double FirstMs, double TotalMs, int Status);

    static async Task<List<Sample>> LoopAsync(HttpClient http, byte[] body, long begun, TimeSpan duration, CancellationToken ct)
    {
        var samples = new List<Sample>();
        while (Stopwatch.GetElapsedTime(begun) < duration)
            samples.Add(await CallAsync(http, body, ct));
        return samples;
    }

    static async Task<Sample> CallAsync(HttpClient http, byte[] body, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        using var request = Request(body);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        var first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await response.Content.CopyToAsync(System.IO.Stream.Null, ct);
        return new Sample(first, Stopwatch.GetElapsedTime(started).TotalMilliseconds, (int)response.StatusCode);
    }

    static byte[] Body(string model, bool stream) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["model"] = model,
                ["stream"] = stream,
                ["max_tokens"] = 64,
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = new string('x', 400) }),
            }.ToJsonString()
        );

    static void Print(List<Sample> samples, TimeSpan elapsed, int callers)
    {
        Console.WriteLine(
            $"{samples.Count} calls in {elapsed.TotalSeconds:0.0} s with {callers} callers: {samples.Count / elapsed.TotalSeconds:0} calls/s"
        );
        foreach (var group in samples.GroupBy(s => s.Status).OrderBy(g => g.Key))
            Console.WriteLine($"  status {group.Key}: {group.Count()}");
        Line("first byte", samples.Select(s => s.FirstMs));
        Line("whole", samples.Select(s => s.TotalMs));
    }

    static void Line(string name, IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        double At(double q) => sorted[(int)Math.Min(sorted.Length - 1, q * sorted.Length)];
        Console.WriteLine(
            $"  {name, -10} p50 {At(0.5):0.00} ms   p95 {At(0.95):0.00} ms   p99 {At(0.99):0.00} ms   max {sorted[^1]:0.00} ms"
        );
    }
}
