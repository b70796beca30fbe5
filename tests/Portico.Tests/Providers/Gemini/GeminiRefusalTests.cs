using Portico.Core.Chat;
using Portico.Providers.Gemini;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Bedrock;

namespace Portico.Tests.Providers.Gemini;

/// <summary>What the protocol cannot carry is refused with the field and the reason, before anybody is asked; another deployment may take it.</summary>
public sealed class GeminiRefusalTests
{
    static ChatRequest With(params ContentPart[] parts) =>
        Anthropics.Ask("") with
        {
            Messages = [new ChatMessage { Role = ChatRole.User, Parts = parts }],
        };

    static ChatRequest Messages(params ChatMessage[] messages) =>
        Anthropics.Ask("") with
        {
            Messages = [Anthropics.User("Hi"), .. messages],
        };

    static ChatMessage Called(string name, string arguments) =>
        new() { Role = ChatRole.Assistant, ToolCalls = [new ToolCall("c1", name, arguments)] };

    static ChatMessage Result(string id, params ContentPart[] parts) =>
        new()
        {
            Role = ChatRole.Tool,
            ToolCallId = id,
            Parts = parts,
        };

    static readonly Dictionary<string, (ChatRequest Request, string Param)> Cases = new(StringComparer.Ordinal)
    {
        ["only instructions"] = (
            Anthropics.Ask("") with
            {
                Messages = [new ChatMessage { Role = ChatRole.System, Parts = [new TextPart("Be kind.")] }],
            },
            "messages"
        ),
        ["an image as instruction"] = (
            Messages(new ChatMessage { Role = ChatRole.System, Parts = [new ImagePart("data:image/png;base64,AA==", null)] }),
            "messages[1].content"
        ),
        ["a data URL without base 64"] = (With(new ImagePart("data:image/png,AA", null)), "messages[0].content[0].image_url.url"),
        ["a data URL without a type"] = (With(new ImagePart("data:;base64,AA==", null)), "messages[0].content[0].image_url.url"),
        ["an address of another kind"] = (With(new ImagePart("ftp://example.org/a.png", null)), "messages[0].content[0].image_url.url"),
        ["a bucket at the Gemini API"] = (With(new ImagePart("gs://bucket/a.png", null)), "messages[0].content[0].image_url.url"),
        ["a file of another provider"] = (With(new FilePart("file-abc", null, null)), "messages[0].content[0].file.file_id"),
        ["an empty file"] = (With(new FilePart(null, "a.pdf", null)), "messages[0].content[0].file"),
        ["a part of another dialect"] = (With(new UnknownPart("video_url")), "messages[0].content[0]"),
        ["an answer to no call"] = (Messages(Result("c9", new TextPart("12"))), "messages[1].tool_call_id"),
        ["an image as a result"] = (
            Messages(Called("a", "{}"), Result("c1", new ImagePart("data:image/png;base64,AA==", null))),
            "messages[2].content[0]"
        ),
        ["a call without a name"] = (Messages(Called("", "{}")), "messages[1].tool_calls[0]"),
        ["arguments that are no JSON"] = (Messages(Called("a", "{")), "messages[1].tool_calls[0].function.arguments"),
        ["arguments that are no object"] = (Messages(Called("a", "[]")), "messages[1].tool_calls[0].function.arguments"),
        ["a schema that is missing"] = (
            Anthropics.Ask("Hi") with
            {
                ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonSchema),
            },
            "response_format.json_schema.schema"
        ),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_by_name(string name)
    {
        var (request, param) = Cases[name];
        var e = Should.Throw<UpstreamException>(() => Geminis.Written(request, out _));
        (e.Fault, e.UpstreamParam).ShouldBe((Fault.Model, param));
        e.Message.ShouldStartWith($"'{param}'");
    }

    [Fact]
    public void A_seal_of_Gemini_is_not_sent_to_Claude_which_would_refuse_the_whole_request()
    {
        var thought = new ChatMessage
        {
            Role = ChatRole.Assistant,
            Parts = [new ReasoningPart("I thought.", GeminiSignature.ToCaller("AAEC")), new TextPart("So.")],
        };
        var body = Anthropics.Written(Messages(thought, Anthropics.User("Why?")), out var dropped);
        body.ShouldNotContain("gemini:");
        body.ShouldNotContain("I thought.");
        dropped.ShouldNotBeEmpty();

        var onBedrock = Bedrocks.Written(Messages(thought, Anthropics.User("Why?")), out var left);
        onBedrock.ShouldNotContain("gemini:");
        onBedrock.ShouldNotContain("I thought.");
        left.ShouldBe(["messages.reasoning"]);
    }

    [Fact]
    public void Vertex_AI_reads_buckets_and_wants_the_media_type_of_an_address()
    {
        Geminis.Written(With(new ImagePart("gs://bucket/a.png", null)), out _, host: GeminiHost.Vertex).ShouldContain("gs://bucket/a.png");
        Should
            .Throw<UpstreamException>(() =>
                Geminis.Written(With(new ImagePart("https://example.org/picture", null)), out _, host: GeminiHost.Vertex)
            )
            .Message.ShouldContain("media type");
    }
}
