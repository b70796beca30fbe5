using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Aws;
using Portico.Providers.Bedrock;
using Portico.Providers.Http;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Bedrock.Bedrocks;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>Whose fault it is when Bedrock refuses, and what the words say to do.</summary>
public sealed class BedrockErrorTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    /// <summary>Without anything that this machine's environment may hold.</summary>
    ProviderFamily Family => BedrockProvider.Family(http, new AwsAuth(TimeProvider.System, new AwsAmbient(http, _ => null)));

    Task<ProviderReply> ChatAsync(
        ScriptedBedrock server,
        string credential = Credential,
        bool stream = false,
        string model = ConverseFixtures.Model
    ) => Family.Chat!.ChatAsync(Bedrocks.Call(Ask("Hi", stream), Bedrocks.Connection(server.Url, credential), model), default);

    async Task<UpstreamException> FailureAsync(ScriptedBedrock server, string credential = Credential) =>
        await Should.ThrowAsync<UpstreamException>(() => ChatAsync(server, credential));

    static Task<ScriptedBedrock> SayingAsync(string json) => ScriptedBedrock.StartAsync((_, http) => ScriptedBedrock.JsonAsync(http, json));

    [Fact]
    public async Task A_wrong_secret_is_refused_by_the_server_and_told_without_what_was_signed()
    {
        await using var server = await SayingAsync(ConverseFixtures.Small);
        var e = await FailureAsync(server, Credential.Replace("wJalr", "wrong", StringComparison.Ordinal));
        (e.Kind, e.Fault, e.Status).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential, 403));
        e.Message.ShouldStartWith("Connection conn_");
        e.Message.ShouldContain("Its secret access key does not fit its access key id");
        e.Message.ShouldNotContain("x-amz-date");
    }

    [Fact]
    public async Task A_request_that_is_not_signed_at_all_is_refused_by_the_server()
    {
        await using var server = await SayingAsync(ConverseFixtures.Small);
        using var client = new HttpClient();
        using var response = await client.PostAsync(server.Url + "/model/m/converse", new StringContent("{}"));
        ((int)response.StatusCode).ShouldBe(403);
        (await response.Content.ReadAsStringAsync()).ShouldContain("Missing Authentication Token");
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-6)]
    public async Task A_clock_that_is_off_is_named_as_that(int minutes)
    {
        await using var server = await SayingAsync(ConverseFixtures.Small);
        server.Ahead = TimeSpan.FromMinutes(minutes);
        var e = await FailureAsync(server);
        e.Fault.ShouldBe(Fault.Credential);
        e.Message.ShouldContain("The clock of this node is more than 5 minutes off");
    }

    [Fact]
    public async Task Temporary_keys_that_ended_say_what_to_do()
    {
        await using var server = await SayingAsync(ConverseFixtures.Small);
        var byAws = await FailureAsync(
            server,
            Credential.Replace(ScriptedBedrock.KeyId, ScriptedBedrock.ExpiredId, StringComparison.Ordinal)
        );
        byAws.Fault.ShouldBe(Fault.Credential);
        byAws.Message.ShouldContain("Its temporary keys have ended. Give the connection new ones");
        // Where their end is known, nobody is asked.
        var known = await FailureAsync(
            server,
            Credential.Replace("{", """{"expiration":"2020-01-01T00:00:00Z",""", StringComparison.Ordinal)
        );
        (known.Fault, known.Status).ShouldBe((Fault.Credential, 0));
        known.Message.ShouldContain("its temporary keys ended at 2020-01-01");
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"access_key_id":"AKIAIOSFODNN7EXAMPLE"}""", "needs access_key_id and secret_access_key together")]
    [InlineData("""{"access_key":"x"}""", "has a member that is not known")]
    [InlineData(
        """{"access_key_id":"a","secret_access_key":"b","profile":"p"}""",
        "names more than one of access key, api_key and profile"
    )]
    [InlineData("""{"access_key_id":"a","secret_access_key":"b","expiration":"soon"}""", "expiration that is not a time")]
    [InlineData("""{"access_key_id":""", "begins like a JSON object and is not one")]
    [InlineData("AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "no region is known to sign for")]
    [InlineData("""{"profile":"there-is-no-such-profile","region":"eu-central-1"}""", "profile 'there-is-no-such-profile'")]
    public async Task A_credential_that_cannot_be_used_says_why_and_nobody_is_called(string credential, string why)
    {
        await using var server = await SayingAsync(ConverseFixtures.Small);
        var e = await FailureAsync(server, credential);
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldContain(why);
        e.Message.ShouldNotContain("wJalr");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("bedrock-runtime.eu-central-1.amazonaws.com", "eu-central-1")]
    [InlineData("bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1")]
    [InlineData("vpce-0a1-b2c.bedrock-runtime.us-east-1.vpce.amazonaws.com", "us-east-1")]
    [InlineData("bedrock-runtime.ap-southeast-2.api.aws", "ap-southeast-2")]
    [InlineData("bedrock-runtime.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1")]
    [InlineData("127.0.0.1", null)]
    [InlineData("my-proxy.example.org", null)]
    public void The_region_stands_in_the_address(string host, string? region) => AwsAuth.RegionOf(host).ShouldBe(region);

    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors, …/CommonErrors.html, …/userguide/troubleshooting-api-error-codes.html
    [Theory]
    [InlineData(
        429,
        "ThrottlingException",
        "Too many requests, please wait before trying again.",
        "upstream_rate_limited",
        Fault.RateLimit,
        429
    )]
    [InlineData(
        400,
        "ServiceQuotaExceededException",
        "Your request exceeds the service quota.",
        "upstream_rate_limited",
        Fault.RateLimit,
        429
    )]
    [InlineData(429, "ModelNotReadyException", "Model is not ready for inference.", "upstream_overloaded", Fault.Upstream, 429)]
    [InlineData(503, "ServiceUnavailableException", "Try again later.", "upstream_overloaded", Fault.Upstream, 503)]
    [InlineData(500, "InternalServerException", "Internal error.", "upstream_failed", Fault.Upstream, 500)]
    [InlineData(424, "ModelErrorException", "The model failed.", "upstream_failed", Fault.Upstream, 500)]
    [InlineData(408, "ModelTimeoutException", "Model took too long.", "upstream_timeout", Fault.Upstream, 504)]
    [InlineData(404, "ResourceNotFoundException", "Could not resolve the foundation model.", "upstream_failed", Fault.Model, 404)]
    [InlineData(400, "ValidationException", "Malformed input request.", "upstream_rejected", Fault.Caller, 400)]
    [InlineData(400, "ValidationException", "Input is too long for requested model.", "context_length_exceeded", Fault.Caller, 400)]
    [InlineData(400, "ValidationException", "The provided model identifier is invalid.", "upstream_failed", Fault.Model, 400)]
    [InlineData(
        400,
        "ValidationException",
        "Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
        "upstream_failed",
        Fault.Model,
        400
    )]
    [InlineData(
        403,
        "AccessDeniedException",
        "You don't have access to the model with the specified model ID.",
        "upstream_failed",
        Fault.Model,
        403
    )]
    [InlineData(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:eu-central-1::foundation-model/x",
        "upstream_failed",
        Fault.Model,
        403
    )]
    [InlineData(403, "AccessDeniedException", "Your account is not authorized.", "upstream_credential", Fault.Credential, 403)]
    [InlineData(
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
        "upstream_credential",
        Fault.Credential,
        403
    )]
    [InlineData(418, "ExceptionOfTomorrow", "What happened.", "upstream_rejected", Fault.Caller, 418)]
    public async Task Knows_whose_fault_an_exception_is(int status, string type, string message, string code, Fault fault, int told)
    {
        await using var server = await ScriptedBedrock.StartAsync((_, http) => ScriptedBedrock.ErrorAsync(http, status, type, message));
        var e = await FailureAsync(server);
        (e.Kind.Code, e.Fault, e.Status).ShouldBe((code, fault, told));
        e.Message.ShouldContain(message);
    }

    [Fact]
    public async Task A_type_in_the_body_counts_where_no_header_tells_it_and_html_leaves_the_status()
    {
        await using var server = await ScriptedBedrock.StartAsync(
            (_, http) =>
                ScriptedBedrock.JsonAsync(http, """{"__type":"com.amazon.coral.service#ThrottlingException","Message":"Slow down"}""", 400)
        );
        var e = await FailureAsync(server);
        (e.Fault, e.Message).ShouldBe((Fault.RateLimit, "Slow down"));
        server.Answer = (_, http) => ScriptedBedrock.JsonAsync(http, "<html>Bad gateway</html>", 502);
        (await FailureAsync(server)).Fault.ShouldBe(Fault.Upstream);
    }
}
