using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers.OpenAi;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Repository;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>Requests of the Responses API and what becomes of each: the canonical form, what is sent to each kind of provider, what is left out.</summary>
public sealed class ResponsesGoldenTests
{
    const string Folder = "tests/Portico.Tests/Gateway/Wire/Fixtures/responses";

    public static TheoryData<string> Requests =>
        [.. Directory.GetFiles(Repo.PathOf(Folder), "*.json").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_is_read_and_sent_as_the_golden_file_says(string fixture)
    {
        var call = ResponsesWriterTests.Call(File.ReadAllText(Repo.PathOf($"{Folder}/{fixture}")));
        var text = new StringBuilder();
        Section(text, "canonical", CanonicalText.Of(call.Chat!));
        var asked = call.Responses!;
        Section(
            text,
            "asked beside it",
            $"store {asked.Store}, background {asked.Background}, continues {asked.PreviousId ?? "nothing"}, refers {asked.HasReferences}, seals {asked.WantsSealedReasoning}"
        );
        var toOpenAi = Anthropics.Call(call.Chat!, model: "upstream-model") with { Body = call.Body, ReplyDialect = call.ReplyDialect };
        var sent = Encoding.UTF8.GetString(OpenAiBody.For(toOpenAi, OpenAiPresets.Find(null, "openai"), out var left).Span);
        Section(text, "sent to openai", With(sent, left));
        Section(text, $"sent to anthropic, {MessagesFixtures.Model}", ToAnthropic(call.Chat!));
        using var writer = new ResponsesWriter(call, null);
        Section(text, "the response before anything came", Encoding.UTF8.GetString(writer.Response.ToJson()));
        Golden.Check($"{Folder}/{Path.GetFileNameWithoutExtension(fixture)}.golden.txt", text.ToString());
    }

    static string ToAnthropic(ChatRequest request)
    {
        try
        {
            var body = Anthropics.Written(request, out var dropped);
            return With(body, dropped);
        }
        catch (UpstreamException e)
        {
            return $"refused: {e.Kind.Code}, {e.UpstreamParam}: {e.Message}";
        }
    }

    static string With(string body, IReadOnlyList<string> left) => left.Count == 0 ? body : $"{body}\nleft out: {string.Join(", ", left)}";

    static void Section(StringBuilder text, string title, string content) =>
        text.Append("## ").Append(title).Append('\n').Append(content.ReplaceLineEndings("\n")).Append("\n\n");

    [Theory]
    [InlineData("""{"model":"m"}""", "input")]
    [InlineData("""{"input":"x"}""", "model")]
    [InlineData("""{"model":"m","input":[]}""", "input")]
    [InlineData("""{"model":"m","input":5}""", "input")]
    [InlineData("""{"model":"m","input":[5]}""", "input[0]")]
    [InlineData("""{"model":"m","input":[{"type":"message","content":"x"}]}""", "input[0].role")]
    [InlineData("""{"model":"m","input":[{"role":"captain","content":"x"}]}""", "input[0].role")]
    [InlineData("""{"model":"m","input":[{"role":"user"}]}""", "input[0].content")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"text":"x"}]}]}""", "input[0].content[0].type")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_text"}]}]}""", "input[0].content[0].text")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_image"}]}]}""", "input[0].content[0].image_url")]
    [InlineData(
        """{"model":"m","input":[{"role":"user","content":[{"type":"input_image","file_id":"f"}]}]}""",
        "input[0].content[0].file_id"
    )]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_file"}]}]}""", "input[0].content[0].file_data")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_video"}]}]}""", "input[0].content[0].type")]
    [InlineData("""{"model":"m","input":[{"type":"function_call","name":"f","arguments":"{}"}]}""", "input[0].call_id")]
    [InlineData("""{"model":"m","input":[{"type":"function_call_output","call_id":"c"}]}""", "input[0].output")]
    [InlineData("""{"model":"m","input":"x","tools":[{"type":"function"}]}""", "tools[0].name")]
    [InlineData("""{"model":"m","input":"x","tools":{}}""", "tools")]
    [InlineData("""{"model":"m","input":"x","tool_choice":"maybe"}""", "tool_choice")]
    [InlineData("""{"model":"m","input":"x","text":{"format":{"type":"xml"}}}""", "text.format.type")]
    [InlineData("""{"model":"m","input":"x","text":{"format":{"type":"json_schema","name":"n"}}}""", "text.format.schema")]
    [InlineData("""{"model":"m","input":"x","temperature":3}""", "temperature")]
    [InlineData("""{"model":"m","input":"x","top_p":"1"}""", "top_p")]
    [InlineData("""{"model":"m","input":"x","max_output_tokens":0}""", "max_output_tokens")]
    [InlineData("""{"model":"m","input":"x","store":"yes"}""", "store")]
    [InlineData("""{"model":"m","input":"x","metadata":{"a":1}}""", "metadata")]
    [InlineData("""{"model":"m","input":"x","truncation":"sometimes"}""", "truncation")]
    [InlineData("""{"model":"m","input":"x","background":true,"store":false}""", "background")]
    [InlineData("""{"model":"m","input":"x","background":1,"stream":true}""", "background")]
    [InlineData("""{"model":"m","input":"x","conversation":5}""", "conversation")]
    [InlineData("""{"model":"m","input":"x","conversation":{}}""", "conversation.id")]
    [InlineData("""{"model":"m","input":"x","conversation":"conv_1","previous_response_id":"resp_1"}""", "conversation")]
    [InlineData("""{"model":"m","input":"x","prompt":{"id":"pmpt_1"}}""", "prompt")]
    [InlineData("""{"model":"m","input":"x","model":"n"}""", "model")]
    [InlineData("""{"model":"m","input":"x","new_thing":1,"new_thing":2}""", "new_thing")]
    public void A_mistake_is_refused_by_its_place(string body, string param) =>
        Should.Throw<PorticoException>(() => ResponsesWriterTests.Call(body)).Param.ShouldBe(param);

    [Theory]
    [InlineData("""{"model":"m","input":[{"type":"web_search_call","id":"ws_1"}]}""", "input[0].type", "web_search_call", "")]
    [InlineData(
        """{"model":"m","input":"x","tools":[{"type":"function","name":"f"},{"type":"web_search"},{"type":"mcp"},{"type":"mcp"}]}""",
        "tools[1].type",
        "web_search",
        "web_search,mcp"
    )]
    [InlineData("""{"model":"m","input":"x","tool_choice":{"type":"file_search"}}""", "tool_choice.type", "file_search", "")]
    [InlineData(
        """{"model":"m","input":"x","tool_choice":{"type":"allowed_tools","tools":[{"type":"function","name":"f"},{"type":"mcp"}]}}""",
        "tool_choice.tools[1].type",
        "mcp",
        ""
    )]
    public void What_no_other_protocol_has_binds_the_call_and_is_remembered_with_its_place(
        string body,
        string place,
        string type,
        string tools
    )
    {
        var bond = ResponsesWriterTests.Call(body).Responses!.Bond!;
        (bond.Fact, bond.Refusal!.Param, bond.Refusal.Kind).ShouldBe(($"{place} {type}", place, ErrorTable.UnsupportedByModel));
        bond.Refusal.Message.ShouldStartWith($"'{place}' is '{type}'");
        string.Join(',', bond.Tools).ShouldBe(tools);
    }

    [Theory]
    [InlineData("{\"model\":\"m\",")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"model\":\"m\",\"input\":\"x\"} more")]
    [InlineData("{\"model\":\"\\ud800\",\"input\":\"x\"}")]
    [InlineData("{\"model\":\"m\",\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"a\":\"\\uD800\"}}]}")]
    [InlineData("{\"model\":\"m\",\"input\":\"x\",\"\\udc00\":1}")]
    public void What_is_not_one_json_object_is_refused(string body) =>
        Should.Throw<PorticoException>(() => ResponsesWriterTests.Call(body)).Kind.ShouldBe(ErrorTable.InvalidJson);

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Should
            .Throw<PorticoException>(() =>
                ResponsesWriterTests.Call("{\"model\":\"m\",\"input\":" + new string('[', 5_000) + new string(']', 5_000) + "}")
            )
            .Kind.ShouldBe(ErrorTable.InvalidJson);

    /// <summary>Whatever a body holds, it is read or refused: nothing else comes out of the reader.</summary>
    [Fact]
    public void A_broken_body_never_breaks_the_reader() =>
        Prop.ForAll(
                Gen.Elements(Directory.GetFiles(Repo.PathOf(Folder), "*.json")).ToArbitrary(),
                Gen.Choose(0, 4_000).ListOf().ToArbitrary(),
                Gen.Elements((byte)'{', (byte)'"', (byte)'[', (byte)'5', (byte)'n', (byte)'\\', (byte)0xFF, (byte)' ')
                    .ListOf(8)
                    .ToArbitrary(),
                (file, places, bytes) =>
                {
                    var body = File.ReadAllBytes(file);
                    for (var i = 0; i < places.Count; i++)
                        body[places[i] % body.Length] = bytes[i % bytes.Count];
                    try
                    {
                        ResponsesReader.Read(body, new ResponseId("resp_01k9a3x7s8fjn8w2v5d1b6c4e0"));
                    }
                    catch (PorticoException e)
                    {
                        e.Kind.Status.ShouldBe(400);
                    }
                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    /// <summary>Values of other kinds than the caller should send, wherever they stand.</summary>
    [Fact]
    public void A_value_of_another_kind_never_breaks_the_reader()
    {
        string[] values = ["null", "5", "\"x\"", "[]", "{}", "[null]", "[5]", "[{}]", "true", "{\"type\":5}", "{\"type\":\"function\"}"];
        foreach (var file in Directory.GetFiles(Repo.PathOf(Folder), "*.json"))
        {
            var whole = JsonNode.Parse(File.ReadAllText(file))!;
            foreach (var path in Paths(whole, []).ToList())
            foreach (var value in values)
            {
                var changed = whole.DeepClone();
                Put(changed, path, JsonNode.Parse(value));
                try
                {
                    ResponsesWriterTests.Call(changed.ToJsonString());
                }
                catch (PorticoException e)
                {
                    e.Kind.Status.ShouldBe(400, $"{string.Join('/', path)} = {value}");
                }
            }
        }
    }

    static IEnumerable<object[]> Paths(JsonNode node, object[] path)
    {
        if (path.Length > 0)
            yield return path;
        var below = node switch
        {
            JsonObject o => o.Where(m => m.Value is not null).Select(m => ((object)m.Key, m.Value!)),
            JsonArray a => a.Select((v, i) => ((object)i, v!)),
            _ => [],
        };
        foreach (var (step, child) in below)
        foreach (var found in Paths(child, [.. path, step]))
            yield return found;
    }

    static void Put(JsonNode node, object[] path, JsonNode? value)
    {
        foreach (var step in path[..^1])
            node = step is int i ? node[i]! : node[(string)step]!;
        if (path[^1] is int at)
            node[at] = value;
        else
            node[(string)path[^1]] = value;
    }
}
