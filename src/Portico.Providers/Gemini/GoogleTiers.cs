using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>
/// Google's words for the class of service. The Gemini API (https://ai.google.dev/gemini-api/docs/optimization,
/// https://ai.google.dev/gemini-api/docs/priority-inference): service_tier of the body asks standard, flex or priority, standard holds without it, and the
/// header x-gemini-service-tier and usageMetadata.serviceTier name the one that served, which is standard where priority had no room. Vertex AI
/// (https://docs.cloud.google.com/vertex-ai/generative-ai/docs/priority-paygo): a header asks, of the call or of the connection, and
/// usageMetadata.trafficType names ON_DEMAND, ON_DEMAND_FLEX, ON_DEMAND_PRIORITY or PROVISIONED_THROUGHPUT, which is paid in advance.
/// </summary>
static class GoogleTiers
{
    public const string AskedHeader = "X-Vertex-AI-LLM-Shared-Request-Type";
    public const string ToldHeader = "x-gemini-service-tier";

    /// <summary>The class that an answer names, in the words of either host.</summary>
    public static PriceClass Told(ReadOnlySpan<byte> word) =>
        EndsWith(word, "PRIORITY"u8) ? PriceClass.Priority
        : EndsWith(word, "FLEX"u8) ? PriceClass.Flex
        : PriceClass.Standard;

    static bool EndsWith(ReadOnlySpan<byte> word, ReadOnlySpan<byte> end) =>
        word.Length >= end.Length && Ascii.EqualsIgnoreCase(word[^end.Length..], end);

    /// <summary>The class that the head of an answer names, null where it names none.</summary>
    public static PriceClass? Told(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues(ToldHeader, out var values) ? Told(Encoding.UTF8.GetBytes(values.ToString())) : null;

    /// <summary>What may serve beside the standard class.</summary>
    public static PriceClass Asked(ProviderConnection connection, ChatRequest request, Dialect dialect) =>
        connection.Family == "vertex" && OfConnection(connection) is { } set ? Told(Encoding.UTF8.GetBytes(set))
        : Word(request) is { } word ? Told(Encoding.UTF8.GetBytes(word))
        : PriceClass.Standard;

    /// <summary>What a connection asks for with all its calls: it wins over the call's own word.</summary>
    public static string? OfConnection(ProviderConnection connection)
    {
        foreach (var (name, value) in connection.Headers)
            if (name.Equals(AskedHeader, StringComparison.OrdinalIgnoreCase))
                return value;
        return null;
    }

    /// <summary>The word to send for what the call asks; null where nothing need be sent, for standard is what holds without a word.</summary>
    public static string? Word(ChatRequest request)
    {
        var asked = ServiceTiers.Find(request, "service_tier");
        if (asked.ValueKind == JsonValueKind.Undefined)
            asked = ServiceTiers.Find(request, "serviceTier");
        return asked.ValueKind != JsonValueKind.String ? null
            : asked.ValueEquals("flex"u8) ? "flex"
            : asked.ValueEquals("priority"u8) ? "priority"
            : null;
    }

    /// <summary>Whether what is sent, or what holds without a word, does what a caller of any dialect asked for.</summary>
    public static bool Takes(JsonElement asked, ProviderConnection connection, GeminiHost host)
    {
        if (asked.ValueKind == JsonValueKind.Null)
            return true;
        if (asked.ValueKind != JsonValueKind.String)
            return false;
        var word = asked.GetString();
        if (word == "auto")
            return true;
        if (host == GeminiHost.Vertex && OfConnection(connection) is { } set)
            return word == set;
        return word is "flex" or "priority" or "standard" or "default" or "standard_only";
    }
}
