using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Gateway;
using Portico.Gateway.Wire;
using Portico.Observability;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>
/// Events as https://platform.openai.com/docs/api-reference/responses-streaming has them: whatever events come, what is written is a legal stream, and its
/// last event says the same as the plain answer.
/// </summary>
public sealed class ResponsesWriterTests
{
    static readonly CallId Id = CallId.Parse("call_01k9a3x7s8fjn8w2v5d1b6c4e0");

    internal static ModelCall Call(string body = """{"model":"route","input":"Hello","stream":true}""")
    {
        var (chat, asked) = ResponsesReader.Read(Encoding.UTF8.GetBytes(body), ResponseId.Of(Id));
        return new ModelCall
        {
            Context = new CallContext(new CallRecord { Id = Id, StartedAtUs = 1_760_000_000_000_000 }, TimeProvider.System, 0),
            Caller = null!,
            Chat = chat,
            Responses = asked,
            ReplyDialect = Dialect.OpenAiResponses,
        };
    }

    internal static byte[] Written(IEnumerable<ModelEvent> events, PorticoException? failure = null)
    {
        var target = new ArrayBufferWriter<byte>();
        using var writer = new ResponsesWriter(Call(), target);
        foreach (var e in events)
            writer.Take(e, e.Completion?.Usage ?? default);
        if (failure is not null)
            writer.Fail(failure);
        return target.WrittenSpan.ToArray();
    }

    static byte[] Whole(IEnumerable<ModelEvent> events)
    {
        using var writer = new ResponsesWriter(Call(), null);
        foreach (var e in events)
            writer.Take(e, e.Completion?.Usage ?? default);
        return writer.Response.ToJson();
    }

