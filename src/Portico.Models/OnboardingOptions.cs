using System.ComponentModel.DataAnnotations;
using Portico.Providers.OpenAi;

namespace Portico.Models;

/// <summary>What start-up looks for. Section <c>Models</c>.</summary>
public sealed class OnboardingOptions
{
    public const string Section = "Models";

    /// <summary>Connect the simulated provider, whose models answer without any account.</summary>
    public bool Simulated { get; set; } = true;

    /// <summary>Connect the providers whose keys are in the environment (OPENAI_API_KEY, AZURE_OPENAI_ENDPOINT with AZURE_OPENAI_API_KEY, ANTHROPIC_API_KEY, AWS_BEARER_TOKEN_BEDROCK with AWS_REGION).</summary>
    public bool FromEnvironment { get; set; } = true;

    /// <summary>Look for OpenAI-compatible servers on the usual ports of this machine.</summary>
    public bool FromLoopback { get; set; } = true;

    /// <summary>The servers to look for on 127.0.0.1, as <c>preset=port</c> separated by commas; a preset may stand there more than once.</summary>
    [LoopbackServers]
    public string LoopbackServers { get; set; } = "ollama=11434,lm-studio=1234,llama-server=8080,llama-server=8081,vllm=8000";

    /// <summary>Milliseconds that one look may take, 50 to 10,000; the looks run side by side.</summary>
    [Range(50, 10_000)]
    public int ProbeMs { get; set; } = 300;
}

/// <summary>One line of what start-up found. <paramref name="Found"/> false = looked and not there, with what to do about it.</summary>
public sealed record OnboardingLine(string Name, bool Found, string Detail);

/// <summary>A server on this machine: the preset that knows its ways, its port, and the name of its connection.</summary>
sealed record LoopbackServer(string Name, string Preset, int Port)
{
    /// <summary>The servers of a list, each under a name of its own: a preset's first has the preset's, others their port behind it.</summary>
    public static IReadOnlyList<LoopbackServer>? Parse(string list)
    {
        var servers = new List<LoopbackServer>();
        foreach (var entry in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = entry.Split('=', StringSplitOptions.TrimEntries);
            if (
                parts.Length != 2
                || OpenAiPresets.All.All(p => p.Name != parts[0])
                || !int.TryParse(parts[1], out var port)
                || port is < 1 or > 65_535
            )
                return null;
            servers.Add(new LoopbackServer(servers.Any(s => s.Preset == parts[0]) ? $"{parts[0]}-{port}" : parts[0], parts[0], port));
        }
        return servers;
    }
}

[AttributeUsage(AttributeTargets.Property)]
sealed class LoopbackServersAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is string list && LoopbackServer.Parse(list) is not null;

    public override string FormatErrorMessage(string name) => "must be a list such as ollama=11434,vllm=8000 of known presets and ports";
}
