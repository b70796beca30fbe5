using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers;

/// <summary>
/// What providers report of single calls, in disjoint parts. OpenAI: a transcription has tokens or a duration
/// (https://platform.openai.com/docs/api-reference/audio/json-object), images have tokens of text and image
/// (https://platform.openai.com/docs/api-reference/images/object). Cohere: searches (https://docs.cohere.com/reference/rerank). Mistral: seconds of audio
/// beside tokens, of which the seconds are billed (https://docs.mistral.ai/capabilities/audio). Rerank servers: tokens under prompt_tokens or total_tokens.
/// </summary>
static class SingleUsage
{
    /// <summary>A day: longer audio is a broken number.</summary>
    const double MaxSeconds = 86_400;

    public static Usage Read(CallKind kind, JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
            return default;
        if (Seconds(usage, "seconds") is { } seconds)
            return OfSeconds(seconds);
        if (Seconds(usage, "prompt_audio_seconds") is { } listened)
            return OfSeconds(listened);
        var input = Number(usage, "input_tokens") ?? Number(usage, "prompt_tokens");
        var output = Number(usage, "output_tokens") ?? Number(usage, "completion_tokens") ?? 0;
        if (input is null && kind is CallKind.Rerank or CallKind.Moderation)
            input = Number(usage, "total_tokens");
        if (input is not { } whole)
            return default;
        // OpenAI has both names: the plural in images.
        var ins = Member(usage, "input_token_details") ?? Member(usage, "input_tokens_details");
        var outs = Member(usage, "output_token_details") ?? Member(usage, "output_tokens_details");
        // A part that exceeds the whole is wrong about the part: the whole is what is billed.
        var audio = Math.Min(Part(ins, "audio_tokens"), whole);
        var image = Math.Min(Part(ins, "image_tokens"), whole - audio);
        var cached = Math.Min(Part(ins, "cached_tokens"), whole - audio - image);
        var text = Math.Min(Part(outs, "text_tokens"), output);
        var made = output - text;
        var isImage = kind is CallKind.Image or CallKind.ImageEdit;
        var isSpeech = kind == CallKind.Speech;
        return new Usage
        {
            Input = whole - audio - image - cached,
            CacheRead = cached,
            AudioInput = audio,
            ImageInput = image,
            Output = isImage || isSpeech ? text : output,
            ImageOutput = isImage ? made : 0,
            AudioOutput = isSpeech ? made : 0,
            Source = UsageSource.Reported,
        };
    }

    public static Usage OfSeconds(double seconds) =>
        new() { AudioMs = (long)Math.Ceiling(Math.Clamp(seconds, 0, MaxSeconds) * 1_000), Source = UsageSource.Reported };

    public static Usage OfMeta(JsonElement meta) =>
        Member(meta, "billed_units") is { } billed && Number(billed, "search_units") is { } searches
            ? new Usage { Searches = searches, Source = UsageSource.Reported }
            : default;

    /// <summary>Of several answers in one stream.</summary>
    public static Usage Sum(in Usage a, in Usage b) =>
        a.Source == UsageSource.None
            ? b
            : a with
            {
                Input = a.Input + b.Input,
                CacheRead = a.CacheRead + b.CacheRead,
                AudioInput = a.AudioInput + b.AudioInput,
                ImageInput = a.ImageInput + b.ImageInput,
                Output = a.Output + b.Output,
                ImageOutput = a.ImageOutput + b.ImageOutput,
                AudioOutput = a.AudioOutput + b.AudioOutput,
                AudioMs = a.AudioMs + b.AudioMs,
            };

    static JsonElement? Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value
            : null;

    static long Part(JsonElement? parent, string name) => parent is { } p ? Number(p, name) ?? 0 : 0;

    static long? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? (long)Math.Ceiling(Math.Clamp(number, 0, 1e12))
            : null;

    static double? Seconds(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? number
            : null;
}
