using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers.Anthropic;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>Requests in Anthropic's form: written and read again they are the same, and what both forms can say reaches OpenAI's as it was said.</summary>
public sealed class MessagesRoundTripTests
{
    static byte[] Written(ChatRequest request)
    {
        var target = new ArrayBufferWriter<byte>();
        // Not Claude: a server of the protocol that takes all of it.
        AnthropicChatWriter
            .Write(target, Anthropics.Call(request, model: "route") with { ReplyDialect = Dialect.AnthropicMessages })
            .ShouldBeEmpty();
        return target.WrittenSpan.ToArray();
    }

    /// <summary>auto is what holds where no choice is said; the form of an answer has no name here; arguments are the same value without white space.</summary>
    static string Text(ChatRequest request) =>
        CanonicalText.Of(
            request with
            {
                ToolChoice = request.ToolChoice?.Mode == ToolChoiceMode.Auto ? null : request.ToolChoice,
                ResponseFormat = request.ResponseFormat is { } f ? f with { Name = null } : null,
                Messages = request.Messages.Select(m => m with { ToolCalls = m.ToolCalls.Select(Normal).ToList() }).ToList(),
            }
        );

    static ToolCall Normal(ToolCall call) => call with { Arguments = JsonNode.Parse(call.Arguments)!.ToJsonString() };

    [Fact]
    public void A_request_written_and_read_is_the_same() =>
        Prop.ForAll(
                MessagesGen.Requests.ToArbitrary(),
                request => Text(MessagesReader.Read(Written(request)).Request).ShouldBe(Text(request))
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_request_in_anthropics_form_reaches_openai_and_says_the_same() =>
        Prop.ForAll(
                ChatGen.BothRequests.ToArbitrary(),
                request =>
                {
                    var read = MessagesReader.Read(Written(request)).Request;
                    Text(OpenAiChatReader.Read(OpenAiRoundTripTests.Written(read)).Request).ShouldBe(Text(request));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>A caller's body goes on with model and cap changed and not one other byte.</summary>
    [Fact]
    public void A_body_that_is_forwarded_is_the_same_but_for_model_and_cap() =>
        Prop.ForAll(
                MessagesGen.Requests.ToArbitrary(),
                request =>
                {
                    var body = Written(request);
                    var read = MessagesReader.Read(body);
                    var call = Anthropics.Call(read.Request, model: "up-\"1\"") with
                    {
                        Body = read.Body,
                        ReplyDialect = Dialect.AnthropicMessages,
                        OutputCap = read.Request.MaxOutputTokens,
                    };
                    var sent = AnthropicBody.For(call);
                    sent.Dropped.ShouldBeEmpty();
                    var text = Encoding.UTF8.GetString(body);
                    Encoding
                        .UTF8.GetString(sent.Bytes.Span)
                        .ShouldBe(text.Replace("\"model\":\"route\"", "\"model\":\"up-\\u00221\\u0022\"", StringComparison.Ordinal));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void What_openais_form_has_no_word_for_is_left_out_and_named()
    {
        var read = MessagesReader.Read(
            """
            {"model":"route","max_tokens":9,"top_k":3,"thinking":{"type":"enabled","budget_tokens":1024},"service_tier":"auto",
             "system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
             "messages":[{"role":"user","content":"q"},
              {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"tool_use","id":"a","name":"f","input":{}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","is_error":true,"content":"no"}]}]}
            """u8.ToArray()
        );
        var call = Anthropics.Call(read.Request) with { Body = read.Body, ReplyDialect = Dialect.AnthropicMessages };
        var body = Portico.Providers.OpenAi.OpenAiBody.For(call, Portico.Providers.OpenAi.OpenAiPresets.Find(null, "openai"), out var left);
        left.ShouldBe(["cache_control", "messages.thinking", "messages.is_error", "service_tier", "thinking", "top_k"], ignoreOrder: true);
        var sent = JsonNode.Parse(body.Span)!;
        sent.AsObject().Select(m => m.Key).ShouldBe(["model", "messages", "max_completion_tokens"], ignoreOrder: true);
        sent["messages"]![2]!["content"].ShouldBeNull();
        ((string)sent["messages"]![2]!["tool_calls"]![0]!["function"]!["arguments"]!).ShouldBe("{}");
        ((string)sent["messages"]![3]!["content"]!).ShouldBe("no");
    }

    [Fact]
    public void A_choice_between_tools_that_were_all_left_out_is_left_out_too()
    {
        var read = MessagesReader.Read(
            """{"model":"route","max_tokens":9,"tools":[{"type":"web_search_20250305","name":"web_search"}],"tool_choice":{"type":"any","disable_parallel_tool_use":true},"messages":[{"role":"user","content":"q"}]}"""u8.ToArray()
        );
        var call = Anthropics.Call(read.Request) with { Body = read.Body, ReplyDialect = Dialect.AnthropicMessages };
        var body = Portico.Providers.OpenAi.OpenAiBody.For(call, Portico.Providers.OpenAi.OpenAiPresets.Find(null, "openai"), out var left);
        left.ShouldBe(["tools", "tool_choice"], ignoreOrder: true);
        JsonNode
            .Parse(body.Span)!
            .AsObject()
            .Select(m => m.Key)
            .ShouldBe(["model", "messages", "max_completion_tokens"], ignoreOrder: true);
    }

    [Fact]
    public void Thinking_of_another_model_is_not_sent_to_claude_and_is_named()
    {
        var read = MessagesReader.Read(
            """{"model":"route","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":""},{"type":"text","text":"a"}]},{"role":"user","content":"r"}]}"""u8.ToArray()
        );
        var call = Anthropics.Call(read.Request) with { Body = read.Body, ReplyDialect = Dialect.AnthropicMessages };
        var claude = AnthropicBody.For(call);
        claude.Dropped.ShouldBe(["messages.thinking"]);
        Encoding.UTF8.GetString(claude.Bytes.Span).ShouldNotContain("thinking");
        // Another server of the protocol may want it back.
        var other = AnthropicBody.For(call with { UpstreamModel = "deepseek-reasoner" });
        other.Dropped.ShouldBeEmpty();
        Encoding.UTF8.GetString(other.Bytes.Span).ShouldContain("\"thinking\":\"t\"");
    }
}