    [Fact]
    public void What_is_written_is_a_legal_stream_whatever_the_events_are() =>
        Prop.ForAll(ChatGen.AnyEvents.ToArbitrary(), events => ShouldBeLegal(Written(events)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void An_answer_that_breaks_off_anywhere_is_a_legal_stream_that_says_failed() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                Gen.Choose(0, 30).ToArbitrary(),
                (events, length) =>
                {
                    var seen = Parsed(Written(events[..^1].Take(length), new PorticoException(ErrorTable.UpstreamCut, "It was cut.")));
                    seen[^1].Type.ShouldBe("response.failed");
                    seen[^1].Data["response"]!["status"]!.GetValue<string>().ShouldBe("failed");
                    seen[^1].Data["response"]!["error"]!["code"]!.GetValue<string>().ShouldBe("upstream_cut");
                    var error = seen[^2];
                    error.Type.ShouldBe("error");
                    foreach (var shape in new[] { error.Data, error.Data["error"]!.AsObject() })
                    {
                        shape["code"]!.GetValue<string>().ShouldBe("upstream_cut");
                        shape["message"]!.GetValue<string>().ShouldBe("It was cut.");
                        shape.ContainsKey("param").ShouldBeTrue();
                    }
                    BeginningShouldBeLegal(seen.SkipLast(2).ToList());
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void An_event_behind_the_end_is_not_written() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                events =>
                    Written([.. events, .. events], new PorticoException(ErrorTable.Internal, "Too late."))
                        .AsSpan()
                        .SequenceEqual(Written(events))
                        .ShouldBeTrue()
            )
            .QuickCheckThrowOnFailure();

    /// <summary>The plain answer is the last event of the stream: both ways to the caller say the same.</summary>
    [Fact]
    public void The_last_event_and_the_plain_answer_are_the_same_object() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                events =>
                    Parsed(Written(events))[^1].Data["response"]!.ToJsonString().ShouldBe(JsonNode.Parse(Whole(events))!.ToJsonString())
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void What_the_events_said_stands_in_the_answer() =>
        Prop.ForAll(
                ChatGen.Answers.ToArbitrary(),
                answer =>
                {
                    var output = JsonNode.Parse(Whole(OpenAiChunkWriterTests.EventsOf(answer)))!["output"]!.AsArray();
                    string Joined(string type, string parts) =>
                        string.Concat(
                            output
                                .Where(i => i!["type"]!.GetValue<string>() == type)
                                .SelectMany(i => i![parts]!.AsArray())
                                .Select(p => p!["text"]!.GetValue<string>())
                        );
                    Joined("message", "content").ShouldBe(answer.Text);
                    Joined("reasoning", "summary").ShouldBe(answer.Reasoning);
                    output
                        .Where(i => i!["type"]!.GetValue<string>() == "function_call")
                        .Select(i => $"{i!["call_id"]} {i["name"]} {i["arguments"]}")
                        .ShouldBe(answer.Calls.Select(c => $"{c.Id} {c.Name} {c.Arguments}"));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    internal sealed record Seen(string Type, JsonObject Data);

    internal static List<Seen> Parsed(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        text.ShouldEndWith("\n\n");
        return text[..^2]
            .Split("\n\n")
            .Select(e =>
            {
                var lines = e.Split('\n');
                lines.Length.ShouldBe(2, e);
                lines[0].ShouldStartWith("event: ");
                lines[1].ShouldStartWith("data: ");
                return new Seen(lines[0][7..], JsonNode.Parse(lines[1][6..])!.AsObject());
            })
            .ToList();
    }

    internal static void ShouldBeLegal(byte[] bytes)
    {
        var seen = Parsed(bytes);
        var last = seen[^1];
        last.Type.ShouldBeOneOf("response.completed", "response.incomplete");
        last.Data["response"]!["status"]!.GetValue<string>().ShouldBe(last.Type["response.".Length..]);
        last.Data["response"]!["usage"]!["input_tokens_details"]!["cached_tokens"].ShouldNotBeNull();
        last.Data["response"]!["usage"]!["output_tokens_details"]!["reasoning_tokens"].ShouldNotBeNull();
        var items = BeginningShouldBeLegal(seen.SkipLast(1).ToList());
        items.ShouldAllBe(i => i.Done != null, "every item that was begun is done");
        last.Data["response"]!["output"]!
            .ToJsonString()
            .ShouldBe(new JsonArray(items.Select(i => i.Done!.DeepClone()).ToArray()).ToJsonString());
    }

    sealed class Item(JsonObject added)
    {
        public string Id { get; } = (string)added["id"]!;
        public string Type { get; } = (string)added["type"]!;
        public string? OpenPart;
        public int Parts;
        public int ClosedParts;
        public StringBuilder Deltas { get; } = new();
        public bool ArgumentsDone;
        public JsonObject? Done;
    }

    static List<Item> BeginningShouldBeLegal(List<Seen> seen)
    {
        for (var i = 0; i < seen.Count; i++)
        {
            seen[i].Data["type"]!.GetValue<string>().ShouldBe(seen[i].Type);
            seen[i].Data["sequence_number"]!.GetValue<int>().ShouldBe(i);
        }
        seen[0].Type.ShouldBe("response.created");
        seen[1].Type.ShouldBe("response.in_progress");
        foreach (var e in seen.Take(2))
        {
            e.Data["response"]!["status"]!.GetValue<string>().ShouldBe("in_progress");
            e.Data["response"]!["output"]!.AsArray().Count.ShouldBe(0);
        }
        var items = new List<Item>();
        foreach (var e in seen.Skip(2))
            Follow(items, e);
        items.Select(i => i.Id).ShouldBeUnique();
        return items;
    }

    static void Follow(List<Item> items, Seen e)
    {
        var index = (int)e.Data["output_index"]!;
        if (e.Type == "response.output_item.added")
        {
            index.ShouldBe(items.Count, "items are numbered without a gap");
            var added = e.Data["item"]!.AsObject();
            items.Add(new Item(added));
            (added["content"] ?? added["summary"])?.AsArray().Count.ShouldBe(0);
            return;
        }
        var item = items[index];
        item.Done.ShouldBeNull($"{e.Type} behind the end of its item");
        if (e.Type == "response.output_item.done")
        {
            item.OpenPart.ShouldBeNull();
            item.ClosedParts.ShouldBe(item.Parts);
            item.Done = e.Data["item"]!.AsObject();
            ((string)item.Done["id"]!).ShouldBe(item.Id);
            if (item.Type == "function_call")
                item.ArgumentsDone.ShouldBeTrue();
            return;
        }
        ((string)e.Data["item_id"]!).ShouldBe(item.Id);
        switch (e.Type)
        {
            case "response.content_part.added":
                FollowPart(item, e, "message", "content_index", (string)e.Data["part"]!["type"]!);
                break;
            case "response.reasoning_summary_part.added":
                FollowPart(item, e, "reasoning", "summary_index", "summary_text");
                break;
            case "response.output_text.delta":
                e.Data["logprobs"]!.AsArray().Count.ShouldBe(0);
                FollowDelta(item, e, "output_text");
                break;
            case "response.refusal.delta":
                FollowDelta(item, e, "refusal");
                break;
            case "response.reasoning_summary_text.delta":
                FollowDelta(item, e, "summary_text");
                break;
            case "response.output_text.done":
                e.Data["logprobs"]!.AsArray().Count.ShouldBe(0);
                FollowEnd(item, e, "output_text", "text");
                break;
            case "response.refusal.done":
                FollowEnd(item, e, "refusal", "refusal");
                break;
            case "response.reasoning_summary_text.done":
                FollowEnd(item, e, "summary_text", "text");
                break;
            case "response.content_part.done" or "response.reasoning_summary_part.done":
                item.OpenPart.ShouldBe("ended");
                var part = e.Data["part"]!;
                ((string?)(part["text"] ?? part["refusal"])).ShouldBe(item.Deltas.ToString());
                (item.OpenPart, item.ClosedParts) = (null, item.ClosedParts + 1);
                break;
            case "response.function_call_arguments.delta":
                item.Type.ShouldBe("function_call");
                item.ArgumentsDone.ShouldBeFalse();
                item.Deltas.Append((string)e.Data["delta"]!);
                break;
            case "response.function_call_arguments.done":
                item.ArgumentsDone.ShouldBeFalse();
                item.ArgumentsDone = true;
                ((string)e.Data["arguments"]!).ShouldBe(item.Deltas.ToString());
                e.Data["name"]!.GetValueKind().ShouldBe(JsonValueKind.String);
                break;
            default:
                throw new ShouldAssertException($"An event of the unknown type {e.Type}");
        }
    }

    static void FollowPart(Item item, Seen e, string itemType, string index, string partType)
    {
        item.Type.ShouldBe(itemType);
        item.OpenPart.ShouldBeNull("one part at a time");
        ((int)e.Data[index]!).ShouldBe(item.Parts++);
        item.OpenPart = partType;
        item.Deltas.Clear();
    }

    static void FollowDelta(Item item, Seen e, string partType)
    {
        item.OpenPart.ShouldBe(partType);
        ((string)e.Data["delta"]!).ShouldNotBeEmpty();
        item.Deltas.Append((string)e.Data["delta"]!);
    }

    static void FollowEnd(Item item, Seen e, string partType, string member)
    {
        item.OpenPart.ShouldBe(partType);
        ((string)e.Data[member]!).ShouldBe(item.Deltas.ToString());
        item.OpenPart = "ended";
    }
}
