using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Gateway;
using Portico.Gateway.Wire;
using Portico.Observability;
using Portico.Providers;
using Portico.Providers.Anthropic;
using Portico.Providers.Bedrock;
using Portico.Providers.Cohere;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Benchmarks;

/// <summary>
/// A dialect of callers and a family of providers: the way of a call through both, as the door and the provider go it, without sockets, stages and records.
/// </summary>
sealed class Pair(string wire, string family)
{
    static readonly ProviderConnection Connection = new(
        ConnectionId.New(TimeProvider.System),
        "openai",
        null,
        new Uri("https://provider.invalid/v1"),
        new Secret("none")
    );

    static readonly OpenAiPreset Preset = OpenAiPresets.Find(null, "openai");

    readonly byte[] plain = Samples.Request(wire, stream: false);
    readonly byte[] streamed = Samples.Request(wire, stream: true);
    readonly byte[] answer = Samples.Answer(family);
    readonly byte[][] pieces = Samples.Stream(family);

    public string Wire => wire;
    public string Family => family;

    /// <summary>The pair whose provider speaks the caller's dialect; the nearest there is where none does.</summary>
    public string Baseline => wire == "messages" ? "messages → anthropic" : "chat → openai";

    public override string ToString() => $"{wire} → {family}";

    bool PassesFrames => ToString() == Baseline;

    ModelCall Read(byte[] body)
    {
        var context = new CallContext(
            new CallRecord { Id = CallId.New(TimeProvider.System), StartedAtUs = 1 },
            TimeProvider.System,
            Stopwatch.GetTimestamp()
        );
        var call = new ModelCall { Context = context, Caller = null! };
        switch (wire)
        {
            case "responses":
                var (chat, asked) = ResponsesReader.Read(body, ResponseId.Of(context.Record.Id));
                return call with
                {
                    Chat = chat,
                    Responses = asked,
                    ReplyDialect = Dialect.OpenAiResponses,
                    Body = new WireBody { Dialect = Dialect.OpenAiResponses, Bytes = body },
                };
            case "messages":
                var message = MessagesReader.Read(body);
                return call with { Chat = message.Request, Body = message.Body, ReplyDialect = Dialect.AnthropicMessages };
            case "chat":
                var read = OpenAiChatReader.Read(body);
                return call with { Chat = read.Request, Body = read.Body, ReplyDialect = Dialect.OpenAiChat };
            default:
                var older = CompletionsReader.Read(body);
                return call with { Chat = older.Request, Body = older.Body };
        }
    }

    /// <summary>The body that the provider is sent.</summary>
    ReadOnlyMemory<byte> Body(ModelCall call)
    {
        var sent = new ProviderCall
        {
            Connection = Connection,
            UpstreamModel = family switch
            {
                "bedrock" => "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
                "anthropic" => "claude-sonnet-4-5",
                "gemini" => "gemini-2.5-flash",
                _ => "up",
            },
            Request = call.Chat!,
            Body = call.Body,
            ReplyDialect = call.ReplyDialect,
            CallId = call.Context.Record.Id,
        };
        var target = new ArrayBufferWriter<byte>(1024);
        switch (family)
        {
            case "openai":
                return OpenAiBody.For(sent, Preset);
            case "anthropic":
                return AnthropicBody.For(sent).Bytes;
            case "gemini":
                return GeminiReplies.Body(sent, GeminiHost.GeminiApi).Body;
            case "bedrock":
                BedrockChatWriter.Write(target, sent);
                return target.WrittenMemory;
            default:
                CohereChatWriter.Write(target, sent);
                return target.WrittenMemory;
        }
    }

    /// <summary>A whole call: read, sent, answered, written. Returns the bytes of both sides.</summary>
    public long Plain()
    {
        var call = Read(plain);
        var sent = Body(call).Length;
        return sent + Write(call, WholeAnswer()).GetAwaiter().GetResult();
    }

    WholeReply WholeAnswer()
    {
        switch (family)
        {
            case "openai":
                var facts = OpenAiUsage.Scan(answer);
                var completion = new Completion(facts.Usage, facts.Finish, facts.Model);
                if (PassesFrames)
                    return new WholeReply(answer, completion, Dialect.OpenAiChat);
                var events = new List<ModelEvent>();
                OpenAiAnswerDecoder.Decode(answer, events);
                return new WholeReply(events, completion);
            case "anthropic":
                return AnthropicAnswer.Read(answer, Connection, asFrame: PassesFrames);
            case "gemini":
                return GeminiAnswer.Read(answer, Connection);
            case "bedrock":
                return BedrockProvider.Whole(answer);
            default:
                return CohereProvider.Read(answer);
        }
    }

    /// <summary>A whole streamed call.</summary>
    public async Task<long> Streamed()
    {
        var call = Read(streamed);
        var sent = Body(call).Length;
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var source = new UpstreamBytes(new HttpResponseMessage(), new OneByOne(pieces), Connection, deadline, CancellationToken.None);
        ModelEventStream stream = family switch
        {
            "openai" => new OpenAiStream(source, Connection, asFrames: PassesFrames, stripUsage: true),
            "anthropic" => new AnthropicStream(source, Connection, asFrames: PassesFrames),
            "gemini" => new GeminiStream(source, Connection),
            "bedrock" => new BedrockStream(source, Connection),
            _ => new CohereStream(source),
        };
        return sent + await Write(call, stream);
    }

    async Task<long> Write(ModelCall call, ModelEventStream events)
    {
        var http = new DefaultHttpContext();
        var written = new Counted();
        http.Response.Body = written;
        var reply = new ModelReply(events);
        await using var running = new RunningReply(reply, call.Context, CancellationToken.None);
        if (wire == "responses")
            await WriteResponse(http, call, running);
        else
            await ReplyWriter.WriteAsync(
                http,
                call,
                reply,
                running,
                wire switch
                {
                    "messages" => MessagesForm.Instance,
                    "chat" => OpenAiChatForm.Instance,
                    _ => CompletionsForm.Instance,
                }
            );
        await http.Response.BodyWriter.FlushAsync();
        return written.Bytes > 100 ? written.Bytes : throw new InvalidOperationException($"{this} gave {written.Bytes} bytes.");
    }

    /// <summary>As the wire does it, without the store.</summary>
    static async Task WriteResponse(DefaultHttpContext http, ModelCall call, RunningReply running)
    {
        var body = http.Response.BodyWriter;
        using var writer = new ResponsesWriter(call, call.Streams ? body : null);
        while (await running.ReadAsync(CancellationToken.None))
        {
            foreach (ref readonly var e in running.Batch.Span)
                writer.Take(e, call.Context.Record.Usage);
            if (call.Streams)
                await body.FlushAsync();
        }
        if (!call.Streams)
            await body.WriteAsync(writer.Response.ToJson());
    }

    /// <summary>A body whose events come one by one, each after a wait, as a model speaks.</summary>
    sealed class OneByOne(byte[][] pieces) : MemoryStream
    {
        int next;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (next == pieces.Length)
                return 0;
            pieces[next].CopyTo(buffer);
            return pieces[next++].Length;
        }
    }

    /// <summary>Takes what is written and keeps its length.</summary>
    sealed class Counted : MemoryStream
    {
        public long Bytes { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Bytes += buffer.Length;
            return ValueTask.CompletedTask;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
