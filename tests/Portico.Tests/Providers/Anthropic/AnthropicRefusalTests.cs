using Portico.Core.Chat;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Anthropic;

/// <summary>Requests that the protocol cannot carry.</summary>
public sealed class AnthropicRefusalTests
{
    public static TheoryData<ChatRequest, string, string> Impossible =>
        new()
        {
            { Ask("Hi") with { Choices = 2 }, "unsupported_by_model", "n" },
            { Ask("Hi") with { Messages = [With(new AudioPart("AAAA", "wav"))] }, "unsupported_by_model", "messages[0].content[0]" },
            {
                Ask("Hi") with
                {
                    Messages = [With(new ImagePart("ftp://x/y.png", null))],
                },
                "invalid_request",
                "messages[0].content[0].image_url.url"
            },
            {
                Ask("Hi") with
                {
                    Messages = [With(new ImagePart("data:image/png,raw", null))],
                },
                "invalid_request",
                "messages[0].content[0].image_url.url"
            },
            {
                Ask("Hi") with
                {
                    Messages = [With(new FilePart(null, "a.zip", "data:application/zip;base64,UEs="))],
                },
                "unsupported_by_model",
                "messages[0].content[0].file"
            },
            { Ask("Hi") with { Messages = [With(new FilePart(null, "a", null))] }, "invalid_request", "messages[0].content[0].file" },
            {
                Ask("Hi") with
                {
                    Messages = [With(new FilePart(null, "a.txt", "data:text/plain;base64,***"))],
                },
                "invalid_request",
                "messages[0].content[0].file.file_data"
            },
            { Ask("Hi") with { Messages = [Calling("{\"a\":")] }, "invalid_request", "messages[0].tool_calls[0].function.arguments" },
            { Ask("Hi") with { Messages = [Calling("[1]")] }, "invalid_request", "messages[0].tool_calls[0].function.arguments" },
            {
                Ask("Hi") with
                {
                    Messages = [With(new ImagePart("https://x/y.png", null)) with { Role = ChatRole.System }],
                },
                "unsupported_by_model",
                "messages[0].content"
            },
            {
                Ask("Hi") with
                {
                    ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonSchema, "x"),
                },
                "invalid_request",
                "response_format.json_schema.schema"
            },
        };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Refuses_what_it_cannot_carry_and_leaves_it_to_another_deployment(ChatRequest request, string code, string param)
    {
        var e = Should.Throw<UpstreamException>(() => Written(request));
        (e.Kind.Code, e.UpstreamParam, e.Fault).ShouldBe((code, param, Fault.Model));
        e.Message.ShouldContain($"'{param}'");
    }

    static ChatMessage With(ContentPart part) => new() { Role = ChatRole.User, Parts = [part] };

    static ChatMessage Calling(string arguments) =>
        new() { Role = ChatRole.Assistant, ToolCalls = [new ToolCall("a", "clock", arguments)] };
}
