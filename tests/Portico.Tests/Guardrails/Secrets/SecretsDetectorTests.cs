using Portico.Guardrails.Detection;
using Portico.Guardrails.Secrets;
using Portico.Tests.Guardrails.Detection;

namespace Portico.Tests.Guardrails.Secrets;

/// <summary>
/// Credentials are found with the value's own place, what only looks like them is not, and a stream tells the same as the whole
/// text. All tokens here are invented.
/// </summary>
public sealed class SecretsDetectorTests
{
    static readonly SecretsDetector Detector = new();

    const string Hex32 = "3f9a1c77d02b4e86a5c0d91e7b62f84d";
    const string Hex40 = "3f9a1c77d02b4e86a5c0d91e7b62f84d9c01ab37";
    const string Mixed22 = "aB3xK9mQ2vT7nR5wY8zL4p";
    const string Mixed36 = "aB3xK9mQ2vT7nR5wY8zL4pC6dF1gH0jS2uVe";

    [Theory]
    [InlineData("secrets.aws_access_key_id", "AKIA" + "QX3TN7RLM2VK5WZD")]
    [InlineData("secrets.google_api_key", "AIza" + "SyB7xK9mQ2vT7nR5wY8zL4pC6dF1gH0jS2u")]
    [InlineData("secrets.github_token", "ghp_" + Mixed36)]
    [InlineData("secrets.gitlab_token", "glpat-" + Mixed22)]
    [InlineData("secrets.slack_bot_token", "xoxb-" + "482910374651-592837461029-" + Mixed22)]
    [InlineData("secrets.stripe_key", "sk_live_" + Mixed22)]
    [InlineData("secrets.openrouter_key", "sk-or-v1-" + Hex32 + Hex32)]
    [InlineData("secrets.huggingface_token", "hf_" + "aBxKmQvTnRwYzLpCdFgHjSuVeBxKmQvTnR")]
    [InlineData("secrets.digitalocean_token", "dop_v1_" + Hex32 + Hex32)]
    [InlineData("secrets.sendgrid_key", "SG." + Mixed22 + "." + Mixed22 + Mixed22)]
    [InlineData("secrets.azure_client_secret", "k7W8Q~" + Mixed22 + "aB3xK9mQ2vT7")]
    [InlineData("secrets.telegram_bot_token", "5829301746:AA" + "3xK9mQ2vT7nR5wY8zL4pC6dF1gH0jS2uV")]
    [InlineData("secrets.mailchimp_key", Hex32 + "-us14")]
    public void A_token_of_a_published_format_is_found_where_it_stands(string kind, string token)
    {
        var text = "Please use " + token + " for that, thank you.";

        var finding = Findings(text).Single();

        (finding.Kind, text.Substring(finding.Start, finding.Length)).ShouldBe((kind, token));
        finding.Score.ShouldBeGreaterThan(0.8f);
    }

    [Theory]
    [InlineData("password = \"tr0ub4dor&3x\"", "tr0ub4dor&3x")]
    [InlineData("DB_PASSWORD=k9!vTq2z", "k9!vTq2z")]
    [InlineData("{\"client_secret\": \"" + Mixed22 + "\"}", Mixed22)]
    [InlineData("api-key: '" + Hex32 + "'", Hex32)]
    [InlineData("authToken => " + Mixed22, Mixed22)]
    [InlineData("<password>k9!vTq2z</password>", "k9!vTq2z")]
    [InlineData("<add key=\"MailPassword\" value=\"k9!vTq2z\"/>", "k9!vTq2z")]
    [InlineData("deploy --token " + Mixed22 + " --verbose", Mixed22)]
    [InlineData("Authorization: Bearer " + Mixed22, Mixed22)]
    [InlineData("Authorization: Basic YWRhOnRyMHViNGRvcg==", "YWRhOnRyMHViNGRvcg==")]
    [InlineData("curl -u ada:tr0ub4dor https://api.test/", "tr0ub4dor")]
    [InlineData("psexec \\\\srv1 -u Admin -p k9vTq2z cmd", "k9vTq2z")]
    [InlineData("postgres://ada:tr0ub4dor@db.test:5432/orders", "tr0ub4dor")]
    [InlineData("Server=db;User Id=ada;Password=k9!vTq2z;Encrypt=true", "k9!vTq2z")]
    [InlineData("machine git.test login ada password tr0ub4dor3", "tr0ub4dor3")]
    [InlineData("CREATE USER ada IDENTIFIED BY 'k9!vTq2z'", "k9!vTq2z")]
    [InlineData("new NetworkCredential(\"ada\", \"k9!vTq2z\")", "k9!vTq2z")]
    [InlineData("My password is tr0ub4dor&3x, please log in.", "tr0ub4dor&3x")]
    [InlineData("acmecorpTOKEN " + Hex40, Hex40)]
    public void The_finding_is_the_value_alone(string text, string value)
    {
        var finding = Findings(text).Single();

        text.Substring(finding.Start, finding.Length).ShouldBe(value);
        finding.Score.ShouldBeGreaterThanOrEqualTo(0.5f);
    }

