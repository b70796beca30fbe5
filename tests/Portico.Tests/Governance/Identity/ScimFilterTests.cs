using System.Text.Json.Nodes;
using Portico.Governance.Identity.Scim;

namespace Portico.Tests.Governance.Identity;

/// <summary>The filters of RFC 7644, 3.4.2.2, those of its Figure 1 to the letter.</summary>
public sealed class ScimFilterTests
{
    static readonly JsonObject Barbara = (JsonObject)
        JsonNode.Parse(
            """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"2819c223","externalId":"701984","userName":"bjensen",
             "name":{"familyName":"O'Malley","givenName":"Barbara"},"title":"","userType":"Employee","active":true,"logins":12,
             "emails":[{"type":"work","value":"babs@example.com","primary":true},{"type":"home","value":"babs@jensen.org"}],
             "ims":[{"type":"xmpp","value":"babs@foo.com"}],"meta":{"lastModified":"2011-05-13T04:42:34Z"},
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Tour Operations","manager":{"value":"26118915"}}}
            """
        )!;

    static bool Fits(string filter) => ScimFilterReader.Read(filter).Fits(Barbara);

    [Theory]
    [InlineData("""userName eq "bjensen" """)]
    [InlineData("""USERNAME EQ "BJENSEN" """)]
    [InlineData("""name.familyName co "O'Malley" """)]
    [InlineData("""userName sw "bj" """)]
    [InlineData("""urn:ietf:params:scim:schemas:core:2.0:User:userName sw "bj" """)]
    [InlineData("userType pr")]
    [InlineData("""meta.lastModified gt "2011-05-13T04:42:33Z" """)]
    [InlineData("""meta.lastModified ge "2011-05-13T04:42:34Z" """)]
    [InlineData("""meta.lastModified le "2011-05-13T06:42:34+02:00" """)]
    [InlineData("""title pr or userType eq "Employee" """)]
    [InlineData("""schemas eq "urn:ietf:params:scim:schemas:core:2.0:User" """)]
    [InlineData("""userType eq "Employee" and (emails co "example.com" or emails.value co "nowhere.test")""")]
    [InlineData("""userType ne "Intern" and not (emails co "example.net" or emails.value co "example.net")""")]
    [InlineData("""userType eq "Employee" and (emails.type eq "work")""")]
    [InlineData("""userType eq "Employee" and emails[type eq "work" and value co "@example.com"]""")]
    [InlineData("""emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@nowhere.test"]""")]
    [InlineData("active eq true")]
    [InlineData("active ne false")]
    [InlineData("logins gt 11.5")]
    [InlineData("nickName eq null")]
    [InlineData("""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "tour operations" """)]
    [InlineData("""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "26118915" """)]
    [InlineData("""userName eq "\u0062jensen" """)]
    public void Finds_what_the_filter_says(string filter) => Fits(filter.Trim()).ShouldBeTrue(filter);

    [Theory]
    [InlineData("""userName eq "barbara" """)]
    [InlineData("title pr")]
    [InlineData("nickName pr")]
    [InlineData("""userType eq "Employee" and title pr""")]
    [InlineData("""emails[type eq "home" and value co "@example.com"]""")]
    [InlineData("""externalId eq "701985" """)]
    [InlineData("""meta.lastModified lt "2011-05-13T04:42:34Z" """)]
    [InlineData("active eq false")]
    [InlineData("logins lt 12")]
    [InlineData("""not (userName eq "bjensen")""")]
    [InlineData("""userName eq "x" and userType eq "x" or title pr""")]
    public void Leaves_out_what_it_does_not(string filter) => Fits(filter.Trim()).ShouldBeFalse(filter);

    [Fact]
    public void And_binds_tighter_than_or_and_not_tighter_than_both()
    {
        Fits("""userType pr or title pr and nickName pr""").ShouldBeTrue();
        Fits("""(userType pr or title pr) and nickName pr""").ShouldBeFalse();
        Fits("""not (title pr) and userType pr""").ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("userName")]
    [InlineData("userName eq")]
    [InlineData("userName eq bjensen")]
    [InlineData("userName eq \"bjensen")]
    [InlineData("userName is \"bjensen\"")]
    [InlineData("userName eq \"a\" and")]
    [InlineData("and userName eq \"a\"")]
    [InlineData("userName eq \"a\" userType pr")]
    [InlineData("(userName eq \"a\"")]
    [InlineData("userName eq \"a\")")]
    [InlineData("emails[type eq \"work\"")]
    [InlineData("emails[]")]
    [InlineData("not userName eq \"a\"")]
    [InlineData("name.a.b eq \"x\"")]
    [InlineData("1userName eq \"a\"")]
    [InlineData("userName co 1")]
    [InlineData("active gt true")]
    [InlineData("userName gt null")]
    [InlineData("userName eq \"\\x\"")]
    [InlineData("logins eq 1e999")]
    [InlineData("userName; drop table governance_people")]
    public void A_broken_filter_is_told_as_one(string filter)
    {
        var refused = Should.Throw<PorticoException>(() => ScimFilterReader.Read(filter));
        refused.Kind.Status.ShouldBe(400);
        refused.Param.ShouldBe("invalidFilter");
        refused.Message.ShouldStartWith("At character ");
    }

    [Fact]
    public void Depth_and_length_have_bounds()
    {
        Should.Throw<PorticoException>(() => ScimFilterReader.Read(new string('(', 2_000) + "userName pr"));
        Should.Throw<PorticoException>(() => ScimFilterReader.Read(string.Concat(Enumerable.Repeat("not (", 500)) + "a pr"));
        Should.Throw<PorticoException>(() => ScimFilterReader.Read("userName eq \"" + new string('a', 5_000) + "\""));
    }

    [Fact]
    public void Noise_never_does_worse_than_being_refused()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] parts =
        [
            "userName",
            " ",
            "eq",
            "\"a\"",
            "(",
            ")",
            "[",
            "]",
            "and",
            "or",
            "not",
            ".",
            "pr",
            "true",
            "1",
            "\"",
            "\\",
            ":",
            "urn:",
            "ü",
        ];
        for (var i = 0; i < 5_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => parts[random.Next(parts.Length)]));
            try
            {
                ScimFilterReader.Read(text).Fits(Barbara);
            }
            catch (PorticoException e)
            {
                e.Param.ShouldBe("invalidFilter", $"seed {seed}: {text}");
            }
        }
    }
}
