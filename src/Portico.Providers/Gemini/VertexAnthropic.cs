using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;
using Portico.Providers.Http;

namespace Portico.Providers.Gemini;

/// <summary>
/// Claude on Vertex AI: the Messages API with the model in the address, and the version in the body
/// (https://platform.claude.com/docs/en/api/claude-on-vertex-ai).
/// </summary>
static class VertexAnthropic
{
    static ReadOnlySpan<byte> VersionMember => "\"anthropic_version\":\"vertex-2023-10-16\""u8;

    /// <summary>Behind a model's address.</summary>
    public static string Method(bool stream) => stream ? ":streamRawPredict" : ":rawPredict";

    /// <summary>The body of the Messages API with the version in the place of the model.</summary>
    public static AnthropicBody Body(ProviderCall call)
    {
        var body = AnthropicBody.For(call);
        Refusals.Losses(call.RefusesLosses, body.Dropped);
        return body with { Bytes = WithVersion(body.Bytes) };
    }

    internal static ReadOnlyMemory<byte> WithVersion(ReadOnlyMemory<byte> body)
    {
        var (model, version, behindModel) = Find(body.Span);
        var edits = new List<BodyEdit>(2);
        // A caller's own version is another host's, and takes the place; the model then goes with the comma behind it or before it.
        if (version is { } old)
        {
            edits.Add(new BodyEdit(old.Start, old.End, VersionMember.ToArray()));
            edits.Add(
                behindModel is { } next
                    ? new BodyEdit(model.Start, next, default)
                    : new BodyEdit(Comma(body.Span, model.Start), model.End, default)
            );
        }
        else
            edits.Add(new BodyEdit(model.Start, model.End, VersionMember.ToArray()));
        return BodyEdits.Apply(body.Span, edits.OrderBy(e => e.Start).ToArray());
    }

    static int Comma(ReadOnlySpan<byte> body, int before) => body[..before].LastIndexOf((byte)',');

    /// <summary>Where the members lie, and where the one behind the model begins.</summary>
    static ((int Start, int End) Model, (int Start, int End)? Version, int? BehindModel) Find(ReadOnlySpan<byte> body)
    {
        (int Start, int End)? model = null;
        (int Start, int End)? version = null;
        int? behind = null;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            if (model is not null)
                behind ??= start;
            var isModel = reader.ValueTextEquals("model"u8);
            var isVersion = reader.ValueTextEquals("anthropic_version"u8);
            reader.Read();
            reader.Skip();
            var member = (start, (int)reader.BytesConsumed);
            if (isModel)
                model ??= member;
            else if (isVersion)
                version ??= member;
        }
        return (model ?? throw new InvalidOperationException("A body of the Messages API names its model."), version, behind);
    }

    public static ReplyReader Reader(ProviderCall call)
    {
        var (connection, asFrames) = (call.Connection, call.WantsFrames(Dialect.AnthropicMessages));
        return new ReplyReader(
            (source, ct) => BeginAsync(source, connection, asFrames, ct),
            body => AnthropicAnswer.Read(body, connection, asFrames)
        );
    }

    static async Task<ModelEventStream> BeginAsync(UpstreamBytes source, ProviderConnection connection, bool asFrames, CancellationToken ct)
    {
        var stream = new AnthropicStream(source, connection, asFrames);
        try
        {
            await stream.PrimeAsync(ct);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
