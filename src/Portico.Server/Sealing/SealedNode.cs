using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Portico.Gateway;
using Portico.Governance.Api;
using Portico.Governance.Keys;

namespace Portico.Server.Sealing;

/// <summary>
/// What listens while the master key is not to be had: it knows no store and no account. It says that it is sealed and what to do, takes shares where they are
/// awaited, and looks again for a key that may come by itself.
/// </summary>
sealed class SealedNode : IAsyncDisposable
{
    static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    readonly WebApplication app;
    readonly ShareGathering shares;
    readonly ShareDoor door;
    readonly TaskCompletionSource<MasterKey> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile SealReason why;

    SealedNode(WebApplication app, SealReason why, string? root, TimeProvider time)
    {
        (this.app, this.why) = (app, why);
        shares = new ShareGathering(root);
        door = new ShareDoor(time);
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public SealReason Why => why;

    /// <param name="file">A settings file, or null for portico.json in the working directory where there is one.</param>
    /// <param name="set">Settings that win over file and environment.</param>
    /// <param name="why">What it says.</param>
    /// <param name="root">The id of the root that the store is under, where that is known.</param>
    /// <param name="ct">Ends the start.</param>
    public static async Task<SealedNode> StartAsync(
        string? file,
        IEnumerable<KeyValuePair<string, string?>> set,
        SealReason why,
        string? root,
        CancellationToken ct
    )
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Configuration.AddPortico(file, set);
        var options = Settings.Of<ServerOptions>(builder.Configuration, ServerOptions.Section);
        builder.WebHost.UseKestrelHttpsConfiguration();
        if (builder.Configuration["URLS"] is null || builder.Configuration[$"{ServerOptions.Section}:Url"] is not null)
            builder.WebHost.UseUrls(options.Url);
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = 64 * 1024;
        });
        // No request is logged: one may hold a share.
        builder.Logging.ClearProviders();
        var built = builder.Build();
        var node = new SealedNode(built, why, root, TimeProvider.System);
        built.Run(node.AnswerAsync);
        await built.StartAsync(ct);
        node.Address = Addresses.Reachable(
            built.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        );
        return node;
    }

    /// <summary>Waits until the key is there: by shares, or by looking again.</summary>
    public async Task<MasterKey> WaitAsync(RootSearch search, CancellationToken ct)
    {
        while (true)
        {
            var waited = await Task.WhenAny(found.Task, Task.Delay(Again, ct));
            ct.ThrowIfCancellationRequested();
            if (waited == found.Task)
                return await found.Task;
            if (why.TakesShares)
                continue;
            var (root, reason) = await search.LookAsync(ct);
            if (root is not null)
                return root;
            why = reason!;
        }
    }

    async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await (
                path switch
                {
                    "/health" => JsonAsync(http, 200, new { status = "sealed", detail = why.Says }),
                    "/ready" or "/health/ready" => JsonAsync(
                        http,
                        503,
                        new
                        {
                            ready = false,
                            @sealed = true,
                            detail = why.Says,
                        }
                    ),
                    "/api/seal" when HttpMethods.IsGet(http.Request.Method) => JsonAsync(http, 200, State()),
                    "/api/seal/shares" when HttpMethods.IsPost(http.Request.Method) => TakeAsync(http),
                    "/" or "/console" => SealedPage.WriteAsync(http, why, shares.State),
                    _ when path.StartsWith("/console/", StringComparison.Ordinal) => SealedPage.WriteAsync(http, why, shares.State),
                    _ => throw new PorticoException(ErrorTable.Sealed, why.Says) { RetryAfter = TimeSpan.FromSeconds(10) },
                }
            );
        }
        catch (PorticoException e) when (!http.Response.HasStarted)
        {
            await (
                http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
                || http.Request.Path.StartsWithSegments("/v2", StringComparison.Ordinal)
                    ? GatewayModule.WriteErrorAsync(http, e)
                    : Problems.WriteAsync(http, e)
            );
        }
    }

    object State() =>
        new
        {
            @sealed = true,
            detail = why.Says,
            takes_shares = why.TakesShares,
            splits = Splits(),
        };

    object Splits() =>
        shares
            .State.Select(s => new
            {
                set = s.Set,
                held = s.Held,
                needed = s.Needed,
            })
            .ToList();

    async Task TakeAsync(HttpContext http)
    {
        if (!why.TakesShares)
            throw new PorticoException(ErrorTable.Conflict, $"This node waits for no shares. {why.Says}");
        door.RequireOpen();
        var (now, root) = shares.Take(await ShareInAsync(http));
        await JsonAsync(
            http,
            200,
            new
            {
                @sealed = root is null,
                set = now.Set,
                held = now.Held,
                needed = now.Needed,
                detail = root is null ? $"{now.Held} of {now.Needed} shares are here." : "The master key is whole: the node starts.",
            }
        );
        if (root is not null)
        {
            await http.Response.CompleteAsync();
            found.TrySetResult(root);
        }
    }

    /// <exception cref="PorticoException">The body is not what it must be; nothing of it is repeated.</exception>
    static async Task<string?> ShareInAsync(HttpContext http)
    {
        try
        {
            var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            using (body)
                if (body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("share", out var share))
                    return share.ValueKind == JsonValueKind.String ? share.GetString() : null;
        }
        catch (JsonException)
        {
            // Said below, without what was sent.
        }
        throw new PorticoException(ErrorTable.InvalidRequest, """Send {"share":"portico-share-…"}.""", "share");
    }

    static Task JsonAsync(HttpContext http, int status, object answer)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(answer);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}

/// <summary>How many shares a minute may be sent, right or wrong, by all together: who guesses has 256 bits before them, but need not be served.</summary>
sealed class ShareDoor(TimeProvider time)
{
    public const int PerMinute = 20;

    readonly Lock gate = new();
    readonly Queue<long> sent = new();

    /// <exception cref="PorticoException">Too many; the message says when to try again.</exception>
    public void RequireOpen()
    {
        lock (gate)
        {
            while (sent.TryPeek(out var first) && time.GetElapsedTime(first) >= TimeSpan.FromMinutes(1))
                sent.Dequeue();
            if (sent.Count == PerMinute)
            {
                var wait = TimeSpan.FromMinutes(1) - time.GetElapsedTime(sent.Peek());
                throw new PorticoException(
                    ErrorTable.RateLimited,
                    $"More than {PerMinute} shares were sent within a minute. Try again in {Math.Ceiling(wait.TotalSeconds):0} s."
                )
                {
                    RetryAfter = wait,
                };
            }
            sent.Enqueue(time.GetTimestamp());
        }
    }
}
