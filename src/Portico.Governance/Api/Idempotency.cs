using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.Api;

/// <summary>
/// Idempotency-Key on POST: the first answer is kept for a day and given again to the same request; another request under the same key is a
/// conflict. Answers that hold a new secret are remembered without it.
/// </summary>
public sealed class Idempotency(Database database, TimeProvider time)
{
    const int MaxBodyBytes = 1024 * 1024;
    static readonly TimeSpan Keep = TimeSpan.FromHours(24);

    /// <summary>Longer than any request of the management API runs: a claim older than this belongs to a process that died.</summary>
    static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    /// <summary>Held while a first request runs; a second one meanwhile is told to wait.</summary>
    const long Running = 0;

    sealed class Row
    {
        public string RequestHash { get; set; } = "";
        public long Status { get; set; }
        public string? Body { get; set; }
        public string? Etag { get; set; }
        public string? Location { get; set; }
    }

    public async Task InvokeAsync(HttpContext http, Func<Task> next)
    {
        var sent = http.Request.Headers["Idempotency-Key"].ToString();
        // What is open changes nothing twice: a session more does no harm, and there is nobody to keep an answer for.
        if (
            !HttpMethods.IsPost(http.Request.Method)
            || sent.Length == 0
            || http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null
            || http.GetEndpoint()?.Metadata.GetMetadata<AnswersAsItGoes>() is not null
        )
        {
            await next();
            return;
        }
        if (sent.Length > 255)
            throw new PorticoException(ErrorTable.InvalidRequest, "Idempotency-Key is longer than 255 characters.", "Idempotency-Key");
        // Who sends it is part of the key: one person's key never meets another's answer. So is what they may do: an answer from before a grant was taken
        // away is not given again.
        var actor = AdminAccess.Actor(http);
        var key = SecretText.Hash($"{actor.Id}\n{actor.GrantsTag}\n{http.Request.Path}\n{sent}");
        var hash = await HashBodyAsync(http);
        if (await ClaimAsync(key, hash, http.RequestAborted) is { } earlier)
            await ReplayAsync(http, earlier, hash);
        else
            await RunAsync(http, next, key);
    }

    static async Task<string> HashBodyAsync(HttpContext http)
    {
        http.Request.EnableBuffering(MaxBodyBytes, MaxBodyBytes);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(http.Request.Body, http.RequestAborted));
        http.Request.Body.Position = 0;
        return hash;
    }

    Task<Row?> ClaimAsync(string key, string hash, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var now = Micros.Now(time);
                var old = now - (long)Keep.TotalMicroseconds;
                await work.Connection.ExecuteAsync(
                    "delete from governance_idempotency where created_us < @old or (status = @Running and created_us < @abandoned)",
                    new
                    {
                        old,
                        Running,
                        abandoned = now - (long)LongestRun.TotalMicroseconds,
                    },
                    work.Transaction
                );
                var mine = await work.Connection.ExecuteAsync(
                    "insert into governance_idempotency (key, request_hash, status, created_us) values (@key, @hash, @Running, @now) on conflict (key) do nothing",
                    new
                    {
                        key,
                        hash,
                        Running,
                        now,
                    },
                    work.Transaction
                );
                return mine == 1
                    ? null
                    : await work.Connection.QuerySingleAsync<Row>(
                        "select request_hash, status, body, etag, location from governance_idempotency where key = @key",
                        new { key },
                        work.Transaction
                    );
            },
            ct
        );

    static async Task ReplayAsync(HttpContext http, Row earlier, string hash)
    {
        if (earlier.RequestHash != hash)
            throw new PorticoException(
                ErrorTable.Conflict,
                "This Idempotency-Key was used for another request. Use a new one.",
                "Idempotency-Key"
            );
        if (earlier.Status == Running)
            throw new PorticoException(
                ErrorTable.Conflict,
                "The first request with this Idempotency-Key is still running.",
                "Idempotency-Key"
            )
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        if (earlier.Body is null)
            throw new PorticoException(
                ErrorTable.Conflict,
                "That request succeeded and its answer held a secret, which is shown once. Rotate the key to get a new one.",
                "Idempotency-Key"
            );
        http.Response.StatusCode = (int)earlier.Status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers["Idempotency-Replayed"] = "true";
        if (earlier.Etag is not null)
            http.Response.Headers.ETag = earlier.Etag;
        if (earlier.Location is not null)
            http.Response.Headers.Location = earlier.Location;
        await http.Response.WriteAsync(earlier.Body, http.RequestAborted);
    }

    async Task RunAsync(HttpContext http, Func<Task> next, string key)
    {
        var real = http.Response.Body;
        await using var copy = new MemoryStream();
        http.Response.Body = copy;
        var kept = false;
        try
        {
            await next();
            var body = System.Text.Encoding.UTF8.GetString(copy.GetBuffer(), 0, (int)copy.Length);
            if (http.Response.StatusCode is >= 200 and < 300)
            {
                await SaveAsync(key, http.Response, SecretText.IsIn(body) ? null : body);
                kept = true;
            }
        }
        finally
        {
            http.Response.Body = real;
            // A failed request may be tried again under the same key.
            if (!kept)
                await database.WriteAsync(
                    work =>
                        work.Connection.ExecuteAsync("delete from governance_idempotency where key = @key", new { key }, work.Transaction),
                    CancellationToken.None
                );
        }
        copy.Position = 0;
        await copy.CopyToAsync(real, http.RequestAborted);
    }

    Task SaveAsync(string key, HttpResponse response, string? body) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_idempotency set status = @status, body = @body, etag = @etag, location = @location where key = @key",
                    new
                    {
                        key,
                        status = response.StatusCode,
                        body,
                        etag = (string?)response.Headers.ETag,
                        location = (string?)response.Headers.Location,
                    },
                    work.Transaction
                ),
            CancellationToken.None
        );
}
