using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>
/// Gathers usageMetadata over the chunks of one answer; the counts repeat and grow, so each is kept at its maximum
/// (https://ai.google.dev/api/generate-content#UsageMetadata). The cached part stands inside the prompt, the prompts of tools and the thinking stand beside.
/// </summary>
struct GeminiUsage
{
    bool seen;
    long prompt;
    long toolPrompt;
    long cached;
    long candidates;
    long thoughts;
    long total;
    long audioIn;
    long imageIn;
    long cachedAudio;
    long cachedImage;
    long audioOut;

    public void Take(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
            return;
        seen = true;
        Raise(ref prompt, usage, "promptTokenCount"u8);
        Raise(ref toolPrompt, usage, "toolUsePromptTokenCount"u8);
        Raise(ref cached, usage, "cachedContentTokenCount"u8);
        Raise(ref candidates, usage, "candidatesTokenCount"u8);
        Raise(ref thoughts, usage, "thoughtsTokenCount"u8);
        Raise(ref total, usage, "totalTokenCount"u8);
        Raise(ref audioIn, usage, "promptTokensDetails"u8, "AUDIO");
        Raise(ref imageIn, usage, "promptTokensDetails"u8, "IMAGE");
        Raise(ref cachedAudio, usage, "cacheTokensDetails"u8, "AUDIO");
        Raise(ref cachedImage, usage, "cacheTokensDetails"u8, "IMAGE");
        Raise(ref audioOut, usage, "candidatesTokensDetails"u8, "AUDIO");
    }

    /// <summary>The disjoint parts; nothing with <see cref="UsageSource.None"/> when no usage was seen. No sum exceeds what was told.</summary>
    public readonly Usage ToUsage()
    {
        if (!seen)
            return default;
        var cacheRead = Math.Min(cached, prompt);
        var fresh = prompt - cacheRead;
        var audio = Math.Clamp(audioIn - cachedAudio, 0, fresh);
        var image = Math.Clamp(imageIn - cachedImage, 0, fresh - audio);
        // Some models count the thinking among the candidates: the total tells.
        var within = thoughts > 0 && total > 0 && prompt + toolPrompt + candidates == total;
        var said = within ? Math.Max(0, candidates - thoughts) : candidates;
        var spoken = Math.Min(audioOut, said);
        return new Usage
        {
            Input = fresh - audio - image + toolPrompt,
            CacheRead = cacheRead,
            AudioInput = audio,
            ImageInput = image,
            Output = said - spoken,
            Reasoning = thoughts,
            AudioOutput = spoken,
            Source = UsageSource.Reported,
        };
    }

    static void Raise(ref long count, JsonElement parent, ReadOnlySpan<byte> name)
    {
        if (parent.TryGetProperty(name, out var value))
            Raise(ref count, value);
    }

    static void Raise(ref long count, JsonElement parent, ReadOnlySpan<byte> name, string modality)
    {
        if (!parent.TryGetProperty(name, out var details) || details.ValueKind != JsonValueKind.Array)
            return;
        foreach (var detail in details.EnumerateArray())
            if (
                detail.ValueKind == JsonValueKind.Object
                && detail.TryGetProperty("modality"u8, out var kind)
                && kind.ValueKind == JsonValueKind.String
                && kind.ValueEquals(modality)
                && detail.TryGetProperty("tokenCount"u8, out var value)
            )
                Raise(ref count, value);
    }

    /// <summary>A count that no answer can have is not one.</summary>
    static void Raise(ref long count, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number is >= 0 and <= int.MaxValue)
            count = Math.Max(count, number);
    }
}
