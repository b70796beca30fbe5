using System.Text;
using Portico.Core.Chat;
using Portico.Gateway.Wire;

namespace Portico.Tests.Gateway.Wire;

/// <summary>A system prompt gets something around it, and all else of a body stays byte for byte.</summary>
public sealed class SystemTextsTests
{
    const string Before = "[a]\n";
    const string Behind = "\n\"b\"";

    static string? Enclosed(ReadChat read, int first, int last, int count)
    {
        var body = SystemTexts.Enclose(read.Body, first, last, count, Before, Behind);
        if (body is null)
            return null;
        // The places of all members that are edited later have moved with it.
        var text = Encoding.UTF8.GetString(body.Bytes.Span);
        foreach (
            var (field, old) in new[]
            {
                (body.Model, read.Body.Model),
                (body.StreamOptions, read.Body.StreamOptions),
                (body.OutputCap, read.Body.OutputCap),
            }
        )
            Encoding
                .UTF8.GetString(body.Bytes.Span[field.ValueStart..field.ValueEnd])
                .ShouldBe(Encoding.UTF8.GetString(read.Body.Bytes.Span[old.ValueStart..old.ValueEnd]));
        text[..1].ShouldBe("{");
        Encoding.UTF8.GetString(body.Bytes.Span[body.Messages.ValueStart..body.Messages.ValueEnd]).ShouldStartWith("[");
        Encoding.UTF8.GetString(body.Bytes.Span[body.Messages.ValueStart..body.Messages.ValueEnd]).ShouldEndWith("]");
        return text;
    }

    static ReadChat Chat(string json) => OpenAiChatReader.Read(Encoding.UTF8.GetBytes(json));

    static ReadChat Messages(string json) => MessagesReader.Read(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void A_message_of_the_system_keeps_its_form_and_what_nobody_knows_of_it() =>
        Enclosed(
                Chat(
                    """{ "x":1, "max_tokens": 5,"messages":[{"role":"system","content":"You \u00e4 \"help\" ü","later":{"z":[1]}}, {"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_usage":true}, "model":"m" ,"new":null}"""
                ),
                0,
                0,
                1
            )
            .ShouldBe(
                """{ "x":1, "max_tokens": 5,"messages":[{"role":"system","content":"[a]\nYou \u00e4 \"help\" ü\n\u0022b\u0022","later":{"z":[1]}}, {"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_usage":true}, "model":"m" ,"new":null}"""
            );

    [Fact]
    public void Of_several_messages_and_parts_the_first_text_and_the_last_are_enclosed() =>
        Enclosed(
                Chat(
                    """{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"system","content":[{"text":"one","type":"text"},{"type":"text","text":"two","q":2}]},{"role":"developer","content":[{"type":"text","text":"three"},{"type":"text","text":""}]},{"role":"user","content":"text"}]}"""
                ),
                1,
                2,
                4
            )
            .ShouldBe(
                """{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"system","content":[{"text":"[a]\none","type":"text"},{"type":"text","text":"two","q":2}]},{"role":"developer","content":[{"type":"text","text":"three"},{"type":"text","text":"\n\u0022b\u0022"}]},{"role":"user","content":"text"}]}"""
            );

    [Theory]
    [InlineData("\"You help\"", "\"[a]\\nYou help\\n\\u0022b\\u0022\"", 1)]
    [InlineData(
        """[{"type":"text","text":"You","cache_control":{"type":"ephemeral"}},{"type":"text","text":"help","q":1}]""",
        """[{"type":"text","text":"[a]\nYou","cache_control":{"type":"ephemeral"}},{"type":"text","text":"help\n\u0022b\u0022","q":1}]""",
        2
    )]
    public void The_system_of_the_messages_protocol_is_a_member_of_its_own(string system, string enclosed, int count)
    {
        foreach (
            var form in (string[])
                [
                    """{"model":"m","system":SYSTEM,"max_tokens":9,"messages":[{"role":"user","content":"system"}],"unknown":{"system":"x"}}""",
                    """{"unknown":{"system":"x"},"messages":[{"role":"user","content":"system"}],"max_tokens":9,"system":SYSTEM,"model":"m"}""",
                ]
        )
            Enclosed(Messages(form.Replace("SYSTEM", system, StringComparison.Ordinal)), 0, 0, count)
                .ShouldBe(form.Replace("SYSTEM", enclosed, StringComparison.Ordinal));
    }

    [Fact]
    public void A_body_that_does_not_have_the_texts_of_the_canonical_form_is_left_to_be_written_anew()
    {
        var read = Chat("""{"model":"m","messages":[{"role":"system","content":"one"}]}""");
        Enclosed(read, 0, 0, 2).ShouldBeNull();
        SystemTexts
            .Enclose(read.Body with { Dialect = Dialect.OpenAiResponses }, 0, 0, 1, Before, Behind)
            .ShouldBeNull("its input is no list of messages");
    }
}
