using System.Text;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
using Portico.Tests.Providers.Anthropic;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>Calls of one question as the door reads them, and a family that they are asked of.</summary>
sealed class Singled : IDisposable
{
    public const string Key = "sk-not-a-real-key-0123456789";

    public UpstreamHttp Http { get; } = new(TimeProvider.System);

    public void Dispose() => Http.Dispose();

    public ProviderFamily Family => OpenAiProvider.Family(Http);

    public static SingleCall Call(ScriptedAnthropic server, ReadSingle read, string family = "openai") =>
        new(
            new ProviderConnection(default, family, null, new Uri(server.Url + "/v1"), new Secret(Key)),
            "up-1",
            read.Request,
            read.Body,
            default
        );

    public static ReadSingle Read(SingleReader reader, string json) => reader(Encoding.UTF8.GetBytes(json), "application/json");

    public static ReadSingle Speech(string more = "") =>
        Read(SingleReaders.Speech, $$"""{"model":"route","input":"Hi","voice":"alloy"{{more}}}""");

    public static ReadSingle Transcription(string more = "", SingleReader? reader = null)
    {
        var form =
            $"--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nroute\r\n{more}--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\nbytes\r\n--b--\r\n";
        return (reader ?? FormReaders.Transcription)(Encoding.UTF8.GetBytes(form), "multipart/form-data; boundary=b");
    }

    public static string Field(string name, string value) => $"--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";

    public static Func<HttpContext, Task> Bytes(string type, params byte[][] pieces) =>
        async context =>
        {
            context.Response.ContentType = type;
            foreach (var piece in pieces)
            {
                await context.Response.Body.WriteAsync(piece);
                await context.Response.Body.FlushAsync();
            }
        };

    public async Task<(string Body, Usage Usage, string? Type)> AskAsync(ScriptedAnthropic server, ReadSingle read)
    {
        var reply = await Family.Singles!.AskAsync(Call(server, read), default);
        await using var stream = reply.Events;
        var (events, failure) = await DrainAsync(stream);
        failure.ShouldBeNull();
        var body = string.Concat(events.Where(e => e.Kind == ModelEventKind.Frame).Select(e => Encoding.UTF8.GetString(e.Bytes.Span)));
        return (body, events[^1].Completion!.Usage, reply.ContentType);
    }
}
