using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Tests.Repository;

namespace Portico.Tests.Gateway.Wire;

/// <summary>What is refused of a request in Anthropic's form, and by which name; what stays unread is named.</summary>
public sealed class MessagesReaderTests
{
    static ReadChat Read(string json) => MessagesReader.Read(Encoding.UTF8.GetBytes(json));

    static string With(string member) => $$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],{{member}}}""";

    static string Blocks(string role, string blocks) =>
        $$"""{"model":"m","max_tokens":9,"messages":[{"role":"{{role}}","content":[{{blocks}}]}]}""";

    static void Refused(string json, string param)
    {
        var e = Should.Throw<PorticoException>(() => Read(json));
        e.Kind.ShouldBe(ErrorTable.InvalidRequest);
        e.Param.ShouldBe(param);
        e.Message.ShouldContain(param);
    }

    [Theory]
    [InlineData("""{"max_tokens":9,"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}]}""", "max_tokens")]
    [InlineData("""{"model":"m","max_tokens":9}""", "messages")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[]}""", "messages")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":"x"}""", "messages")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":["x"]}""", "messages[0]")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"system","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user"}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":5}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":["x"]}]}""", "messages[0].content[0]")]
    public void What_is_missing_or_wrong_in_the_body_is_named(string json, string param) => Refused(json, param);

    [Theory]
    [InlineData("\"max_tokens\":\"many\"", "max_tokens")]
    [InlineData("\"temperature\":1.5", "temperature")]
    [InlineData("\"top_p\":[1]", "top_p")]
    [InlineData("\"top_k\":-1", "top_k")]
    [InlineData("\"stream\":\"yes\"", "stream")]
    [InlineData("\"stop_sequences\":\"x\"", "stop_sequences")]
    [InlineData("\"stop_sequences\":[5]", "stop_sequences[0]")]
    [InlineData("\"system\":5", "system")]
    [InlineData("\"system\":[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"x\"}}]", "system[0]")]
    [InlineData("\"metadata\":\"me\"", "metadata")]
    [InlineData("\"metadata\":{\"user_id\":5}", "metadata.user_id")]
    [InlineData("\"thinking\":true", "thinking")]
    [InlineData("\"thinking\":{}", "thinking.type")]
    [InlineData("\"thinking\":{\"type\":\"enabled\"}", "thinking.budget_tokens")]
    [InlineData("\"tools\":\"hammer\"", "tools")]
    [InlineData("\"tools\":[{\"name\":\"f\"}]", "tools[0].input_schema")]
    [InlineData("\"tools\":[{\"input_schema\":{}}]", "tools[0].name")]
    [InlineData("\"tool_choice\":\"auto\"", "tool_choice")]
    [InlineData("\"tool_choice\":{\"type\":\"some\"}", "tool_choice.type")]
    [InlineData("\"tool_choice\":{\"type\":\"tool\"}", "tool_choice.name")]
    [InlineData("\"output_config\":{\"format\":{\"type\":\"json_schema\"}}", "output_config.format.schema")]
    public void A_value_of_the_wrong_type_or_range_is_refused_by_its_name(string member, string param) =>
        Refused(member.StartsWith("\"max_tokens", StringComparison.Ordinal) ? "{" + member + "}" : With(member), param);

    [Theory]
    [InlineData("user", "{}", "messages[0].content[0].type")]
    [InlineData("user", """{"type":"text"}""", "messages[0].content[0].text")]
    [InlineData("user", """{"type":"text","text":5}""", "messages[0].content[0].text")]
    [InlineData("user", """{"type":"text","text":"x","cache_control":"yes"}""", "messages[0].content[0].cache_control")]
    [InlineData("user", """{"type":"image","source":"x"}""", "messages[0].content[0].source")]
    [InlineData("user", """{"type":"image","source":{"type":"base64","data":"x"}}""", "messages[0].content[0].source.media_type")]
    [InlineData("user", """{"type":"tool_result","content":"x"}""", "messages[0].content[0].tool_use_id")]
    [InlineData("user", """{"type":"tool_result","tool_use_id":"a","content":5}""", "messages[0].content[0].content")]
    [InlineData("user", """{"type":"tool_result","tool_use_id":"a","is_error":"yes"}""", "messages[0].content[0].is_error")]
    [InlineData("assistant", """{"type":"tool_use","id":"a","name":"f","input":"x"}""", "messages[0].content[0].input")]
    [InlineData("assistant", """{"type":"tool_use","name":"f","input":{}}""", "messages[0].content[0].id")]
    [InlineData("assistant", """{"type":"thinking"}""", "messages[0].content[0].thinking")]
    public void A_broken_block_is_refused_by_its_place(string role, string block, string param) => Refused(Blocks(role, block), param);

    [Theory]
    [InlineData("assistant", """{"type":"tool_result","tool_use_id":"a"}""")]
    [InlineData("user", """{"type":"tool_use","id":"a","name":"f","input":{}}""")]
    public void A_block_of_the_other_role_is_refused(string role, string block) =>
        Should.Throw<PorticoException>(() => Read(Blocks(role, block))).Param.ShouldBe("messages[0].content");

    /// <summary>The provider might take the other one: what was checked, counted and priced must be what is sent.</summary>
    [Theory]
    [InlineData("\"model\":\"n\"", "model")]
    [InlineData("\"max_tokens\":8", "max_tokens")]
    [InlineData("\"x\":1,\"x\":2", "x")]
    public void A_member_that_stands_twice_is_refused(string member, string param) => Refused(With(member), param);

    [Theory]
    [InlineData("{\"model\":\"m\",")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("""{"model":"\ud800","max_tokens":9,"messages":[]}""")]
    public void What_is_not_one_json_object_is_refused(string json) =>
        Should.Throw<PorticoException>(() => Read(json)).Kind.ShouldBe(ErrorTable.InvalidJson);

    /// <summary>Whatever is sent is read or refused by the table, and a body that is read has its places where they are said to be.</summary>
    [Fact]
    public void A_body_with_broken_bytes_is_read_or_refused_and_never_breaks_the_reader()
    {
        var good = File.ReadAllBytes(Repo.PathOf("tests/Portico.Tests/Gateway/Wire/Fixtures/messages/everything-known.json"));
        Prop.ForAll(
                Gen.Choose(0, good.Length - 1).Zip(Gen.Choose(0, 255)).NonEmptyListOf().ToArbitrary(),
                Gen.Choose(0, good.Length).ToArbitrary(),
                (changes, cut) =>
                {
                    var bytes = good.ToArray();
                    foreach (var (at, value) in changes)
                        bytes[at] = (byte)value;
                    if (cut % 7 == 0)
                        bytes = bytes[..cut];
                    try
                    {
                        var body = MessagesReader.Read(bytes).Body;
                        bytes.AsSpan(body.Messages.ValueStart, 1)[0].ShouldBe((byte)'[');
                        bytes[body.Model.ValueEnd - 1].ShouldBe((byte)'"');
                    }
                    catch (PorticoException e)
                    {
                        e.Kind.Status.ShouldBe(400);
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Fact]
    public void A_count_of_tokens_needs_no_cap() =>
        MessagesReader
            .Read("""{"model":"m","messages":[{"role":"user","content":"x"}]}"""u8.ToArray(), needsCap: false)
            .Request.MaxOutputTokens.ShouldBeNull();

    [Fact]
    public void Answers_of_tools_become_messages_of_their_own_in_their_order()
    {
        var read = Read(
            Blocks(
                "user",
                """{"type":"text","text":"before"},{"type":"tool_result","tool_use_id":"a","content":"1"},{"type":"tool_result","tool_use_id":"b"},{"type":"text","text":"behind"}"""
            )
        );
        read.Request.Messages.Select(m => $"{m.Role} {m.ToolCallId} {(m.Parts.FirstOrDefault() as TextPart)?.Text}")
            .ShouldBe(["User  before", "Tool a 1", "Tool b ", "User  behind"]);
    }

    [Fact]
    public void The_places_of_the_members_that_may_change_lead_to_them()
    {
        const string Json = """{ "messages" : [{"role":"user","content":"x"}] , "max_tokens": 9, "model" : "m"}""";
        var body = Read(Json).Body;
        body.Dialect.ShouldBe(Dialect.AnthropicMessages);
        Json[body.Model.ValueStart..body.Model.ValueEnd].ShouldBe("\"m\"");
        Json[body.OutputCap.ValueStart..body.OutputCap.ValueEnd].ShouldBe("9");
        Json[body.Messages.ValueStart..body.Messages.ValueEnd].ShouldBe("""[{"role":"user","content":"x"}]""");
    }
}
