using System.Runtime.InteropServices;
using System.Text.Json;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Providers.OpenAi;

namespace Portico.Providers;

/// <summary>
/// The providers' words for the class of service, in requests and in answers. OpenAI (https://platform.openai.com/docs/api-reference/chat/create): asks auto,
/// default, flex, priority or scale, and the answer names the one that served, which may be another; without a word auto holds, which is what the project is
/// set to. Services of its form have words of their own: Groq (https://console.groq.com/docs/service-tiers) on_demand, which holds without a word, flex, auto
/// and performance; xAI (https://docs.x.ai/developers/advanced-api-usage/priority-processing) default, which holds without a word, and priority; OpenRouter
/// (https://openrouter.ai/docs/guides/features/service-tiers) OpenAI's, and fast for priority. Anthropic
/// (https://platform.claude.com/docs/en/api/service-tiers): asks auto or standard_only, and usage names standard, priority or batch; without a word auto
/// holds. Bedrock (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ServiceTier.html): asks and names default, flex, priority or reserved;
/// without a word default holds. The words of Google are in <see cref="GoogleTiers"/>.
/// </summary>
static class ServiceTiers
{
    const string Member = "service_tier";

    /// <summary>The class that an answer names; reserved capacity and words of other services are billed as standard.</summary>
    public static PriceClass Told(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("priority"u8) || word.SequenceEqual("performance"u8) || word.SequenceEqual("fast"u8) ? PriceClass.Priority
        : word.SequenceEqual("flex"u8) ? PriceClass.Flex
        : word.SequenceEqual("batch"u8) ? PriceClass.Batch
        : PriceClass.Standard;

    /// <summary>The same of a member that may be anything.</summary>
    public static PriceClass Told(JsonElement word) =>
        word.ValueKind == JsonValueKind.String ? Told(JsonMarshal.GetRawUtf8Value(word)[1..^1]) : PriceClass.Standard;

    /// <summary>In OpenAI's form. Of a dialect whose fields are not passed on, nothing arrives: it is as if nothing were asked.</summary>
    public static PriceClass AskedOfOpenAi(ProviderConnection connection, ChatRequest request, Dialect dialect)
    {
        var asked = dialect == Dialect.AnthropicMessages ? default : Find(request, Member);
        var isWord = asked.ValueKind == JsonValueKind.String;
        if (isWord && asked.ValueEquals("flex"u8))
            return PriceClass.Flex;
        if (isWord && asked.ValueEquals("default"u8))
            return PriceClass.Standard;
        var mayBeDearer =
            !OpenAiPresets.Find(connection.Preset, connection.Family).ServesAsAsked
            || (isWord && (asked.ValueEquals("auto"u8) || Told(asked) == PriceClass.Priority));
        return mayBeDearer ? PriceClass.Priority : PriceClass.Standard;
    }

    public static PriceClass AskedOfAnthropic(ProviderConnection connection, ChatRequest request, Dialect dialect) =>
        dialect == Dialect.AnthropicMessages
        && Find(request, Member) is { ValueKind: JsonValueKind.String } asked
        && asked.ValueEquals("standard_only"u8)
            ? PriceClass.Standard
            : PriceClass.Priority;

    public static PriceClass AskedOfBedrock(ProviderConnection connection, ChatRequest request, Dialect dialect) =>
        Find(request, "serviceTier") is { ValueKind: JsonValueKind.Object } tier && tier.TryGetProperty("type"u8, out var type)
            ? Told(type)
            : PriceClass.Standard;

    public static JsonElement Find(ChatRequest request, string name)
    {
        var extra = request.Extra;
        for (var i = 0; i < extra.Count; i++)
            if (extra[i].Key == name)
                return extra[i].Value;
        return default;
    }
}
