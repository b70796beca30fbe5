using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Server;

namespace Portico.Tests.Server;

/// <summary>How the files of the console are served.</summary>
public sealed class ConsoleFilesTests : IAsyncLifetime
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string folder = Directory.CreateTempSubdirectory("portico-console-").FullName;
    WebApplication app = null!;
    HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(folder, "assets"));
        await WriteAsync("index.html", "<!doctype html><title>Portico</title>");
        await WriteAsync("assets/index-abc.js", "console.log('a')");
        await File.WriteAllBytesAsync(Path.Combine(folder, "assets/index-abc.js.gz"), Gzip("console.log('a')"), Ct);
        await WriteAsync("secret.key", "not for the web");
        (app, client) = await ServeAsync(folder);
    }

    Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(folder, name), text, Ct);

    static byte[] Gzip(string text)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return to.ToArray();
    }

    static async Task<(WebApplication, HttpClient)> ServeAsync(string directory)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var served = builder.Build();
        ConsoleFiles.Read(directory).Map(served);
        await served.StartAsync(Ct);
        return (served, new HttpClient { BaseAddress = new Uri(served.Urls.First()) });
    }

    async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestHeaders>? with = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        with?.Invoke(request.Headers);
        return await client.SendAsync(request, Ct);
    }

    [Theory]
    [InlineData("/console")]
    [InlineData("/console/")]
    [InlineData("/console/calls?call=call_1")]
    [InlineData("/console/a/page/of/later")]
    public async Task Every_page_is_the_one_document_with_a_strict_policy(string path)
    {
        using var response = await GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync(Ct)).ShouldContain("<title>Portico");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        policy.ShouldNotContain("*");
        response.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        response.Headers.CacheControl!.NoCache.ShouldBeTrue();
    }

    [Fact]
    public async Task An_asset_is_kept_by_browsers_for_good_and_comes_compressed_to_those_who_take_it()
    {
        using var plain = await GetAsync("/console/assets/index-abc.js");
        (await plain.Content.ReadAsStringAsync(Ct)).ShouldBe("console.log('a')");
        plain.Content.Headers.ContentEncoding.ShouldBeEmpty();
        plain.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromDays(365));
        using var packed = await GetAsync("/console/assets/index-abc.js", h => h.AcceptEncoding.ParseAdd("gzip, br"));
        packed.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        packed.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        await using var gzip = new GZipStream(await packed.Content.ReadAsStreamAsync(Ct), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        (await reader.ReadToEndAsync(Ct)).ShouldBe("console.log('a')");
    }

    [Fact]
    public async Task What_a_browser_has_is_not_sent_again()
    {
        using var first = await GetAsync("/console");
        using var again = await GetAsync("/console", h => h.IfNoneMatch.Add(first.Headers.ETag!));
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var other = await GetAsync("/console", h => h.IfNoneMatch.Add(new EntityTagHeaderValue("\"old\"")));
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/console/assets/gone-123.js")]
    [InlineData("/console/assets/../../etc/passwd")]
    public async Task A_file_that_is_not_there_is_no_document(string path)
    {
        using var response = await GetAsync(path);
        (await response.Content.ReadAsStringAsync(Ct)).ShouldNotContain("root:");
        if (path.Contains("gone"))
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Only_kinds_of_files_that_belong_to_a_console_are_served()
    {
        using var response = await GetAsync("/console/secret.key");
        (await response.Content.ReadAsStringAsync(Ct)).ShouldNotContain("not for the web");
    }

    [Fact]
    public async Task Without_a_build_the_page_says_what_to_do()
    {
        var (bare, there) = await ServeAsync(Path.Combine(folder, "nothing"));
        await using var _ = bare;
        using var response = await there.GetAsync("/console", Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync(Ct)).ShouldContain("Install Node");
        there.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
