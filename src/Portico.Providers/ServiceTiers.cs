using System.Text.Json;
using Portico.Core;
using Portico.Core.Chat;

namespace Portico.Providers;

/// <summary>
/// The providers' words for the class of service, in requests and in answers. OpenAI (https://platform.openai.com/docs/api-reference/chat/create): asks auto,
/// default, flex, priority or scale, and the answer names the one that served, which may be another; without a word auto holds, which is what the project is
/// set to. Anthropic (https://platform.claude.com/docs/en/api/service-tiers): asks auto or standard_only, and usage names standard, priority or batch;
/// without a word auto holds. Bedrock (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ServiceTier.html): asks and names default, flex,
/// priority or reserved; without a word default holds.
/// </summary>
static class ServiceTiers
{
    const string Member = "service_tier";

    /// <summary>The class that an answer names; reserved capacity and words of other services are billed as standard.</summary>
    public static PriceClass Told(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("priority"u8) ? PriceClass.Priority
        : word.SequenceEqual("flex"u8) ? PriceClass.Flex
        : word.SequenceEqual("batch"u8) ? PriceClass.Batch
        : PriceClass.Standard;

    /// <summary>The same of a member that may be anything.</summary>
    public static PriceClass Told(JsonElement word) =>
        word.ValueKind != JsonValueKind.String ? PriceClass.Standard
        : word.ValueEquals("priority"u8) ? PriceClass.Priority
        : word.ValueEquals("flex"u8) ? PriceClass.Flex
        : word.ValueEquals("batch"u8) ? PriceClass.Batch
        : PriceClass.Standard;

    /// <summary>In OpenAI's form. Of a dialect whose fields are not passed on, nothing arrives: it is as if nothing were asked.</summary>
    public static PriceClass AskedOfOpenAi(ChatRequest request, Dialect dialect)
    {
        var asked = dialect == Dialect.AnthropicMessages ? default : Find(request, Member);
        if (asked.ValueKind != JsonValueKind.String)
            return PriceClass.Priority;
        return asked.ValueEquals("default"u8) ? PriceClass.Standard
            : asked.ValueEquals("flex"u8) ? PriceClass.Flex
            : PriceClass.Priority;
    }

    public static PriceClass AskedOfAnthropic(ChatRequest request, Dialect dialect) =>
        dialect == Dialect.AnthropicMessages
        && Find(request, Member) is { ValueKind: JsonValueKind.String } asked
        && asked.ValueEquals("standard_only"u8)
            ? PriceClass.Standard
            : PriceClass.Priority;

    public static PriceClass AskedOfBedrock(ChatRequest request, Dialect dialect) =>
        Find(request, "serviceTier") is { ValueKind: JsonValueKind.Object } tier && tier.TryGetProperty("type"u8, out var type)
            ? Told(type)
            : PriceClass.Standard;

    static JsonElement Find(ChatRequest request, string name)
    {
        var extra = request.Extra;
        for (var i = 0; i < extra.Count; i++)
            if (extra[i].Key == name)
                return extra[i].Value;
        return default;
    }
}
