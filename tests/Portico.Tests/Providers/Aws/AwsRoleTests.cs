using Amazon.Runtime;
using Portico.Core.Chat;
using Portico.Providers.Aws;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Bedrock;
using Portico.Tests.Support;
using static Portico.Tests.Providers.Anthropic.ScriptedAnthropic;

namespace Portico.Tests.Providers.Aws;

/// <summary>
/// Roles of containers (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html,
/// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html) and of instances by IMDSv2
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html), from scripted services on loopback.
/// </summary>
public sealed class AwsRoleTests : IDisposable
{
    const string Roles = "/latest/meta-data/iam/security-credentials/";

    readonly ManualTime time = new(DateTimeOffset.Parse("2026-11-25T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    readonly UpstreamHttp http;
    readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);

    public AwsRoleTests() => http = new UpstreamHttp(time);

    public void Dispose() => http.Dispose();

    AwsAmbient Ambient(Func<string, AWSCredentials?>? files = null) =>
        new(http, name => variables.GetValueOrDefault(name), files ?? (_ => null));

    string Keys(string id, TimeSpan life) =>
        $$"""
            {"Code":"Success","LastUpdated":"2026-11-25T11:59:00Z","Type":"AWS-HMAC","AccessKeyId":"{{id}}","SecretAccessKey":"{{ScriptedBedrock.Secret}}",
             "Token":"{{ScriptedBedrock.Token}}","Expiration":"{{(time.GetUtcNow() + life).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}}"}
            """;

    static async Task<string> IdAsync(AwsAmbient ambient) => (await ambient.GetAsync(null, Bedrocks.Connection(), default)).Id;

    static async Task<UpstreamException> FailureAsync(AwsAmbient ambient) =>
        await Should.ThrowAsync<UpstreamException>(() => IdAsync(ambient));

    [Fact]
    public async Task A_container_gives_keys_for_its_token_and_they_are_renewed_before_they_end()
    {
        await using var service = await ScriptedAnthropic.StartAsync(
            Json(Keys("ASIAFIRST", TimeSpan.FromHours(1))),
            Json(Keys("ASIASECOND", TimeSpan.FromHours(2))),
            Json("{}", 500)
        );
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.Url + "/v1/credentials";
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "the-token-of-the-task";
        var ambient = Ambient();
        var first = await ambient.GetAsync(null, Bedrocks.Connection(), default);
        (first.Id, first.SessionToken).ShouldBe(("ASIAFIRST", ScriptedBedrock.Token));
        (await ambient.GetAsync(null, Bedrocks.Connection(), default)).ShouldBeSameAs(first);
        var asked = service.Requests.ShouldHaveSingleItem();
        (asked.Method, asked.Target, asked.Headers["Authorization"]).ShouldBe(("GET", "/v1/credentials", "the-token-of-the-task"));
        time.Advance(TimeSpan.FromMinutes(56));
        (await IdAsync(ambient)).ShouldBe("ASIASECOND");
        // While renewing fails, keys serve to their end.
        time.Advance(TimeSpan.FromMinutes(61));
        (await IdAsync(ambient)).ShouldBe("ASIASECOND");
        service.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_pods_token_is_read_from_its_file_at_each_renewal()
    {
        var file = Path.GetTempFileName();
        try
        {
            await using var service = await ScriptedAnthropic.StartAsync(
                Json(Keys("ASIAFIRST", TimeSpan.FromMinutes(1))),
                Json(Keys("ASIASECOND", TimeSpan.FromHours(1)))
            );
            variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.Url + "/v1/credentials";
            variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = file;
            var ambient = Ambient();
            await File.WriteAllTextAsync(file, "first\n", TestContext.Current.CancellationToken);
            await IdAsync(ambient);
            await File.WriteAllTextAsync(file, "second\n", TestContext.Current.CancellationToken);
            (await IdAsync(ambient)).ShouldBe("ASIASECOND");
            service.Requests.Select(r => r.Headers["Authorization"]).ShouldBe(["first", "second"]);
            await File.WriteAllTextAsync(file, "a\nb", TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromHours(2));
            (await FailureAsync(ambient)).Message.ShouldContain("several lines");
            File.Delete(file);
            (await FailureAsync(ambient)).Message.ShouldContain("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names cannot be read");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("http://keys.example.org/")]
    [InlineData("http://10.0.0.7/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("nowhere")]
    public async Task A_containers_token_is_not_sent_unprotected_to_another_machine(string address)
    {
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = address;
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "the-token-of-the-task";
        var e = await FailureAsync(Ambient());
        e.Fault.ShouldBe(Fault.Credential);
        e.Message.ShouldContain("AWS_CONTAINER_CREDENTIALS_FULL_URI is not an address that keys are asked for at");
    }

    [Theory]
    [InlineData("{}", 403, "upstream_credential", "the credential service of this container answered 403")]
    [InlineData("{}", 200, "upstream_malformed", "holds no keys")]
    [InlineData("nothing", 200, "upstream_malformed", "holds no keys")]
    [InlineData(
        """{"AccessKeyId":"a","SecretAccessKey":"b","Token":"c","Expiration":"soon"}""",
        200,
        "upstream_malformed",
        "holds no keys"
    )]
    public async Task A_container_without_keys_says_what_to_look_at(string body, int status, string code, string words)
    {
        await using var service = await ScriptedAnthropic.StartAsync(Json(body, status));
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.Url;
        var e = await FailureAsync(Ambient());
        e.Kind.Code.ShouldBe(code);
        e.Message.ShouldStartWith("Connection conn_");
        e.Message.ShouldContain(words);
    }

    [Fact]
    public async Task An_instance_gives_the_keys_of_its_role_for_a_token_only()
    {
        await using var metadata = await ScriptedAnthropic.StartAsync(
            Json("AQAAANjUxXtoken"),
            Json("portico-role\n"),
            Json(Keys("ASIAINSTANCE", TimeSpan.FromHours(6)))
        );
        variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.Url;
        var ambient = Ambient();
        (await IdAsync(ambient)).ShouldBe("ASIAINSTANCE");
        (await IdAsync(ambient)).ShouldBe("ASIAINSTANCE");
        metadata
            .Requests.Select(r => (r.Method, r.Target))
            .ShouldBe([("PUT", "/latest/api/token"), ("GET", Roles), ("GET", Roles + "portico-role")]);
        metadata.Requests[0].Headers["X-aws-ec2-metadata-token-ttl-seconds"].ShouldBe("300");
        metadata.Requests.Skip(1).ShouldAllBe(r => r.Headers["X-aws-ec2-metadata-token"] == "AQAAANjUxXtoken");
    }

    [Fact]
    public async Task An_instance_without_a_role_is_named_as_that()
    {
        await using var metadata = await ScriptedAnthropic.StartAsync(Json("token"), Json("", 404));
        variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.Url;
        var e = await FailureAsync(Ambient());
        (e.Fault, e.Kind).ShouldBe((Fault.Credential, ErrorTable.UpstreamCredential));
        e.Message.ShouldContain("this instance has no role");
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", null)]
    [InlineData(null, "true")]
    public async Task A_machine_that_is_nowhere_says_that_nothing_gives_keys(string? endpoint, string? disabled)
    {
        if (endpoint is not null)
            variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = endpoint;
        if (disabled is not null)
            variables["AWS_EC2_METADATA_DISABLED"] = disabled;
        var e = await FailureAsync(Ambient());
        e.Fault.ShouldBe(Fault.Credential);
        e.Message.ShouldContain("environment, shared AWS files, container and instance give none");
    }

    [Fact]
    public async Task Each_source_yields_to_the_one_before_it()
    {
        await using var container = await ScriptedAnthropic.StartAsync(Json(Keys("ASIACONTAINER", TimeSpan.FromHours(1))));
        variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1";
        var asked = new List<string>();
        AWSCredentials Files(string name)
        {
            asked.Add(name);
            return new BasicAWSCredentials("AKIAFILE" + name, "secret");
        }
        (await IdAsync(Ambient(Files))).ShouldBe("AKIAFILEdefault");
        variables["AWS_PROFILE"] = "work";
        (await IdAsync(Ambient(Files))).ShouldBe("AKIAFILEwork");
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = container.Url;
        asked.Clear();
        (await IdAsync(Ambient(Files))).ShouldBe("ASIACONTAINER");
        variables["AWS_ACCESS_KEY_ID"] = "AKIAENVIRONMENT";
        variables["AWS_SECRET_ACCESS_KEY"] = "secret";
        var ambient = Ambient(Files);
        (await IdAsync(ambient)).ShouldBe("AKIAENVIRONMENT");
        asked.ShouldBeEmpty();
        // The same object, because it keeps what is derived from the keys.
        var first = await ambient.GetAsync(null, Bedrocks.Connection(), default);
        (await ambient.GetAsync(null, Bedrocks.Connection(), default)).ShouldBeSameAs(first);
    }
}
