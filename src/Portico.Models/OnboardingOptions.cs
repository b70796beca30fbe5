namespace Portico.Models;

/// <summary>What start-up looks for. Section <c>Models</c>.</summary>
public sealed class OnboardingOptions
{
    public const string Section = "Models";

    /// <summary>Connect the simulated provider, whose models answer without any account.</summary>
    public bool Simulated { get; set; } = true;

    /// <summary>Connect the providers whose keys are in the environment (OPENAI_API_KEY, AZURE_OPENAI_ENDPOINT with AZURE_OPENAI_API_KEY, ANTHROPIC_API_KEY).</summary>
    public bool FromEnvironment { get; set; } = true;

    /// <summary>Look for OpenAI-compatible servers on the usual ports of this machine.</summary>
    public bool FromLoopback { get; set; } = true;

    /// <summary>Milliseconds that one look may take, 50 to 10,000; the looks run side by side.</summary>
    public int ProbeMs { get; set; } = 300;
}

/// <summary>One line of what start-up found. <paramref name="Found"/> false = looked and not there, with what to do about it.</summary>
public sealed record OnboardingLine(string Name, bool Found, string Detail);
