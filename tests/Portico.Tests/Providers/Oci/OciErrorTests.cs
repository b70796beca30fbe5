using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.Oci;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Oci.Ocis;

namespace Portico.Tests.Providers.Oci;

/// <summary>Whose fault it is when Oracle refuses or a credential cannot be used, and what the words say to do.</summary>
public sealed class OciErrorTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    ProviderFamily Family => OciProvider.Family(http);

    Task<ProviderReply> ChatAsync(ScriptedOci server, ChatRequest request, string? credential = null) =>
        Family.Chat!.ChatAsync(Call(request, Ocis.Connection(server.Url, credential), Llama), default);

    async Task<UpstreamException> FailureAsync(ScriptedOci server, string? credential = null) =>
        await Should.ThrowAsync<UpstreamException>(() => ChatAsync(server, Ask("Hi"), credential: credential));

    [Fact]
    public async Task A_wrong_key_or_clock_names_the_connection_and_the_way_out()
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, Generic));
        using var other = System.Security.Cryptography.RSA.Create(2048);
        var wrong = await FailureAsync(server, Json(c => c["private_key"] = other.ExportRSAPrivateKeyPem()));
        (wrong.Kind, wrong.Fault, wrong.Status).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential, 401));
        wrong.Message.ShouldStartWith("Connection conn_");
        wrong.Message.ShouldContain("User, tenancy, fingerprint and private key do not belong together");
        server.Ahead = TimeSpan.FromMinutes(6);
        (await FailureAsync(server)).Message.ShouldContain("clock of this node is more than 5 minutes off");
        using var client = new HttpClient();
        using var unsigned = await client.PostAsync(server.Url + "/20231130/actions/chat", new StringContent("{}"));
        ((int)unsigned.StatusCode).ShouldBe(401);
    }

    public static TheoryData<string, string> BadCredentials =>
        new()
        {
            { "", "its credential is missing" },
            { "sk-a-key", "needs user, tenancy and fingerprint" },
            { "{", "begins like a JSON object and is not one" },
            { Json(c => c.Remove("fingerprint")), "needs user, tenancy and fingerprint" },
            { Json(c => c.Remove("private_key")), "needs the private key" },
            { Json(c => c["user"] = "ada@example.org"), "is no OCID" },
            { Json(c => c["region_name"] = "x"), "has a member that is not known" },
            { Json(c => c["private_key"] = "MIIE"), "not one of RSA in PEM" },
            { Json(c => c["private_key"] = Encrypted("x")), "is encrypted, and no passphrase" },
            {
                Json(c =>
                {
                    c["private_key"] = Encrypted("x");
                    c["passphrase"] = "y";
                }),
                "does not open with its passphrase"
            },
            {
                $"user={ScriptedOci.User}\ntenancy={ScriptedOci.Tenancy}\nfingerprint=a\nkey_file=/etc/passwd",
                "files of this node are not read"
            },
        };

    [Theory]
    [MemberData(nameof(BadCredentials))]
    public async Task A_credential_that_cannot_be_used_says_why_and_nobody_is_called(string credential, string why)
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, Generic));
        var e = await FailureAsync(server, credential);
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldContain(why);
        Family.CheckConnection!(Ocis.Connection(credential: credential)).ShouldNotBeNull().ShouldContain(why);
        server.Requests.ShouldBeEmpty();
    }

    // https://docs.oracle.com/iaas/Content/API/References/apierrors.htm
    [Theory]
    [InlineData(400, "InvalidParameter", "temperature must be less than 2", "upstream_rejected", Fault.Caller)]
    [InlineData(400, "InvalidParameter", "Please provide at most: too many tokens: total 200000", "context_length_exceeded", Fault.Caller)]
    [InlineData(400, "InvalidParameter", "Inappropriate content detected!!!", "content_filter", Fault.Caller)]
    [InlineData(404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found.", "upstream_failed", Fault.Model)]
    [InlineData(404, "404", "Entity with key cohere.x not found", "upstream_failed", Fault.Model)]
    [InlineData(429, "TooManyRequests", "Too many requests for the user", "upstream_rate_limited", Fault.RateLimit)]
    [InlineData(400, "QuotaExceeded", "The compartment's quota is used", "upstream_rate_limited", Fault.RateLimit)]
    [InlineData(409, "IncorrectState", "The endpoint is being updated", "upstream_overloaded", Fault.Upstream)]
    [InlineData(500, "InternalServerError", "Internal server error", "upstream_failed", Fault.Upstream)]
    [InlineData(503, "ServiceUnavailable", "Unavailable", "upstream_overloaded", Fault.Upstream)]
    public async Task Knows_whose_fault_an_error_is(int status, string code, string message, string kind, Fault fault)
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.ErrorAsync(context, status, code, message));
        var e = await FailureAsync(server);
        (e.Kind.Code, e.Fault).ShouldBe((kind, fault));
        e.Message.ShouldContain(message);
    }
}
