using System.Globalization;
using Portico.Core.Chat;

namespace Portico.Providers.Simulated;

/// <summary>A simulated model: its name and what it does, for lists and the reference.</summary>
public sealed record SimulatedModel(string Name, string Does);

/// <summary>The models of the simulated provider. Names with a number take others: <c>slow-first-output-500</c>, <c>cut-after-3</c>.</summary>
public static class SimulatedModels
{
    public static IReadOnlyList<SimulatedModel> All { get; } =
    [
        new("echo", "answers with the last user message; ranks, moderates, speaks, listens and draws too"),
        new("fixed", "answers with one sentence of 30 tokens"),
        new("tool-call", "calls the first tools given, with arguments that fit their schemas; answers once it has their results"),
        new("json", "answers with an object that fits the schema of response_format"),
        new("leak", "answers with its system prompt, whatever it is asked"),
        new("embeddings", "gives unit vectors that depend on the text alone"),
        new("slow-first-output", "waits 2 s before it answers; -N: N ms"),
        new("slow-chunks", "waits 200 ms before each word; -N: N ms"),
        new("fail-503", "fails with that status; any from 400 to 599"),
        new("fail-503-twice", "fails twice for a call, then answers"),
        new("cut-after-10", "ends the stream after that many words, without an end"),
        new("error-after-10", "sends an error after that many words"),
        new("hang", "never answers"),
        new("hang-after-10", "stops after that many words"),
        new("malformed", "sends what is not the protocol"),
        new("huge", "answers with 1 MB of text; -N: N KB"),
        new("usage-missing", "answers without usage"),
    ];
}

/// <summary>What a model name makes the simulated provider do.</summary>
sealed record SimulatedBehaviour
{
    public enum Answer
    {
        Echo,
        Fixed,
        ToolCall,
        Json,
        Leak,
        Huge,
    }

    public Answer Kind { get; init; }
    public int FirstOutputMs { get; init; }
    public int ChunkMs { get; init; }
    public int FailStatus { get; init; }

    /// <summary>Attempts of one call that fail; -1 = all.</summary>
    public int FailTimes { get; init; }

    /// <summary>Words before what follows; -1 = never.</summary>
    public int CutAfter { get; init; } = -1;
    public int ErrorAfter { get; init; } = -1;
    public int HangAfter { get; init; } = -1;
    public bool Malformed { get; init; }
    public bool NoUsage { get; init; }
    public int HugeKb { get; init; } = 1024;

    /// <exception cref="UpstreamException">There is no such simulated model.</exception>
    public static SimulatedBehaviour Of(string model)
    {
        if (model.StartsWith("sim/", StringComparison.Ordinal))
            model = model[4..];
        return model switch
        {
            "echo" => new SimulatedBehaviour(),
            "fixed" => new SimulatedBehaviour { Kind = Answer.Fixed },
            "tool-call" => new SimulatedBehaviour { Kind = Answer.ToolCall },
            "json" => new SimulatedBehaviour { Kind = Answer.Json },
            "leak" => new SimulatedBehaviour { Kind = Answer.Leak },
            "slow-first-output" => new SimulatedBehaviour { FirstOutputMs = 2_000 },
            "slow-chunks" => new SimulatedBehaviour { ChunkMs = 200 },
            "hang" => new SimulatedBehaviour { HangAfter = 0 },
            "malformed" => new SimulatedBehaviour { Malformed = true },
            "huge" => new SimulatedBehaviour { Kind = Answer.Huge },
            "usage-missing" => new SimulatedBehaviour { NoUsage = true },
            _ => Numbered(model)
                ?? throw new UpstreamException(ErrorTable.UpstreamFailed, Fault.Model, $"The simulated provider has no model '{model}'.")
                {
                    Status = 404,
                },
        };
    }

    static SimulatedBehaviour? Numbered(string model)
    {
        var twice = model.EndsWith("-twice", StringComparison.Ordinal);
        var stem = twice ? model[..^6] : model;
        var dash = stem.LastIndexOf('-');
        if (dash < 0 || !int.TryParse(stem.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n > 1_000_000)
            return null;
        return (stem[..dash], twice) switch
        {
            ("fail", _) when n is >= 400 and < 600 => new SimulatedBehaviour { FailStatus = n, FailTimes = twice ? 2 : -1 },
            ("slow-first-output", false) => new SimulatedBehaviour { FirstOutputMs = n },
            ("slow-chunks", false) => new SimulatedBehaviour { ChunkMs = n },
            ("cut-after", false) => new SimulatedBehaviour { CutAfter = n },
            ("error-after", false) => new SimulatedBehaviour { ErrorAfter = n },
            ("hang-after", false) => new SimulatedBehaviour { HangAfter = n },
            ("huge", false) => new SimulatedBehaviour { Kind = Answer.Huge, HugeKb = Math.Clamp(n, 1, 65_536) },
            _ => null,
        };
    }
}
