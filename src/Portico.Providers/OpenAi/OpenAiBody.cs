using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>The body to send: the caller's own with a few members changed, or one written from the canonical form.</summary>
static class OpenAiBody
{
    public static ReadOnlyMemory<byte> For(ProviderCall call, OpenAiPreset preset)
    {
        if (call.Body is not { Dialect: Dialect.OpenAiChat } body)
            return Written(call, preset);
        var edits = new BodyEdit[4];
        var count = 0;
        edits[count++] = new BodyEdit(body.Model.ValueStart, body.Model.ValueEnd, Quoted(call.UpstreamModel));
        if (call.Request.Stream && preset.TakesStreamOptions && !call.Request.IncludeUsage)
            edits[count++] = AskForUsage(body);
        if (call.OutputCap is { } cap && call.Request.MaxOutputTokens != cap)
            edits[count++] = Cap(body, preset, cap);
        var ordered = edits.AsSpan(0, count);
        Sort(ordered);
        var target = new ArrayBufferWriter<byte>(body.Bytes.Length + 128);
        BodyEdits.Apply(body.Bytes.Span, ordered, target);
        return target.WrittenMemory;
    }

    /// <summary>By place; several insertions at the opening brace keep the order in which they were made.</summary>
    static void Sort(Span<BodyEdit> edits)
    {
        for (var i = 1; i < edits.Length; i++)
        for (var j = i; j > 0 && edits[j - 1].Start > edits[j].Start; j--)
            (edits[j - 1], edits[j]) = (edits[j], edits[j - 1]);
    }

    static BodyEdit AskForUsage(WireBody body)
    {
        if (!body.StreamOptions.IsPresent)
            return Insert(body, "\"stream_options\":{\"include_usage\":true},"u8);
        var value = body.Bytes.Span[body.StreamOptions.ValueStart..body.StreamOptions.ValueEnd];
        return new BodyEdit(body.StreamOptions.ValueStart, body.StreamOptions.ValueEnd, WithUsage(value));
    }

    static ReadOnlyMemory<byte> WithUsage(ReadOnlySpan<byte> options)
    {
        var reader = new Utf8JsonReader(options);
        using var document = JsonDocument.ParseValue(ref reader);
        var target = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteBoolean("include_usage"u8, true);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            foreach (var member in document.RootElement.EnumerateObject().Where(m => m.Name != "include_usage"))
                member.WriteTo(json);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    static BodyEdit Cap(WireBody body, OpenAiPreset preset, int cap)
    {
        var number = cap.ToString(CultureInfo.InvariantCulture);
        return body.OutputCap.IsPresent
            ? new BodyEdit(body.OutputCap.ValueStart, body.OutputCap.ValueEnd, Encoding.ASCII.GetBytes(number))
            : Insert(body, Encoding.ASCII.GetBytes($"\"{preset.CapField}\":{number},"));
    }

    // Behind the opening brace: the object is never empty, it has a model.
    static BodyEdit Insert(WireBody body, ReadOnlySpan<byte> member) => new(body.ObjectStart + 1, body.ObjectStart + 1, member.ToArray());

    internal static byte[] Quoted(string text)
    {
        var escaped = JsonEncodedText.Encode(text).EncodedUtf8Bytes;
        var quoted = new byte[escaped.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        escaped.CopyTo(quoted.AsSpan(1));
        return quoted;
    }

    static ReadOnlyMemory<byte> Written(ProviderCall call, OpenAiPreset preset)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        OpenAiChatWriter.Write(target, call, preset);
        return target.WrittenMemory;
    }
}
