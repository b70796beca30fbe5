using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Anthropic;

/// <summary>The body to send, and what of the caller's request is not in it.</summary>
readonly record struct AnthropicBody(ReadOnlyMemory<byte> Bytes, IReadOnlyList<string> Dropped)
{
    /// <summary>The caller's own body with model and cap changed when it is of this dialect; else one written from the canonical form.</summary>
    public static AnthropicBody For(ProviderCall call)
    {
        if (call.Body is { Dialect: Dialect.AnthropicMessages } body && !HoldsForeignThoughts(call))
            return new AnthropicBody(Edited(call, body), []);
        var target = new ArrayBufferWriter<byte>(1024);
        var dropped = AnthropicChatWriter.Write(target, call);
        return new AnthropicBody(target.WrittenMemory, dropped);
    }

    /// <summary>The body for a count of its tokens: nothing but the model's name is ours.</summary>
    public static ReadOnlyMemory<byte> ForCounting(ProviderCall call) =>
        call.Body is { Dialect: Dialect.AnthropicMessages } body
            ? Edited(call, body)
            : throw Refusals.CannotTake("messages", "tokens are counted of a body in Anthropic's form");

    /// <summary>Claude refuses thinking that bears no seal of its own: another model of the route thought that. Written anew, it is left out and named.</summary>
    static bool HoldsForeignThoughts(ProviderCall call)
    {
        var messages = call.Request.Messages;
        for (var i = 0; i < messages.Count; i++)
        {
            var parts = messages[i].Parts;
            for (var j = 0; j < parts.Count; j++)
                if (parts[j] is ReasoningPart thought && !AnthropicMessageWriter.IsClaudes(thought))
                    return AnthropicModel.Of(call.UpstreamModel).IsClaude;
        }
        return false;
    }

    static ReadOnlyMemory<byte> Edited(ProviderCall call, WireBody body)
    {
        var edits = new List<BodyEdit>(2) { new(body.Model.ValueStart, body.Model.ValueEnd, Quoted(call.UpstreamModel)) };
        if (call.OutputCap is { } cap && call.Request.MaxOutputTokens != cap)
        {
            var number = cap.ToString(CultureInfo.InvariantCulture);
            // Behind the opening brace: the object is never empty, it has a model.
            edits.Add(
                body.OutputCap.IsPresent
                    ? new BodyEdit(body.OutputCap.ValueStart, body.OutputCap.ValueEnd, Encoding.ASCII.GetBytes(number))
                    : new BodyEdit(body.ObjectStart + 1, body.ObjectStart + 1, Encoding.ASCII.GetBytes($"\"max_tokens\":{number},"))
            );
        }
        return BodyEdits.Apply(body.Bytes.Span, edits.OrderBy(e => e.Start).ToArray());
    }

    static byte[] Quoted(string text) => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\"");
}
