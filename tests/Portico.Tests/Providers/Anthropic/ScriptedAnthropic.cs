using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Portico.Tests.Providers.Anthropic;

/// <summary>A request as the server got it.</summary>
sealed record Got(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>
/// A server on loopback that answers as https://platform.claude.com/docs/en/api/overview publishes: each request takes the next answer of the script.
/// </summary>
sealed class ScriptedAnthropic : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Queue<Func<HttpContext, Task>> script;

    ScriptedAnthropic(WebApplication app, Queue<Func<HttpContext, Task>> script) => (this.app, this.script) = (app, script);

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    public List<Got> Requests { get; } = [];

    /// <summary>Completes when a client broke its request off.</summary>
    public TaskCompletionSource ClientLeft { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<ScriptedAnthropic> StartAsync(params Func<HttpContext, Task>[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var built = builder.Build();
        var server = new ScriptedAnthropic(built, new Queue<Func<HttpContext, Task>>(answers));
        built.Run(server.AnswerAsync);
        await built.StartAsync();
        return server;
    }

    async Task AnswerAsync(HttpContext context)
    {
        context.RequestAborted.Register(() => ClientLeft.TrySetResult());
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Func<HttpContext, Task> answer;
        lock (script)
        {
            Requests.Add(new Got(context.Request.Method, context.Request.Path + context.Request.QueryString.Value, headers, body));
            answer = script.Dequeue();
        }
        context.Response.Headers["request-id"] = "req_011CSHoEeqs5C35K2UUqR7Fy";
        await answer(context);
    }

    public static Func<HttpContext, Task> Json(string body, int status = 200, params (string Name, string Value)[] headers) =>
        async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;
            await context.Response.WriteAsync(body);
        };

    /// <summary>Sends the pieces, each flushed; then ends well.</summary>
    public static Func<HttpContext, Task> Sse(params string[] pieces) =>
        async context =>
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            foreach (var piece in pieces)
            {
                await context.Response.WriteAsync(piece);
                await context.Response.Body.FlushAsync();
            }
        };

    /// <summary>Sends the text and breaks the connection when told: a break right behind bytes may overtake them.</summary>
    public static Func<HttpContext, Task> SseThenBreak(string text, Task when) =>
        async context =>
        {
            await Sse(text)(context);
            await when;
            context.Abort();
        };

    /// <summary>Sends the text and then nothing until the client leaves.</summary>
    public static Func<HttpContext, Task> SseThenSilence(string text) =>
        async context =>
        {
            await Sse(text)(context);
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            context.RequestAborted.Register(() => left.TrySetResult());
            await left.Task;
        };

    public static Func<HttpContext, Task> Silence() =>
        async context =>
        {
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            context.RequestAborted.Register(() => left.TrySetResult());
            await left.Task;
        };

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
