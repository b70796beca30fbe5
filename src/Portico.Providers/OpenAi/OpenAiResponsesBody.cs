using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>
/// The body that goes to a provider's own Responses API: the caller's bytes with other values of a few members. What the provider would have to keep, or would
/// have to have kept, is taken out or written out; members that nobody here knows stay byte for byte.
/// </summary>
static class OpenAiResponsesBody
{
    const string Seals = "reasoning.encrypted_content";

    static readonly JsonReaderOptions Options = new() { MaxDepth = OpenAiResponsesFacts.MaxDepth };

    enum Member : byte
    {
        Other,
        Model,
        Stream,
        Store,
        Include,
        Input,
        OutputCap,

        /// <summary>What only we may be told: the state is ours.</summary>
        OfState,
    }

    readonly record struct Place(Member Member, int Start, int ValueStart, int ValueEnd);

    public static ReadOnlyMemory<byte> For(ResponsesCall call)
    {
        var source = call.Body.Span;
        var members = Members(source);
        var edits = new List<BodyEdit>();
        // Behind the opening brace: the object is never empty, it has a model.
        var brace = source.IndexOf((byte)'{') + 1;

        void Set(Member member, string name, byte[] value)
        {
            foreach (var at in members)
                if (at.Member == member)
                {
                    edits.Add(new BodyEdit(at.ValueStart, at.ValueEnd, value));
                    return;
                }
            edits.Insert(0, new BodyEdit(brace, brace, Encoding.UTF8.GetBytes($"\"{name}\":{Encoding.UTF8.GetString(value)},")));
        }

        Set(Member.Model, "model", OpenAiBody.Quoted(call.UpstreamModel));
        Set(Member.Store, "store", "false"u8.ToArray());
        if (call.Stream != Says(source, members, Member.Stream, "true"u8))
            Set(Member.Stream, "stream", call.Stream ? "true"u8.ToArray() : "false"u8.ToArray());
        if (call.OutputCap is { } cap && Number(cap) is var number && !Says(source, members, Member.OutputCap, number))
            Set(Member.OutputCap, "max_output_tokens", number);
        if (call.Input is { } input)
            Set(Member.Input, "input", input.ToArray());
        if (call.WantsSeals && WithSeals(source, members) is { } include)
            Set(Member.Include, "include", include);
        TakeOut(members, edits);
        // What is put in begins where a member that is taken out may begin too: it stays in front of it.
        return BodyEdits.Apply(source, edits.OrderBy(e => e.Start).ToArray());
    }

    /// <summary>Whether a caller asks for sealed reasoning itself.</summary>
    public static bool AsksForSeals(ReadOnlySpan<byte> source) => WithSeals(source, Members(source)) is null;

    static List<Place> Members(ReadOnlySpan<byte> source)
    {
        var members = new List<Place>(16);
        var reader = new Utf8JsonReader(source, Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = Of(ref reader);
            var start = (int)reader.TokenStartIndex;
            reader.Read();
            var value = (int)reader.TokenStartIndex;
            reader.Skip();
            members.Add(new Place(member, start, value, (int)reader.BytesConsumed));
        }
        return members;
    }

    static Member Of(ref Utf8JsonReader name) =>
        name.ValueTextEquals("model"u8) ? Member.Model
        : name.ValueTextEquals("stream"u8) ? Member.Stream
        : name.ValueTextEquals("store"u8) ? Member.Store
        : name.ValueTextEquals("include"u8) ? Member.Include
        : name.ValueTextEquals("input"u8) ? Member.Input
        : name.ValueTextEquals("max_output_tokens"u8) ? Member.OutputCap
        : name.ValueTextEquals("background"u8) || name.ValueTextEquals("previous_response_id"u8) || name.ValueTextEquals("conversation"u8)
            ? Member.OfState
        : Member.Other;

    static bool Says(ReadOnlySpan<byte> source, List<Place> members, Member member, ReadOnlySpan<byte> value)
    {
        foreach (var at in members)
            if (at.Member == member)
                return source[at.ValueStart..at.ValueEnd].SequenceEqual(value);
        return false;
    }

    static byte[] Number(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The list with the wish for seals in it; null when it is there already.</summary>
    static byte[]? WithSeals(ReadOnlySpan<byte> source, List<Place> members)
    {
        foreach (var at in members)
        {
            if (at.Member != Member.Include || source[at.ValueStart] != (byte)'[')
                continue;
            var list = source[at.ValueStart..at.ValueEnd];
            var reader = new Utf8JsonReader(list, Options);
            var isEmpty = true;
            reader.Read();
            for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; isEmpty = false)
                if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(Seals))
                    return null;
            return [.. "[\""u8, .. Encoding.ASCII.GetBytes(Seals), (byte)'"', .. isEmpty ? ""u8 : ","u8, .. list[1..]];
        }
        return Encoding.ASCII.GetBytes($"[\"{Seals}\"]");
    }

    /// <summary>Takes members out with the commas that would be left. One stays in any case: the model.</summary>
    static void TakeOut(List<Place> members, List<BodyEdit> edits)
    {
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i].Member != Member.OfState)
                continue;
            var first = i;
            while (i + 1 < members.Count && members[i + 1].Member == Member.OfState)
                i++;
            edits.Add(
                i + 1 < members.Count
                    ? new BodyEdit(members[first].Start, members[i + 1].Start, default)
                    : new BodyEdit(members[first - 1].ValueEnd, members[i].ValueEnd, default)
            );
        }
    }
}
