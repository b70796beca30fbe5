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
    PriceClass? served;

    /// <summary>The class of service that the head of the answer named; what usageMetadata names is newer.</summary>
    public PriceClass? Head { get; init; }

    /// <summary>Takes the value at which the reader stands; anything but an object is passed over.</summary>
    public void Take(ref Utf8JsonReader r)
    {
        if (r.TokenType != JsonTokenType.StartObject)
        {
            r.Skip();
            return;
        }
        seen = true;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            if (r.ValueTextEquals("promptTokenCount"u8))
                Raise(ref prompt, ref r);
            else if (r.ValueTextEquals("candidatesTokenCount"u8))
                Raise(ref candidates, ref r);
            else if (r.ValueTextEquals("totalTokenCount"u8))
                Raise(ref total, ref r);
            else if (r.ValueTextEquals("thoughtsTokenCount"u8))
                Raise(ref thoughts, ref r);
            else if (r.ValueTextEquals("cachedContentTokenCount"u8))
                Raise(ref cached, ref r);
            else if (r.ValueTextEquals("toolUsePromptTokenCount"u8))
                Raise(ref toolPrompt, ref r);
            else if (r.ValueTextEquals("promptTokensDetails"u8))
                TakeDetails(ref r, ref audioIn, ref imageIn);
            else if (r.ValueTextEquals("cacheTokensDetails"u8))
                TakeDetails(ref r, ref cachedAudio, ref cachedImage);
            else if (r.ValueTextEquals("candidatesTokensDetails"u8))
            {
                long image = 0;
                TakeDetails(ref r, ref audioOut, ref image);
            }
            else if (r.ValueTextEquals("serviceTier"u8) || r.ValueTextEquals("trafficType"u8))
            {
                r.Read();
                if (r.TokenType == JsonTokenType.String)
                    served = GoogleTiers.Told(r.ValueSpan);
                else
                    r.Skip();
            }
            else
            {
                r.Read();
                r.Skip();
            }
    }

    /// <summary>Counts by modality.</summary>
    static void TakeDetails(ref Utf8JsonReader r, ref long audio, ref long image)
    {
        r.Read();
        if (r.TokenType != JsonTokenType.StartArray)
        {
            r.Skip();
            return;
        }
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
        {
            if (r.TokenType != JsonTokenType.StartObject)
            {
                r.Skip();
                continue;
            }
            long count = 0;
            var (isAudio, isImage) = (false, false);
            while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
                if (r.ValueTextEquals("tokenCount"u8))
                {
                    Raise(ref count, ref r);
                }
                else if (r.ValueTextEquals("modality"u8))
                {
                    r.Read();
                    isAudio = r.TokenType == JsonTokenType.String && r.ValueTextEquals("AUDIO"u8);
                    isImage = r.TokenType == JsonTokenType.String && r.ValueTextEquals("IMAGE"u8);
                    r.Skip();
                }
                else
                {
                    r.Read();
                    r.Skip();
                }
            if (isAudio)
                audio = Math.Max(audio, count);
            if (isImage)
                image = Math.Max(image, count);
        }
    }

    /// <summary>The disjoint parts; nothing with <see cref="UsageSource.None"/> when no usage was seen. No sum exceeds what was told.</summary>
    public readonly Usage ToUsage()
    {
        var at = served ?? Head ?? PriceClass.Standard;
        if (!seen)
            return new Usage { Class = at };
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
            Class = at,
        };
    }

    /// <summary>Reads the value of a member. A count that no answer can have is not one.</summary>
    static void Raise(ref long count, ref Utf8JsonReader r)
    {
        r.Read();
        if (r.TokenType == JsonTokenType.Number && r.TryGetInt64(out var number) && number is >= 0 and <= int.MaxValue)
            count = Math.Max(count, number);
        r.Skip();
    }
}