    [Theory]
    [InlineData("The key to a good token economy is that everybody passes the secret test.")]
    [InlineData("password = os.environ[\"DB_PASSWORD\"]")]
    [InlineData("password: ${DB_PASSWORD}")]
    [InlineData("token = \"{{ vault.token }}\"")]
    [InlineData("api_key = \"<your api key>\"")]
    [InlineData("secret = \"xxxxxxxxxxxxxxxxxxxx\"")]
    [InlineData("AKIA" + "IOSFODNN7EXAMPLE")]
    [InlineData("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("request.Headers.Authorization = new AuthenticationHeaderValue(\"Bearer\", token);")]
    [InlineData("var key = reader.ReadString();")]
    [InlineData("\"integrity\": \"sha512-q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8SNFZ4kA==\"")]
    [InlineData("Merge commit " + Hex40 + " into main")]
    [InlineData("image: registry.test/app@sha256:" + Hex32 + Hex32)]
    [InlineData("request_id: 0f8fad5b-d9cb-469f-a165-70867728950e")]
    [InlineData("https://${USER}:${PASSWORD}@db.test/")]
    [InlineData("mongodb://user:password@localhost:27017/app")]
    [InlineData("\"id\": \"chatcmpl-9xK3mQ2vT7nR5wY8zL4pC6dF1gH0\", \"usage\": {\"total_tokens\": 1234567}")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ2f0a8J3k1xZ7\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nanything\n-----END PRIVATE KEY-----")]
    [InlineData("api_secret = \"zY9xW8vU7tS6rQ5pO4nM3lK2jI\"")]
    [InlineData("ACCESS_TOKEN=qrstuv0987654321qrstuv098765")]
    [InlineData("api-key: 3F9a1C77d02B4e86a5c0D91e7b62f84d9c01ab37")]
    [InlineData("meraki_api_key = " + Hex40 + "5be1f0")]
    [InlineData("CLICKUP_TOKEN=pk_58203_" + "QX3TN7RLM2VK5WZDQX3TN7RLM2VK5WZD")]
    [InlineData("cloudsmith: csx_" + Hex32)]
    [InlineData("authress_access_key = sc_ab.cd3f.acc-9d1c7b3e5f." + Mixed36)]
    [InlineData("curl -u user:pass https://api.test/")]
    [InlineData("curl -H 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz'")]
    [InlineData("http://ada:YOUR_PASSWORD@proxy.test:3128/")]
    [InlineData("ftp://anonymous:anonymous@files.test/")]
    [InlineData("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")]
    [InlineData("AIza" + "SyYOUR_KEY_STANDS_HERE_7xK9mQ2vT7nR5")]
    [InlineData("AKIA" + "XXXXXXXXXXXXXXXX")]
    public void What_only_looks_like_one_is_none(string text) => Findings(text).Where(f => f.Score >= 0.5f).ShouldBeEmpty();

    [Fact]
    public void Where_nothing_else_tells_a_services_keys_one_that_counts_is_taken_for_one()
    {
        Findings("alphavantage key zyxwvutsrqponmlk98765432").ShouldContain(f => f.Score >= 0.5f);
    }

    [Fact]
    public void Check_digits_that_are_right_make_it_surer()
    {
        // The CRC-32 of thirty zeros in base 62.
        var right = Findings("ghp_" + "0000000000000000000000000000002C8GjS").Single();

        right.Score.ShouldBe(0.99f);
        Findings("ghp_" + "000000000000000000000000000000aaaaaa").Where(f => f.Score >= 0.5f).ShouldBeEmpty();
    }

    [Fact]
    public void A_private_key_is_found_from_its_first_line_to_its_last()
    {
        var key = Key(20);
        var text = "Here it is:\n" + key + "\nKeep it.";

        var finding = Findings(text).Single();

        text.Substring(finding.Start, finding.Length).ShouldBe(key);
    }

    [Fact]
    public void A_long_private_key_is_found_in_parts_one_behind_the_other()
    {
        var key = Key(110);
        var text = "Here it is:\n" + key + "\nKeep it.";

        var findings = Findings(text);

        findings.Count.ShouldBeGreaterThan(1);
        findings.ShouldAllBe(f => f.Length <= 4096 && f.Kind == "secrets.private_key");
        string.Concat(findings.Select(f => text.Substring(f.Start, f.Length))).ShouldBe(key);
    }

    [Fact]
    public void A_private_key_whose_end_is_missing_ends_with_its_last_line()
    {
        var key = Key(12)[..600];

        var finding = Findings(key).Single();

        (finding.Start, finding.Length).ShouldBe((0, 600));
    }

    [Fact]
    public void However_a_text_comes_in_pieces_the_findings_are_those_of_the_whole()
    {
        DetectorContract.Holds(
            Detector,
            [
                "Nothing is here but prose, and a word that is cut: passwo",
                "Use AKIA" + "QX3TN7RLM2VK5WZD and ghp_" + Mixed36 + " with password = \"a b 1!&x-y c\" or api_key: " + Hex32 + ". Done.",
                "{\"token\":\""
                    + Mixed22
                    + "\",\"n\":\"-----BEGIN RSA PRIVATE KEY-----\\nProc-Type: 4,ENCRYPTED\\n\\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ"
                    + "\\n-----END RSA PRIVATE KEY-----\\n\"}",
                "curl -u ada:tr0ub4dor https://ada:pa%40ss@api.test/x?token="
                    + Mixed22
                    + "&y=1 -H 'Authorization: Basic YWRhOnRyMHViNGRvcg=='",
                "machine git.test login ada password tr0ub4dor3\nPassword for ada: k9!vTq2z\nID/PW: ada/k9!v\n密码 password：k9!vTq2z 完",
                "A-----BEGIN PRIVATE KEY-----\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ\nq83vEjRWeJCrze8S\nThat was all of it, thanks.",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEiLCJuYW1lIjoiQWRhIn0.q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ and acmecorp SECRET "
                    + Hex40
                    + " "
                    + Hex32
                    + "-us14",
                "sk-ant-api03-short glptt-short key=sk_live_short amplitude_key=3f9a1c77 xoxb-"
                    + "482910374651-592837461029-"
                    + Mixed22
                    + " 5829301746:AA3xK9mQ2vT7nR5wY8zL4pC6dF1gH0jS2uV",
                "publicKey: '"
                    + Hex40
                    + "', key_id = "
                    + Hex32
                    + " authress sc_ab.cd3f.acc-9d1c. cloudsmith: csx_"
                    + Hex32
                    + " http://ada:YOUR_PASSWORD@proxy.test/ token = 0x"
                    + Hex40
                    + " secretName: orders-db-tls-2041 token=ENC(q83vEjRWeJCrze8S)",
            ]
        );
    }

    [Fact]
    public void A_key_longer_than_what_may_wait_comes_in_pieces_as_in_the_whole()
    {
        var text = "Here:\n" + Key(110) + "\nand password = \"tr0ub4dor&3x\".";
        var run =
            "data:image/png;base64,"
            + string.Concat(Enumerable.Repeat("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ", 200))
            + " token: "
            + Mixed22
            + " end";

        foreach (var whole in new[] { text, run })
        {
            foreach (var piece in new[] { 1000, 333, 4096, 57 })
            {
                var found = new List<Finding>();
                var settled = 0;
                for (var end = Math.Min(piece, whole.Length); ; end = Math.Min(whole.Length, end + piece))
                {
                    var dropped = Math.Max(0, settled - Detector.LookBehind);
                    var news = new List<Finding>();
                    settled = dropped + Detector.Find(whole.AsSpan(dropped..end), settled - dropped, end == whole.Length, news);
                    (end - settled).ShouldBeLessThanOrEqualTo(Detector.MaxOpen);
                    found.AddRange(news.Select(f => f with { Start = f.Start + dropped }));
                    if (end == whole.Length)
                        break;
                }
                found.ShouldBe(Findings(whole));
            }
        }
    }

    [Fact]
    public void Prose_is_handed_on_but_for_its_last_word()
    {
        const string text = "The quick brown fox tells nobody a sec";

        Detector.Find(text, 0, false, []).ShouldBe(text.Length - 3);
    }

    [Fact]
    public void Nothing_is_allocated_where_nothing_is_found()
    {
        var findings = new List<Finding>();
        const string text =
            "The key to a good token economy is that everybody passes the secret test, and the password of the day is friendship.";
        Detector.Find(text, 0, true, findings);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Detector.Find(text, 0, true, findings);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        findings.ShouldBeEmpty();
    }

    [Fact]
    public void Each_kind_has_one_id_and_a_title()
    {
        SecretKinds.All.Count.ShouldBeGreaterThan(300);
        SecretKinds.All.Select(k => k.Id).ShouldBeUnique();
        SecretKinds.All.ShouldAllBe(k => k.Id.StartsWith("secrets.", StringComparison.Ordinal) && k.Title.Length > 2);
        Detector.Kinds.ShouldBe(SecretKinds.All);
    }

    static List<Finding> Findings(string text)
    {
        var findings = new List<Finding>();
        Detector.Find(text, 0, true, findings).ShouldBe(text.Length);
        return findings;
    }

    /// <summary>The shape of a private key, of so many lines, made by a generator that no key was ever made by.</summary>
    static string Key(int lines)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var state = 7UL;
        var body = string.Create(
            lines * 65,
            0,
            (span, _) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    state = state * 6364136223846793005 + 1442695040888963407;
                    span[i] = i % 65 == 64 ? '\n' : alphabet[(int)(state >> 58)];
                }
            }
        );
        return "-----BEGIN PRIVATE KEY-----\n" + body + "-----END PRIVATE KEY-----";
    }
}
