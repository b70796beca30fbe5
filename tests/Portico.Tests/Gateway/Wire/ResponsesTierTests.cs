using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;

namespace Portico.Tests.Gateway.Wire;

/// <summary>The class of service in a response (https://platform.openai.com/docs/api-reference/responses/object#service_tier).</summary>
public sealed class ResponsesTierTests
{
    [Theory]
    [InlineData(null, PriceClass.Standard, null)]
    [InlineData(null, PriceClass.Priority, "priority")]
    [InlineData("auto", PriceClass.Standard, "default")]
    [InlineData("priority", PriceClass.Standard, "default")]
    [InlineData("priority", PriceClass.Priority, "priority")]
    [InlineData("flex", PriceClass.Flex, "flex")]
    public void The_class_that_served_is_told_and_not_the_one_that_was_asked(string? asked, PriceClass served, string? told)
    {
        var member = asked is null ? "" : $",\"service_tier\":\"{asked}\"";
        using var writer = new ResponsesWriter(ResponsesWriterTests.Call($"{{\"model\":\"route\",\"input\":\"Hello\"{member}}}"), null);
        var usage = new Usage
        {
            Input = 1,
            Output = 1,
            Class = served,
            Source = UsageSource.Reported,
        };
        ((string?)JsonNode.Parse(writer.Response.ToJson())!["service_tier"]).ShouldBe(asked, "until it is known");
        foreach (
            var e in new ModelEvent[]
            {
                new() { Kind = ModelEventKind.Text, Text = "Hi" },
                new() { Kind = ModelEventKind.Finish, Finish = FinishReason.Stop },
                new() { Kind = ModelEventKind.Completed, Completion = new Completion(usage, FinishReason.Stop, null) },
            }
        )
            writer.Take(e, usage);
        ((string?)JsonNode.Parse(writer.Response.ToJson())!["service_tier"]).ShouldBe(told);
    }
}
