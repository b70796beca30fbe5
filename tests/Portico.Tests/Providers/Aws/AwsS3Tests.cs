using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Governance.Audit;
using Portico.Providers.Aws;
using Portico.Providers.Http;
using Portico.Server.Anchoring;
using Portico.Tests.Providers.Bedrock;

namespace Portico.Tests.Providers.Aws;

/// <summary>
/// Objects of a store that speaks S3. The scripted store answers as https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html and
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html publish: it checks the signature and the check sums, and takes nothing twice under If-None-Match.
/// </summary>
public sealed class AwsS3Tests
{
    const string Id = "AKIAIOSFODNN7EXAMPLE";
    const string SecretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    sealed class ScriptedS3 : IAsyncDisposable
    {
        WebApplication app = null!;

        public Dictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);
        public Func<HttpContext, Task<bool>>? Instead { get; set; }
        public Uri Folder => new(app.Urls.First() + "/audit-bucket/portico/");

        public static async Task<ScriptedS3> StartAsync()
        {
            var store = new ScriptedS3();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            store.app = builder.Build();
            store.app.Run(store.AnswerAsync);
            await store.app.StartAsync();
            return store;
        }

        async Task AnswerAsync(HttpContext http)
        {
            if (Instead is { } instead && await instead(http))
                return;
            using var memory = new MemoryStream();
            await http.Request.Body.CopyToAsync(memory);
            var body = memory.ToArray();
            var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
            var problem = SigV4Check.Problem(
                http.Request.Method,
                target,
                headers,
                body,
                id => id == Id ? (SecretKey, null) : null,
                "eu-central-1",
                "s3",
                DateTimeOffset.UtcNow
            );
            if (problem is { } wrong)
                await ErrorAsync(http, 403, "SignatureDoesNotMatch", wrong.Message);
            else if (headers.GetValueOrDefault("x-amz-content-sha256") != Convert.ToHexStringLower(SHA256.HashData(body)))
                await ErrorAsync(http, 400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match.");
            else if (headers.GetValueOrDefault("x-amz-checksum-sha256") != Convert.ToBase64String(SHA256.HashData(body)))
                await ErrorAsync(http, 400, "BadDigest", "The checksum did not match.");
            else if (http.Request.Method != "PUT")
                await ErrorAsync(http, 405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
            else if (headers.GetValueOrDefault("If-None-Match") == "*" && Objects.ContainsKey(target))
                await ErrorAsync(http, 412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
            else
                Objects[target] = body;
        }

        public static async Task ErrorAsync(HttpContext http, int status, string code, string message)
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/xml";
            await http.Response.WriteAsync(
                $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{message}</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"
            );
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    static BucketAnchor Anchor(ScriptedS3 store, UpstreamHttp http, string credential = Id + ":" + SecretKey) =>
        new(new AwsS3(http, "eu-central-1", new Secret(credential)), store.Folder);

    [Fact]
    public async Task A_checkpoint_is_an_object_of_its_own_and_none_is_written_over()
    {
        await using var store = await ScriptedS3.StartAsync();
        using var http = new UpstreamHttp(TimeProvider.System);
        var anchor = Anchor(store, http);
        await anchor.PutAsync(new AnchoredNote("log_1", 40, "forty\n"), Ct);
        await anchor.PutAsync(new AnchoredNote("log_1", 1_200, "more\n"), Ct);
        // The answer to the first try was lost: the object is there.
        await anchor.PutAsync(new AnchoredNote("log_1", 40, "another text of the same size\n"), Ct);
        store
            .Objects.Keys.Order(StringComparer.Ordinal)
            .ShouldBe(["/audit-bucket/portico/log_1/000000000000040.txt", "/audit-bucket/portico/log_1/000000000001200.txt"]);
        Encoding.UTF8.GetString(store.Objects["/audit-bucket/portico/log_1/000000000000040.txt"]).ShouldBe("forty\n");
    }

    [Fact]
    public async Task What_the_store_refuses_is_told_with_its_own_words()
    {
        await using var store = await ScriptedS3.StartAsync();
        using var http = new UpstreamHttp(TimeProvider.System);
        store.Instead = async http =>
        {
            await ScriptedS3.ErrorAsync(http, 403, "AccessDenied", "User is not authorized to perform: s3:PutObject");
            return true;
        };
        var e = await Should.ThrowAsync<AnchorException>(() => Anchor(store, http).PutAsync(new AnchoredNote("log_1", 1, "a"), Ct));
        e.Message.ShouldContain("403 AccessDenied: User is not authorized to perform: s3:PutObject");
        store.Objects.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("<html>bad gateway</body>")]
    [InlineData("")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><Error><Code>&b;</Code></Error>")]
    public async Task An_error_that_is_none_of_S3_is_told_by_its_status(string body)
    {
        await using var store = await ScriptedS3.StartAsync();
        using var http = new UpstreamHttp(TimeProvider.System);
        store.Instead = async http =>
        {
            http.Response.StatusCode = 502;
            await http.Response.WriteAsync(body);
            return true;
        };
        var e = await Should.ThrowAsync<AnchorException>(() => Anchor(store, http).PutAsync(new AnchoredNote("log_1", 1, "a"), Ct));
        e.Message.ShouldEndWith("answered 502");
    }

    [Fact]
    public async Task A_wrong_key_is_refused_by_the_signature()
    {
        await using var store = await ScriptedS3.StartAsync();
        using var http = new UpstreamHttp(TimeProvider.System);
        var anchor = Anchor(store, http, $"{Id}:another");
        var e = await Should.ThrowAsync<AnchorException>(() => anchor.PutAsync(new AnchoredNote("log_1", 1, "a"), Ct));
        e.Message.ShouldContain("SignatureDoesNotMatch");
    }
}
