using System.Globalization;
using Portico.Benchmarks;

if (args is ["audit", var entries])
    return await AuditRun.RunAsync(int.Parse(entries, CultureInfo.InvariantCulture));
if (args is ["policy", var calls])
    return await PolicyRun.RunAsync(int.Parse(calls, CultureInfo.InvariantCulture));

// CPU of the process, by turns over all pairs, so that what else the machine does falls on all of them alike. The median of the rounds counts.
const double AskedPlainUs = 60;
const double AskedChunkUs = 3;
var rounds = args is ["--rounds", var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 7;
string[] wires = ["chat", "messages", "responses", "completions"];
string[] families = ["openai", "anthropic", "bedrock", "gemini", "cohere"];
var pairs = wires.SelectMany(w => families.Select(f => new Pair(w, f))).ToList();
var plain = pairs.ToDictionary(p => p.ToString(), _ => new List<double>());
var chunk = pairs.ToDictionary(p => p.ToString(), _ => new List<double>());

// What runs often is compiled anew in the background: until then nothing counts.
for (var i = 0; i < 3; i++)
    foreach (var pair in pairs)
    {
        await PlainAsync(pair);
        await ChunkAsync(pair);
    }
for (var round = 0; round < rounds; round++)
    foreach (var pair in pairs)
    {
        plain[pair.ToString()].Add(await PlainAsync(pair));
        chunk[pair.ToString()].Add(await ChunkAsync(pair));
    }

Console.WriteLine(
    $"Caller's dialect → provider's, µs of CPU, median of {rounds} rounds. Asked: at most {AskedPlainUs} µs more for a plain call, {AskedChunkUs} µs more for a chunk.\n"
);
Console.WriteLine("| pair | plain call | over the same dialect | chunk | over the same dialect |\n|---|---|---|---|---|");
var missed = 0;
foreach (var pair in pairs)
{
    var (name, than) = (pair.ToString(), pair.Baseline);
    var (ownPlain, ownChunk) = (Median(plain[name]), Median(chunk[name]));
    if (name == than)
    {
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"| **{name}** | {ownPlain:0.0} | the same | {ownChunk:0.00} | the same |")
        );
        continue;
    }
    var (morePlain, moreChunk) = (ownPlain - Median(plain[than]), ownChunk - Median(chunk[than]));
    if (morePlain > AskedPlainUs || moreChunk > AskedChunkUs)
        missed++;
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {ownPlain:0.0} | {morePlain:+0.0;-0.0} | {ownChunk:0.00} | {moreChunk:+0.00;-0.00} |"
        )
    );
}
Console.WriteLine($"\n{(missed == 0 ? "All pairs are within both bounds." : $"{missed} pairs are over a bound.")}");
return missed == 0 ? 0 : 1;

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

// The bytes are added up so that nothing can be left out as unused.
static Task<double> PlainAsync(Pair pair)
{
    const int Calls = 2_000;
    var (bytes, from) = (0L, Environment.CpuUsage.TotalTime);
    for (var i = 0; i < Calls; i++)
        bytes += pair.Plain();
    var spent = Environment.CpuUsage.TotalTime - from;
    return Task.FromResult(bytes > 0 ? spent.TotalMicroseconds / Calls : throw new InvalidOperationException());
}

static async Task<double> ChunkAsync(Pair pair)
{
    const int Streams = 60;
    var (bytes, from) = (0L, Environment.CpuUsage.TotalTime);
    for (var i = 0; i < Streams; i++)
        bytes += await pair.Streamed();
    var spent = Environment.CpuUsage.TotalTime - from;
    return bytes > 0 ? spent.TotalMicroseconds / (Streams * Samples.Chunks) : throw new InvalidOperationException();
}
