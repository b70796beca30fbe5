using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;

namespace Portico.Tests.Providers.Http;

/// <summary>The guard on the address that is really connected to: what a name means is looked at with every connection, and nobody is followed elsewhere.</summary>
public sealed class UpstreamAddressTests : IAsyncLifetime
{
    static readonly IPAddress Metadata = IPAddress.Parse("169.254.169.254");

    WebApplication server = null!;
    Func<HttpContext, Task> answer = http => http.Response.WriteAsync("fine");
    int calls;

    int Port => new Uri(server.Urls.First()).Port;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.Run(http =>
        {
            Interlocked.Increment(ref calls);
            return answer(http);
        });
        await server.StartAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    static async Task<HttpResponseMessage> GetAsync(UpstreamHttp http, string url, bool allowSpecial = false)
    {
        var connection = new ProviderConnection(default, "openai", null, new Uri(url), new Secret(""))
        {
            AllowSpecialAddresses = allowSpecial,
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var deadline = new UpstreamDeadline(http.Time, null, CancellationToken.None);
        return await http.SendAsync(request, connection, deadline, CancellationToken.None);
    }

    static UpstreamHttp Resolving(Func<string, IPAddress[]> names) => new(TimeProvider.System, (name, _) => Task.FromResult(names(name)));

    [Theory]
    [InlineData("metadata.google.internal", "169.254.169.254")]
    [InlineData("instance-data.ec2.internal", "fd00:ec2::254")]
    [InlineData("innocent.example.org", "::ffff:169.254.169.254")]
    [InlineData("innocent.example.org", "0.0.0.0")]
    [InlineData("innocent.example.org", "fe80::1")]
    public async Task A_name_that_leads_to_a_special_address_is_not_connected_to(string name, string address)
    {
        using var http = Resolving(_ => [IPAddress.Parse(address)]);
        var e = await Should.ThrowAsync<UpstreamException>(() => GetAsync(http, $"http://{name}:{Port}/v1/models"));
        e.Kind.ShouldBe(ErrorTable.UpstreamFailed);
        e.Message.ShouldContain($"{name} leads to a special address, which is refused unless the connection sets allow_special_addresses");
        calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_name_that_changes_its_meaning_is_looked_at_again_with_the_next_connection()
    {
        var means = IPAddress.Loopback;
        using var http = Resolving(_ => [means]);
        answer = c =>
        {
            c.Response.Headers.Connection = "close";
            return c.Response.WriteAsync("fine");
        };
        using (var first = await GetAsync(http, $"http://provider.example.org:{Port}/"))
            (await first.Content.ReadAsStringAsync()).ShouldBe("fine");
        means = Metadata;
        var e = await Should.ThrowAsync<UpstreamException>(() => GetAsync(http, $"http://provider.example.org:{Port}/"));
        e.Message.ShouldContain("provider.example.org leads to a special address");
        calls.ShouldBe(1);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_that_are_allowed_are_tried()
    {
        using var http = Resolving(_ => [Metadata, IPAddress.Loopback]);
        using var response = await GetAsync(http, $"http://provider.example.org:{Port}/");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_special_address_is_reached_where_the_connection_allows_it()
    {
        using var http = new UpstreamHttp(TimeProvider.System);
        var url = $"http://0.0.0.0:{Port}/";
        await Should.ThrowAsync<UpstreamException>(() => GetAsync(http, url));
        calls.ShouldBe(0);
        using var response = await GetAsync(http, url, allowSpecial: true);
        (await response.Content.ReadAsStringAsync()).ShouldBe("fine");
        // What one connection may is no other's right.
        await Should.ThrowAsync<UpstreamException>(() => GetAsync(http, url));
        calls.ShouldBe(1);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_an_answer_and_not_followed(int status)
    {
        answer = c =>
        {
            c.Response.StatusCode = status;
            c.Response.Headers.Location = $"http://127.0.0.1:{Port}/elsewhere";
            return Task.CompletedTask;
        };
        using var http = new UpstreamHttp(TimeProvider.System);
        using var response = await GetAsync(http, $"http://127.0.0.1:{Port}/");
        ((int)response.StatusCode).ShouldBe(status);
        calls.ShouldBe(1);
    }
}
