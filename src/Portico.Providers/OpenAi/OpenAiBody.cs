using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>The body to send: the caller's own with a few members changed, or one written from the canonical form.</summary>
static class OpenAiBody
{
    public static ReadOnlyMemory<byte> For(ProviderCall call, OpenAiPreset preset) => For(call, preset, out _);

    /// <param name="call">The attempt.</param>
    /// <param name="preset">How the service differs.</param>
    /// <param name="left">Receives the names of the fields that are not in it.</param>
    /// <exception cref="UpstreamException">The request asks for what the form cannot carry.</exception>
    public static ReadOnlyMemory<byte> For(ProviderCall call, OpenAiPreset preset, out IReadOnlyList<string> left)
    {
        if (call.Body is not { Dialect: Dialect.OpenAiChat } body)
            return Written(call, preset, out left);
        left = LeavesOutStreamOptions(body, preset) ? ["stream_options"] : [];
        var edits = new BodyEdit[5];
        var count = 0;
        if (!preset.LeavesModelOut)
            edits[count++] = new BodyEdit(body.Model.ValueStart, body.Model.ValueEnd, Quoted(call.UpstreamModel));
        if (call.Request.Stream && preset.TakesStreamOptions && !call.Request.IncludeUsage)
            edits[count++] = AskForUsage(body);
        if ((call.OutputCap ?? call.Request.MaxOutputTokens) is { } cap)
        {
            if (call.Request.MaxOutputTokens != cap || HasForeignCap(body, preset))
                edits[count++] = Cap(body, preset, cap);
            // A server that knows only the older name must not be given another number under it.
            if (body.OlderCap.IsPresent)
                edits[count++] = new BodyEdit(body.OlderCap.ValueStart, body.OlderCap.ValueEnd, Number(cap));
        }
        // Behind the insertions: it may begin where they stand.
        if (preset.LeavesModelOut)
            edits[count++] = Without(body, body.Model);
        if (LeavesOutStreamOptions(body, preset))
            edits[count++] = Without(body, body.StreamOptions);
        var ordered = edits.AsSpan(0, count);
        Sort(ordered);
        return BodyEdits.Apply(body.Bytes.Span, ordered);
    }

    /// <summary>By place; several insertions at the opening brace keep the order in which they were made.</summary>
    static void Sort(Span<BodyEdit> edits)
    {
        for (var i = 1; i < edits.Length; i++)
        for (var j = i; j > 0 && edits[j - 1].Start > edits[j].Start; j--)
            (edits[j - 1], edits[j]) = (edits[j], edits[j - 1]);
    }

    static readonly byte[] UsageAsked = "\"stream_options\":{\"include_usage\":true},"u8.ToArray();

    static BodyEdit AskForUsage(WireBody body)
    {
        if (!body.StreamOptions.IsPresent)
            return Insert(body, UsageAsked);
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

    static BodyEdit Cap(WireBody body, OpenAiPreset preset, int cap) =>
        !body.OutputCap.IsPresent ? Insert(body, Member(preset.CapField, cap, ","))
        : HasForeignCap(body, preset) ? new BodyEdit(body.OutputCap.MemberStart, body.OutputCap.ValueEnd, Member(preset.CapField, cap, ""))
        : new BodyEdit(body.OutputCap.ValueStart, body.OutputCap.ValueEnd, Number(cap));

    /// <summary>The caller names its cap as newer servers of OpenAI do, and this one does not know that name: it would answer without end.</summary>
    static bool HasForeignCap(WireBody body, OpenAiPreset preset) =>
        preset.CapField == "max_tokens"
        && body.OutputCap.IsPresent
        && !body.OlderCap.IsPresent
        && body.Bytes.Span[body.OutputCap.MemberStart..].StartsWith("\"max_completion_tokens\""u8);

    /// <summary>The service refuses stream_options; it tells usage unasked.</summary>
    public static bool LeavesOutStreamOptions(WireBody? body, OpenAiPreset preset) =>
        !preset.TakesStreamOptions && body is { Dialect: Dialect.OpenAiChat, StreamOptions.IsPresent: true };

    /// <summary>Takes a member out with one of the commas beside it: there is one, the object has a model and messages.</summary>
    static BodyEdit Without(WireBody body, WireField field)
    {
        var bytes = body.Bytes.Span;
        var end = field.ValueEnd;
        while (bytes[end] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            end++;
        if (bytes[end] == (byte)',')
            return new BodyEdit(field.MemberStart, end + 1, default);
        var start = bytes[..field.MemberStart].LastIndexOf((byte)',');
        return new BodyEdit(start, field.ValueEnd, default);
    }

    static byte[] Number(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    static byte[] Member(string name, int number, string behind)
    {
        Span<byte> text = stackalloc byte[64];
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"\"{name}\":{number}{behind}", out var length);
        return text[..length].ToArray();
    }

    // Behind the opening brace: the object is never empty, it has a model.
    static BodyEdit Insert(WireBody body, ReadOnlyMemory<byte> member) => new(body.ObjectStart + 1, body.ObjectStart + 1, member);

    /// <summary>The same body with the model's name at the provider: everything else byte for byte.</summary>
    internal static ReadOnlyMemory<byte> Renamed(WireBody body, string model)
    {
        var name = body.FormType is null ? Quoted(model) : Encoding.UTF8.GetBytes(model);
        return BodyEdits.Apply(body.Bytes.Span, [new BodyEdit(body.Model.ValueStart, body.Model.ValueEnd, name)]);
    }

    internal static byte[] Quoted(string text)
    {
        var escaped = JsonEncodedText.Encode(text).EncodedUtf8Bytes;
        var quoted = new byte[escaped.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        escaped.CopyTo(quoted.AsSpan(1));
        return quoted;
    }

    static ReadOnlyMemory<byte> Written(ProviderCall call, OpenAiPreset preset, out IReadOnlyList<string> left)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        left = OpenAiChatWriter.Write(target, call, preset);
        return target.WrittenMemory;
    }
}
