using Microsoft.Extensions.Configuration;
using Portico.Providers;
using Portico.Providers.Http;

namespace Portico.Models;

/// <summary>A provider that may be there: where it would be, with which credential, and what a person does to have it.</summary>
/// <param name="Origin">As <see cref="Connection.Origin"/>: seed, environment, found.</param>
sealed record OnboardingSource(string Name, string Family, string? Preset, string Url, Secret? Credential, string Origin, string HowTo)
{
    /// <summary>What is wrong with its address, or null.</summary>
    public string? Problem
    {
        get
        {
            if (!Uri.TryCreate(Url, UriKind.Absolute, out var url))
                return $"'{Url}' is not an address";
            try
            {
                if (!InProcessFamilies.Has(Family))
                    UrlGuard.Check(url, allowSpecial: false);
                return null;
            }
            catch (PorticoException e)
            {
                return $"{url.Scheme}://{url.Authority}: {e.Message}";
            }
        }
    }
}

/// <summary>What start-up looks at: the models of this node, the simulated provider, the environment, the usual ports of this machine.</summary>
sealed class OnboardingSources(IConfiguration configuration, OnboardingOptions options)
{
    public IEnumerable<OnboardingSource> All(int ownPort)
    {
        if (options.Simulated)
            yield return new OnboardingSource("sim", "sim", null, "http://simulated.invalid/", null, "seed", "");
        yield return new OnboardingSource("portico", InProcessFamilies.Portico, null, "http://portico.invalid/", null, "seed", "");
        if (options.FromEnvironment)
            foreach (var source in OfTheEnvironment())
                yield return source;
        if (!options.FromLoopback)
            yield break;
        foreach (var (name, preset, port) in (LoopbackServer.Parse(options.LoopbackServers) ?? []).Where(s => s.Port != ownPort))
            yield return new OnboardingSource(
                name,
                "openai",
                preset,
                $"http://127.0.0.1:{port}/v1",
                null,
                "found",
                $"nothing listens on 127.0.0.1:{port}"
            );
    }

    IEnumerable<OnboardingSource> OfTheEnvironment()
    {
        // A variable that is set to nothing is one that is not set.
        string? Value(string name) => configuration[name] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
        Secret? Key(string name) => Value(name) is { } value ? new Secret(value) : null;
        yield return new OnboardingSource(
            "openai",
            "openai",
            null,
            Value("OPENAI_BASE_URL") ?? "https://api.openai.com/v1",
            Key("OPENAI_API_KEY"),
            "environment",
            "set OPENAI_API_KEY"
        );
        var endpoint = Value("AZURE_OPENAI_ENDPOINT");
        yield return new OnboardingSource(
            "azure-openai",
            "azure-openai",
            null,
            endpoint ?? "",
            endpoint is null ? null : Key("AZURE_OPENAI_API_KEY") ?? Key("AZURE_OPENAI_KEY"),
            "environment",
            "set AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_KEY"
        );
        yield return new OnboardingSource(
            "anthropic",
            "anthropic",
            null,
            Value("ANTHROPIC_BASE_URL") ?? "https://api.anthropic.com",
            Key("ANTHROPIC_API_KEY"),
            "environment",
            "set ANTHROPIC_API_KEY"
        );
        yield return new OnboardingSource(
            "gemini",
            "gemini",
            null,
            Value("GOOGLE_GEMINI_BASE_URL") ?? "https://generativelanguage.googleapis.com/v1beta",
            Key("GEMINI_API_KEY") ?? Key("GOOGLE_API_KEY"),
            "environment",
            "set GEMINI_API_KEY"
        );
        yield return new OnboardingSource(
            "cohere",
            "cohere",
            null,
            Value("CO_API_URL") ?? "https://api.cohere.com",
            Key("CO_API_KEY") ?? Key("COHERE_API_KEY"),
            "environment",
            "set CO_API_KEY"
        );
        // AWS's other keys are there for many purposes; this one is for Bedrock alone.
        var region = Value("AWS_REGION") ?? Value("AWS_DEFAULT_REGION");
        var bedrock =
            Value("AWS_ENDPOINT_URL_BEDROCK_RUNTIME") ?? (region is null ? null : $"https://bedrock-runtime.{region}.amazonaws.com");
        yield return new OnboardingSource(
            "bedrock",
            "bedrock",
            null,
            bedrock ?? "",
            bedrock is null ? null : Key("AWS_BEARER_TOKEN_BEDROCK"),
            "environment",
            "set AWS_BEARER_TOKEN_BEDROCK and AWS_REGION"
        );
    }
}
