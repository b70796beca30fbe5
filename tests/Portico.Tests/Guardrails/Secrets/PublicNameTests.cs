using Portico.Guardrails.Detection;
using Portico.Guardrails.Secrets;

namespace Portico.Tests.Guardrails.Secrets;

/// <summary>Names with a word of credentials in them that hold none, and those that look alike and do. All values are invented.</summary>
public sealed class PublicNameTests
{
    static readonly SecretsDetector Detector = new();

    const string Hex32 = "3f9a1c77d02b4e86a5c0d91e7b62f84d";
    const string Hex40 = "3f9a1c77d02b4e86a5c0d91e7b62f84d9c01ab37";
    const string Mixed36 = "aB3xK9mQ2vT7nR5wY8zL4pC6dF1gH0jS2uVe";

    [Theory]
    [InlineData("PublicKeyToken=3f9a1c77d02b4e86")]
    [InlineData("public_key = \"" + Mixed36 + "\"")]
    [InlineData("The public key is " + Hex40)]
    [InlineData("cacheKey: 'deps-" + Hex32 + "'")]
    [InlineData("gpg_key_id: " + Hex40)]
    [InlineData("secretName: orders-db-tls-2041")]
    [InlineData("key_algorithm = \"RSA4096_PKCS1_SHA256\"")]
    [InlineData("passwordField: \"#login-pw-1\"")]
    [InlineData("token: \"0x" + Hex40 + "\"")]
    [InlineData("secret: ENC[AES256_GCM,data:q83vEjRWeJCrze8S,type:str]")]
    [InlineData("session: 2041-11-27T14:13:04.123456Z")]
    [InlineData("RESET_PASSWORD=$APP_BASE_URL/people/#/reset2")]
    [InlineData("password = \",.:-@*?!\"")]
    public void What_a_name_says_to_be_public_or_another_thing_is_none(string text) => Values(text).ShouldBeEmpty();

    [Theory]
    [InlineData("publicKey: 'q1', privateKey: '" + Mixed36 + "'", Mixed36)]
    [InlineData("republic_access_key = " + Mixed36, Mixed36)]
    [InlineData("composite_key = " + Mixed36, Mixed36)]
    [InlineData("public_key_secret = " + Mixed36, Mixed36)]
    [InlineData("It has a public key. Token: " + Mixed36, Mixed36)]
    [InlineData("access_key_id: q1, secret_access_key: " + Mixed36, Mixed36)]
    [InlineData("eth_private_key = 0x" + Hex32 + Hex32, "0x" + Hex32 + Hex32)]
    [InlineData("cloudsmith_token: csx_" + Hex32, "csx_" + Hex32)]
    [InlineData("ftp://ada:yours2Tr0ub@files.test/", "yours2Tr0ub")]
    public void What_stands_beside_such_a_name_is_found(string text, string value) => Values(text).ShouldBe([value]);

    static IEnumerable<string> Values(string text)
    {
        var findings = new List<Finding>();
        Detector.Find(text, 0, true, findings);
        return findings.Where(f => f.Score >= 0.5f).Select(f => text.Substring(f.Start, f.Length));
    }
}
