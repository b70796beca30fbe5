using System.Text;
using Portico.Providers.Aws;
using Portico.Tests.Providers.Bedrock;

namespace Portico.Tests.Providers.Aws;

/// <summary>
/// AWS's published test suite for Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-test-suite.html): the signer must make its signatures, and the check
/// that the scripted server uses must take them and nothing else.
/// </summary>
public sealed class AwsSignerTests
{
    const string Id = "AKIDEXAMPLE";
    const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const string Token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    const string Stamp = "20150830T123600Z";
    static readonly DateTimeOffset Then = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    /// <summary>Name, method, target, headers beside host and date, body, session token, signature.</summary>
    public static TheoryData<string, string, string, string, string, string?, string> Vectors =>
        new()
        {
            { "get-vanilla", "GET", "/", "", "", null, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
            {
                "get-unreserved",
                "GET",
                "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
                "",
                "",
                null,
                "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"
            },
            {
                "get-vanilla-query-order-key-case",
                "GET",
                "/?Param2=value2&Param1=value1",
                "",
                "",
                null,
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
            },
            {
                "get-vanilla-query-order-value",
                "GET",
                "/?Param1=value2&Param1=value1",
                "",
                "",
                null,
                "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"
            },
            {
                "get-vanilla-utf8-query",
                "GET",
                "/?ሴ=bar",
                "",
                "",
                null,
                "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"
            },
            {
                "get-header-value-trim",
                "GET",
                "/",
                "my-header1: value1|my-header2:\"a   b   c\"",
                "",
                null,
                "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"
            },
            {
                "post-x-www-form-urlencoded",
                "POST",
                "/",
                "content-type:application/x-www-form-urlencoded",
                "Param1=value1",
                null,
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
            },
            { "post-sts-header-before", "GET", "/", "", "", Token, "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8" },
        };

    static List<(string Name, string Value)> Headers(string more, string? token)
    {
        var headers = new List<(string Name, string Value)> { ("host", "example.amazonaws.com"), ("x-amz-date", Stamp) };
        headers.AddRange(
            more.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(h => (h[..h.IndexOf(':')], h[(h.IndexOf(':') + 1)..]))
        );
        if (token is not null)
            headers.Add(("x-amz-security-token", token));
        return headers.OrderBy(h => h.Name, StringComparer.Ordinal).ToList();
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Makes_the_published_signature(
        string name,
        string method,
        string target,
        string more,
        string body,
        string? token,
        string signature
    )
    {
        var question = target.IndexOf('?');
        var (path, query) = question < 0 ? (target, "") : (target[..question], target[question..]);
        AwsSigner
            .Authorization(
                method,
                path,
                query,
                Headers(more, token),
                Encoding.UTF8.GetBytes(body),
                new AwsKeys(Id, Secret, token),
                "us-east-1",
                "service",
                Stamp
            )
            .ShouldEndWith("Signature=" + signature, Case.Sensitive, name);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_check_of_the_scripted_server_takes_the_published_signature_and_no_other(
        string name,
        string method,
        string target,
        string more,
        string body,
        string? token,
        string signature
    )
    {
        var headers = Headers(more, token).ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase);
        var names = string.Join(';', headers.Keys.Order(StringComparer.Ordinal));
        string? Check(string signed, byte[] sent)
        {
            headers["authorization"] =
                $"AWS4-HMAC-SHA256 Credential={Id}/20150830/us-east-1/service/aws4_request, SignedHeaders={names}, Signature={signed}";
            return SigV4Check
                .Problem(method, target, headers, sent, id => id == Id ? (Secret, token) : null, "us-east-1", "service", Then)
                ?.Type;
        }
        Check(signature, Encoding.UTF8.GetBytes(body)).ShouldBeNull(name);
        Check(signature[..^1] + (signature[^1] == '0' ? '1' : '0'), Encoding.UTF8.GetBytes(body)).ShouldBe("InvalidSignatureException");
        Check(signature, Encoding.UTF8.GetBytes(body + " ")).ShouldBe("InvalidSignatureException");
    }

    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html: the key of an example that AWS published with its values.
    [Fact]
    public void Derives_the_published_signing_key() =>
        Convert
            .ToHexStringLower(new AwsKeys(Id, Secret, null).SigningKey("20150830", "us-east-1", "iam"))
            .ShouldBe("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");

    [Fact]
    public void A_key_kept_for_one_day_region_and_service_serves_no_other()
    {
        var keys = new AwsKeys(Id, Secret, null);
        var first = keys.SigningKey("20150830", "us-east-1", "iam");
        keys.SigningKey("20150830", "us-east-1", "iam").ShouldBeSameAs(first);
        keys.SigningKey("20150831", "us-east-1", "iam").ShouldNotBe(first);
        keys.SigningKey("20150830", "us-west-2", "iam").ShouldNotBe(first);
        keys.SigningKey("20150830", "us-east-1", "bedrock").ShouldNotBe(first);
        keys.SigningKey("20150830", "us-east-1", "iam").ShouldBe(first);
    }

    [Fact]
    public void Encodes_an_encoded_path_once_more()
    {
        string Signed(string path) =>
            AwsSigner.Authorization(
                "GET",
                path,
                "",
                Headers("", null),
                default,
                new AwsKeys(Id, Secret, null),
                "us-east-1",
                "service",
                Stamp
            );
        Signed("/a%2Fb").ShouldNotBe(Signed("/a/b"));
    }
}
