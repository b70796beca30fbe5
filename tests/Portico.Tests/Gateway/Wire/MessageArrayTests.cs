using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Gateway.Wire;

namespace Portico.Tests.Gateway.Wire;

/// <summary>Messages leave a body and one comes in; nothing else of it moves.</summary>
public sealed class MessageArrayTests
{
    static readonly string[] Spelled =
    [
        """{"role":"user","content":"a, b] c} \" Zürich 🚲","x":[{"y":[]}]}""",
        """{ "content" : [ {"type":"text","text":"two"} ] , "role" : "user" }""",
        "{\n  \"role\": \"assistant\",\n  \"content\": null,\n  \"tool_calls\": [{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"q\\\":1}\"}}]\n}",
        """{"role":"tool","tool_call_id":"c1","content":"4"}""",
        """{"role":"system","content":""}""",
    ];

    static readonly ChatMessage Summary = new() { Role = ChatRole.User, Parts = [new TextPart("In \"short\"")] };

    sealed record Case(int[] Messages, bool[] Goes, bool Instead, bool CapFirst);

    static readonly Gen<Case> Cases =
        from messages in Gen.Choose(0, Spelled.Length - 1).ArrayOf().Where(m => m.Length > 0)
        from goes in Gen.Elements(true, false).ArrayOf(messages.Length)
        from instead in Gen.Elements(true, false)
        from first in Gen.Elements(true, false)
        select new Case(messages, goes, instead, first);

    [Fact]
    public void What_stays_is_byte_for_byte_what_came_and_every_place_still_leads_to_its_member() =>
        Prop.ForAll(
                Cases.ToArbitrary(),
                c =>
                {
                    var cap = "\"max_tokens\" : 77";
                    var (before, behind) = c.CapFirst ? (cap + ", ", "") : ("", ", " + cap);
                    string BodyOf(string messages) =>
                        $$"""  { "x_a": {"messages":[1]}, {{before}}"model":"m", "messages" : {{messages}} ,"stream_options":{"include_usage":true}{{behind}},"x_b":[]}""";
                    var spelled = c.Messages.Select(i => Spelled[i]).ToList();
                    var read = OpenAiChatReader.Read(Encoding.UTF8.GetBytes(BodyOf("[ " + string.Join(" ,\n", spelled) + " ]")));
                    var places = Enumerable.Range(0, spelled.Count).Where(i => c.Goes[i]).ToList();
                    var changed = MessageArray.Replace(read.Body, places, c.Instead ? Summary : null);

                    var kept = spelled.Select((m, i) => c.Goes[i] ? null : m).ToList();
                    if (c.Instead && places.Count > 0)
                        kept[places[0]] = """{"role":"user","content":"In \u0022short\u0022"}""";
                    var expected = BodyOf("[" + string.Join(',', kept.OfType<string>()) + "]");
                    Encoding.UTF8.GetString(changed.Bytes.Span).ShouldBe(expected);

                    string At(WireField f) => Encoding.UTF8.GetString(changed.Bytes.Span[f.MemberStart..f.ValueEnd]);
                    At(changed.Model).ShouldBe("\"model\":\"m\"");
                    At(changed.StreamOptions).ShouldBe("\"stream_options\":{\"include_usage\":true}");
                    At(changed.OutputCap).ShouldBe(cap);
                    At(changed.Messages).ShouldStartWith("\"messages\" : [");
                    At(changed.Messages).ShouldEndWith("]");
                    JsonNode.Parse(changed.Bytes.Span).ShouldNotBeNull();
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void An_absent_member_stays_absent()
    {
        var read = OpenAiChatReader.Read(
            """{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}],"model":"m"}"""u8.ToArray()
        );
        var changed = MessageArray.Replace(read.Body, [0], null);
        changed.OutputCap.IsPresent.ShouldBeFalse();
        changed.StreamOptions.IsPresent.ShouldBeFalse();
        Encoding.UTF8.GetString(changed.Bytes.Span).ShouldBe("""{"messages":[{"role":"user","content":"b"}],"model":"m"}""");
    }
}
