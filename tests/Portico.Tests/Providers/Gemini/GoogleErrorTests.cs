using System.Text;
using Portico.Core.Chat;
using Portico.Providers.Gemini;

namespace Portico.Tests.Providers.Gemini;

/// <summary>Errors as https://google.aip.dev/193 shapes them and https://ai.google.dev/gemini-api/docs/troubleshooting lists them.</summary>
public sealed class GoogleErrorTests
{
    public const string Exhausted = """
        {"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[
          {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"generativelanguage.googleapis.com/generate_content_free_tier_requests","quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier","quotaValue":"10"}]},
          {"@type":"type.googleapis.com/google.rpc.Help","links":[{"description":"Learn more","url":"https://ai.google.dev/gemini-api/docs/rate-limits"}]},
          {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}}
        """;

    public const string WrongKey = """
        {"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[
          {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com","metadata":{"service":"generativelanguage.googleapis.com"}}]}}
        """;

    static UpstreamException Of(string body) => GoogleErrors.FromBody(Encoding.UTF8.GetBytes(body), Geminis.Connection());

    static string Error(string status, string message = "It is so.") =>
        $$"""{"error":{"code":1,"message":"{{message}}","status":"{{status}}" } }""";

    public static TheoryData<string, string, Fault> Kinds =>
        new()
        {
            { Error("INVALID_ARGUMENT"), ErrorTable.UpstreamRejected.Code, Fault.Caller },
            { Error("OUT_OF_RANGE"), ErrorTable.UpstreamRejected.Code, Fault.Caller },
            {
                Error("INVALID_ARGUMENT", "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576)."),
                ErrorTable.ContextLengthExceeded.Code,
                Fault.Caller
            },
            { Error("UNAUTHENTICATED"), ErrorTable.UpstreamCredential.Code, Fault.Credential },
            { Error("PERMISSION_DENIED"), ErrorTable.UpstreamCredential.Code, Fault.Credential },
            {
                Error("FAILED_PRECONDITION", "User location is not supported for the API use."),
                ErrorTable.UpstreamCredential.Code,
                Fault.Credential
            },
            { WrongKey, ErrorTable.UpstreamCredential.Code, Fault.Credential },
            {
                Error("INVALID_ARGUMENT", "API key expired. Please renew the API key."),
                ErrorTable.UpstreamCredential.Code,
                Fault.Credential
            },
            { Error("NOT_FOUND"), ErrorTable.UpstreamFailed.Code, Fault.Model },
            { Exhausted, ErrorTable.UpstreamRateLimited.Code, Fault.RateLimit },
            { Error("INTERNAL"), ErrorTable.UpstreamFailed.Code, Fault.Upstream },
            { Error("CANCELLED"), ErrorTable.UpstreamFailed.Code, Fault.Upstream },
            { Error("UNAVAILABLE"), ErrorTable.UpstreamOverloaded.Code, Fault.Upstream },
            { Error("DEADLINE_EXCEEDED"), ErrorTable.UpstreamTimeout.Code, Fault.Upstream },
            { $"[{Error("UNAVAILABLE")}]", ErrorTable.UpstreamOverloaded.Code, Fault.Upstream },
            { "<html>502</html>", ErrorTable.UpstreamFailed.Code, Fault.Upstream },
            { "{\"error\":{}}", ErrorTable.UpstreamFailed.Code, Fault.Upstream },
            { "{\"error\":7}", ErrorTable.UpstreamFailed.Code, Fault.Upstream },
            { "{\"error\":{\"status\":\"INTERNAL\",\"message\":\"\\udc00\"}}", ErrorTable.UpstreamFailed.Code, Fault.Upstream },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_status_says_whose_fault_it_is(string body, string code, Fault fault)
    {
        var e = Of(body);
        (e.Kind.Code, e.Fault).ShouldBe((code, fault));
    }

    [Theory]
    [InlineData("34.5s", 34_500)]
    [InlineData("0s", 0)]
    [InlineData("3600s", 3_600_000)]
    [InlineData("soon", null)]
    [InlineData("-3s", null)]
    [InlineData("99999999999s", null)]
    public void The_wait_that_Google_wishes_is_told(string delay, int? expectedMs) =>
        Of(Exhausted.Replace("34.5s", delay, StringComparison.Ordinal)).RetryAfter?.TotalMilliseconds.ShouldBe((double)expectedMs!);

    [Fact]
    public void A_wrong_key_says_which_connection_and_what_to_do_and_never_repeats_the_key()
    {
        var connection = Geminis.Connection();
        var e = GoogleErrors.FromBody(
            Encoding.UTF8.GetBytes(WrongKey.Replace("not valid.", $"not valid: {Geminis.Key}.", StringComparison.Ordinal)),
            connection
        );
        e.Fault.ShouldBe(Fault.Credential);
        e.Message.ShouldStartWith($"Connection {connection.Id}: the provider refused the credential");
        e.Message.ShouldContain("https://aistudio.google.com/apikey");
        e.Message.ShouldNotContain(Geminis.Key);
    }
}
