using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Gateway;
using Portico.Gateway.Wire;
using Portico.Providers.Anthropic;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
using Portico.Providers.SageMaker;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Repository;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>
/// Fixtures of the wires and what becomes of each: a request in the canonical form and as it is sent to every kind of provider, an answer as events and as
/// callers get it, every error as it is printed. A diff of a golden file here is a change of what clients or providers see.
/// </summary>
public sealed class WireGoldenTests
{
    const string Folder = "tests/Portico.Tests/Gateway/Wire/Fixtures";

    public static TheoryData<string> Requests => Fixtures("requests");
    public static TheoryData<string> Answers => Fixtures("answers");

    static TheoryData<string> Fixtures(string kind) =>
        [
            .. Directory
                .GetFiles(Repo.PathOf($"{Folder}/{kind}"))
                .Select(f => Path.GetFileName(f)!)
                .Where(f => !f.EndsWith(".golden.txt", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void There_are_fixtures()
    {
        Requests.Count.ShouldBeGreaterThan(10);
        Answers.Count.ShouldBeGreaterThan(4);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_is_read_and_sent_as_the_golden_file_says(string fixture)
    {
        var read = OpenAiChatReader.Read(File.ReadAllBytes(Repo.PathOf($"{Folder}/requests/{fixture}")));
        var text = new StringBuilder();
        Section(text, "canonical", CanonicalText.Of(read.Request));
        var sent = OpenAiPresets
            .All.Append(OpenAiPresets.AzureOlder)
            .Append(SageMakerProvider.Unnamed)
            .Select(preset => (preset.Name, Body: Sent(read, preset)))
            .GroupBy(s => s.Body, StringComparer.Ordinal)
            .Select(g => (Names: string.Join(", ", g.Select(s => s.Name)), g.Key));
        foreach (var (names, body) in sent)
            Section(text, $"sent to {names}, with a cap of ours where the caller named none", body);
        // A part of an unknown type is known to the body alone.
        if (!read.Request.Messages.Any(m => m.Parts.Any(p => p is UnknownPart)))
            Section(
                text,
                "written for openai from the canonical form",
                Encoding.UTF8.GetString(OpenAiRoundTripTests.Written(read.Request))
            );
        Section(text, $"sent to anthropic, {MessagesFixtures.Model}", ToAnthropic(read.Request));
        Golden.Check($"{Folder}/requests/{Path.GetFileNameWithoutExtension(fixture)}.golden.txt", text.ToString());
    }

    public static TheoryData<string> Messages => Fixtures("messages");

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_request_in_anthropics_form_is_read_and_sent_as_the_golden_file_says(string fixture)
    {
        var read = MessagesReader.Read(File.ReadAllBytes(Repo.PathOf($"{Folder}/messages/{fixture}")));
        var call = Anthropics.Call(read.Request) with { Body = read.Body, ReplyDialect = Dialect.AnthropicMessages };
        var text = new StringBuilder();
        Section(text, "canonical", CanonicalText.Of(read.Request));
        Section(text, "sent to anthropic, " + MessagesFixtures.Model, Sent(() => AnthropicBody.For(call)));
        Section(
            text,
            "written for anthropic, where a stage changed the messages",
            Sent(() => AnthropicBody.For(call with { Body = null }))
        );
        foreach (var preset in new[] { "openai", "mistral" })
            Section(
                text,
                "sent to " + preset,
                Sent(() => new AnthropicBody(OpenAiBody.For(call, OpenAiPresets.Find(preset, "openai"), out var left), left))
            );
        Golden.Check($"{Folder}/messages/{Path.GetFileNameWithoutExtension(fixture)}.golden.txt", text.ToString());
    }

    static string Sent(Func<AnthropicBody> write)
    {
        try
        {
            var body = write();
            var text = Encoding.UTF8.GetString(body.Bytes.Span).Trim();
            return body.Dropped.Count == 0 ? text : $"{text}\nleft out: {string.Join(", ", body.Dropped)}";
        }
        catch (UpstreamException e)
        {
            return $"refused: {e.Kind.Code}, {e.UpstreamParam}: {e.Message}";
        }
    }

    static string Sent(ReadChat read, OpenAiPreset preset)
    {
        var call = Anthropics.Call(read.Request, model: "upstream-model") with
        {
            Body = read.Body,
            OutputCap = read.Request.MaxOutputTokens ?? 4_096,
        };
        return Encoding.UTF8.GetString(OpenAiBody.For(call, preset).Span).Trim();
    }

    static string ToAnthropic(ChatRequest request)
    {
        try
        {
            var body = Anthropics.Written(request, out var dropped);
            return dropped.Count == 0 ? body : $"{body}\nleft out: {string.Join(", ", dropped)}";
        }
        catch (UpstreamException e)
        {
            return $"refused: {e.Kind.Code}, {e.UpstreamParam}: {e.Message}";
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_is_read_and_given_as_the_golden_file_says(string fixture)
    {
        var bytes = await File.ReadAllBytesAsync(Repo.PathOf($"{Folder}/answers/{fixture}"), TestContext.Current.CancellationToken);
        var events = await EventsAsync(fixture, bytes);
        var text = new StringBuilder();
        var completion = events[^1].Completion!;
        Section(text, "events", string.Join('\n', events.Select(Line)));
        Section(text, "usage in disjoint parts", CanonicalText.Of(completion.Usage));
        Section(text, "to a caller of OpenAI's form, streamed", Encoding.UTF8.GetString(OpenAiChunkWriterTests.Written(events)).TrimEnd());
        var fold = new OpenAiAnswerFold(OpenAiChunkWriterTests.Call());
        fold.Add(events.ToArray());
        Section(text, "to a caller of OpenAI's form, whole", Encoding.UTF8.GetString(fold.ToJson(completion.Usage)));
        var streamed = MessagesEventWriterTests.Written(events);
        Section(text, "to a caller of Anthropic's form, streamed", Encoding.UTF8.GetString(streamed).TrimEnd());
        Section(text, "to a caller of Anthropic's form, whole", Encoding.UTF8.GetString(MessagesEventWriterTests.Folded(events)));
        Golden.Check($"{Folder}/answers/{Path.GetFileNameWithoutExtension(fixture)}.golden.txt", text.ToString());
    }

    static async Task<List<ModelEvent>> EventsAsync(string fixture, byte[] bytes)
    {
        var isAnthropic = fixture.StartsWith("anthropic", StringComparison.Ordinal);
        if (fixture.EndsWith(".json", StringComparison.Ordinal))
        {
            if (isAnthropic)
            {
                var reply = AnthropicAnswer.Read(bytes, Anthropics.Connection(), asFrame: false);
                return (await Anthropics.DrainAsync(reply)).Events;
            }
            var events = new List<ModelEvent>();
            OpenAiAnswerDecoder.Decode(bytes, events);
            var facts = OpenAiUsage.Scan(bytes);
            events.Add(
                new ModelEvent { Kind = ModelEventKind.Completed, Completion = new Completion(facts.Usage, facts.Finish, facts.Model) }
            );
            return events;
        }
        if (isAnthropic)
            return (await Anthropics.ReadAsync(asFrames: false, bytes)).Events;
        var connection = Anthropics.Connection();
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var source = new UpstreamBytes(new HttpResponseMessage(), new MemoryStream(bytes), connection, deadline, CancellationToken.None);
        await using var stream = new OpenAiStream(source, connection, asFrames: false, stripUsage: true);
        return (await Anthropics.DrainAsync(stream)).Events;
    }

    static string Line(ModelEvent e) =>
        e.Kind switch
        {
            ModelEventKind.ToolCall => $"{e.Choice} ToolCall {e.ToolCall}",
            ModelEventKind.Finish => $"{e.Choice} Finish {e.Finish}",
            ModelEventKind.Completed => $"Completed {e.Completion!.Finish} by {e.Completion.ServedModel}",
            ModelEventKind.Reasoning when e.Text is null => $"{e.Choice} Reasoning sealed {e.Signature ?? e.Sealed}",
            _ => $"{e.Choice} {e.Kind} {e.Text}",
        };

    [Fact]
    public async Task Every_error_is_printed_in_anthropics_shape_as_the_golden_file_says()
    {
        var text = new StringBuilder();
        foreach (var error in ErrorTable.All.Select(k => new PorticoException(k, "What happened.", "messages")).Concat(Variants()))
            text.AppendLine(await PrintedAsync(error, MessagesErrors.WriteAsync)).AppendLine();
        text.AppendLine("# a spent budget as 402");
        text.AppendLine(
            await PrintedAsync(
                new PorticoException(ErrorTable.BudgetExceeded, "Spent."),
                (http, e, _) => MessagesErrors.WriteAsync(http, e, new GatewayOptions { BudgetStatus = 402 })
            )
        );
        text.AppendLine("# behind the first output");
        text.AppendLine(
            Encoding.UTF8.GetString(MessagesErrors.LastEvent(new PorticoException(ErrorTable.UpstreamCut, "It broke."), "call_1"))
        );
        Golden.Check($"{Folder}/messages-errors.golden.txt", text.ToString().ReplaceLineEndings("\n").TrimEnd() + "\n");
    }

    [Fact]
    public async Task Every_error_is_printed_as_the_golden_file_says()
    {
        var text = new StringBuilder();
        foreach (var kind in ErrorTable.All)
        {
            text.AppendLine(await PrintedAsync(new PorticoException(kind, "What happened.", "messages")));
            text.AppendLine();
        }
        text.AppendLine("# variants");
        text.AppendLine();
        foreach (var error in Variants())
        {
            text.AppendLine(await PrintedAsync(error));
            text.AppendLine();
        }
        Golden.Check($"{Folder}/errors.golden.txt", text.ToString().ReplaceLineEndings("\n"));
    }

    static IEnumerable<PorticoException> Variants()
    {
        yield return new PorticoException(ErrorTable.RateLimited, "With a short wait.") { RetryAfter = TimeSpan.FromMilliseconds(1_500) };
        yield return new PorticoException(ErrorTable.RateLimited, "With a wait past a minute.") { RetryAfter = TimeSpan.FromMinutes(6) };
        yield return new PorticoException(ErrorTable.RateLimited, "Waiting does not help.") { Retryable = false };
        yield return new PorticoException(ErrorTable.BudgetExceeded, "With details. \"ü\" <b>")
        {
            Details = new Dictionary<string, object>(StringComparer.Ordinal) { ["scope"] = "key", ["limit"] = 5L },
        };
        var theirs = new UpstreamException(ErrorTable.UpstreamRejected, Fault.Caller, "In the provider's words.")
        {
            UpstreamCode = "invalid_voice",
            UpstreamType = "invalid_request_error",
            UpstreamParam = "voice",
        };
        yield return Failures.ForCaller(theirs);
        yield return Failures.ForCaller(
            new UpstreamException(ErrorTable.UpstreamOverloaded, Fault.Upstream, "Try later.") { RetryAfter = TimeSpan.FromSeconds(2) }
        );
        yield return Failures.ForCaller(new InvalidOperationException("Nothing of this is told."));
    }

    static Task<string> PrintedAsync(PorticoException error) => PrintedAsync(error, OpenAiErrors.WriteAsync);

    static async Task<string> PrintedAsync(PorticoException error, Func<HttpContext, PorticoException, GatewayOptions, Task> write)
    {
        var http = new DefaultHttpContext { TraceIdentifier = "request-1" };
        using var body = new MemoryStream();
        http.Response.Body = body;
        await write(http, error, new GatewayOptions());
        var headers = http
            .Response.Headers.Where(h => h.Key is not ("Content-Length" or "Content-Type"))
            .OrderBy(h => h.Key, StringComparer.OrdinalIgnoreCase)
            .Select(h => $"{h.Key.ToLowerInvariant()}: {h.Value}");
        return string.Join('\n', [$"{http.Response.StatusCode}", .. headers, Encoding.UTF8.GetString(body.ToArray())]);
    }

    static void Section(StringBuilder text, string title, string content) =>
        text.Append("## ").Append(title).Append('\n').Append(content.ReplaceLineEndings("\n")).Append("\n\n");
}
