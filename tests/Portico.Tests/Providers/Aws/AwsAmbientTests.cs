using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Aws;
using Portico.Providers.Bedrock;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Bedrock;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.Aws;

/// <summary>Connections without keys sign as the node itself.</summary>
public sealed class AwsAmbientTests : IDisposable
{
    const string Role = "arn:aws:iam::123456789012:role/portico";

    readonly ManualTime time = new(DateTimeOffset.Parse("2026-11-25T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    readonly UpstreamHttp http;
    readonly string tokenFile = Path.GetTempFileName();

    public AwsAmbientTests()
    {
        http = new UpstreamHttp(time);
        File.WriteAllText(tokenFile, "the.platform.token\n");
    }

    public void Dispose()
    {
        http.Dispose();
        File.Delete(tokenFile);
    }

    AwsAmbient Ambient(string stsUrl, string? file = null) =>
        new(
            http,
            name =>
                name switch
                {
                    "AWS_WEB_IDENTITY_TOKEN_FILE" => file ?? tokenFile,
                    "AWS_ROLE_ARN" => Role,
                    "AWS_ENDPOINT_URL_STS" => stsUrl,
                    "AWS_REGION" => "eu-central-1",
                    _ => null,
                }
        );

    /// <summary>As https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Examples answers.</summary>
    static string Assumed(string id, DateTimeOffset end) =>
        $"""
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult>
                <Credentials>
                  <SessionToken>{ScriptedBedrock.Token}</SessionToken>
                  <SecretAccessKey>{ScriptedBedrock.Secret}</SecretAccessKey>
                  <Expiration>{end.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}</Expiration>
                  <AccessKeyId>{id}</AccessKeyId>
                </Credentials>
              </AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """;

    static Func<HttpContext, Task> Xml(string body, int status = 200) =>
        async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/xml";
            await context.Response.WriteAsync(body);
        };

    [Fact]
    public async Task A_web_identity_becomes_keys_that_are_kept_and_renewed_before_they_end()
    {
        await using var sts = await ScriptedAnthropic.StartAsync(
            Xml(Assumed("ASIAFIRST", time.GetUtcNow() + TimeSpan.FromHours(1))),
            Xml(Assumed("ASIASECOND", time.GetUtcNow() + TimeSpan.FromHours(2))),
            Xml("<ErrorResponse/>", 500)
        );
        var ambient = Ambient(sts.Url);
        var connection = Bedrocks.Connection();
        var first = await ambient.GetAsync(null, connection, default);
        (first.Id, first.SessionToken).ShouldBe(("ASIAFIRST", ScriptedBedrock.Token));
        (await ambient.GetAsync(null, connection, default)).ShouldBeSameAs(first);
        var asked = sts.Requests.ShouldHaveSingleItem();
        asked.Body.ShouldContain("Action=AssumeRoleWithWebIdentity");
        asked.Body.ShouldContain("WebIdentityToken=the.platform.token");
        asked.Body.ShouldContain("RoleArn=" + Uri.EscapeDataString(Role));
        asked.Headers.ContainsKey("authorization").ShouldBeFalse();

        time.Advance(TimeSpan.FromMinutes(56));
        (await ambient.GetAsync(null, connection, default)).Id.ShouldBe("ASIASECOND");
        // While renewing fails, keys serve to their end, and not beyond.
        time.Advance(TimeSpan.FromMinutes(61));
        (await ambient.GetAsync(null, connection, default)).Id.ShouldBe("ASIASECOND");
    }

    [Theory]
    [InlineData(
        "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>",
        403,
        "upstream_credential",
        "AWS_ROLE_ARN and the trust"
    )]
    [InlineData("<not xml", 200, "upstream_malformed", "holds no keys")]
    [InlineData("<a/>", 200, "upstream_malformed", "holds no keys")]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", 200, "upstream_malformed", "holds no keys")]
    public async Task An_identity_that_is_not_taken_says_what_to_look_at(string body, int status, string code, string words)
    {
        await using var sts = await ScriptedAnthropic.StartAsync(Xml(body, status));
        var e = await Should.ThrowAsync<UpstreamException>(async () =>
            await Ambient(sts.Url).GetAsync(null, Bedrocks.Connection(), default)
        );
        e.Kind.Code.ShouldBe(code);
        e.Message.ShouldContain(words);
    }

    [Fact]
    public async Task A_token_file_that_is_not_there_is_named()
    {
        var e = await Should.ThrowAsync<UpstreamException>(async () =>
            await Ambient("http://127.0.0.1:1", "/nowhere/token").GetAsync(null, Bedrocks.Connection(), default)
        );
        e.Fault.ShouldBe(Fault.Credential);
        e.Message.ShouldContain("AWS_WEB_IDENTITY_TOKEN_FILE");
    }

    [Fact]
    public async Task A_connection_without_a_credential_signs_with_the_nodes_identity_and_region()
    {
        await using var sts = await ScriptedAnthropic.StartAsync(
            Xml(Assumed(ScriptedBedrock.TemporaryId, TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1)))
        );
        await using var bedrock = await ScriptedBedrock.StartAsync(
            (_, context) => ScriptedBedrock.JsonAsync(context, ConverseFixtures.Small)
        );
        using var real = new UpstreamHttp(TimeProvider.System);
        var ambient = new AwsAmbient(
            real,
            name =>
                name switch
                {
                    "AWS_WEB_IDENTITY_TOKEN_FILE" => tokenFile,
                    "AWS_ROLE_ARN" => Role,
                    "AWS_ENDPOINT_URL_STS" => sts.Url,
                    "AWS_DEFAULT_REGION" => ScriptedBedrock.Region,
                    _ => null,
                }
        );
        var family = BedrockProvider.Family(real, new AwsAuth(TimeProvider.System, ambient));
        await family.Chat!.ChatAsync(Bedrocks.Call(Anthropics.Ask("Hi"), Bedrocks.Connection(bedrock.Url, "")), default);
        Regex.IsMatch(bedrock.Requests.ShouldHaveSingleItem().Headers["authorization"], "Credential=ASIAIOSFODNN7EXAMPLE/").ShouldBeTrue();
    }
}
