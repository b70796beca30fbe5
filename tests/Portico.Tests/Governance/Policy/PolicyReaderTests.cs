using Portico.Governance.Policy;

namespace Portico.Tests.Governance.Policy;

/// <summary>What is read of a document, and what is said of one that is none.</summary>
public sealed class PolicyReaderTests
{
    const string Good = """
        # What the bank allows.
        models:
          mandatory: true
          allow: ["gpt-*", claude-sonnet]
        data:
          no_training: true
          max_retention_days: 30
        guardrails:
          project-names:
            mandatory: false
            channels: [user, output]
            words: [Falcon]
            patterns: ['\b\d{4}-\d{4}\b']
            action: redact
        """;

    [Fact]
    public void Each_line_keeps_its_number_and_its_text()
    {
        var document = PolicyReader.Read(Good).Document!;
        document.Lines.Keys.ShouldBe(
            ["models.allow", "data.no_training", "data.max_retention_days", "guardrails.project-names"],
            ignoreOrder: true
        );
        var models = document.Lines["models.allow"];
        (models.Number, models.Text, models.Mandatory).ShouldBe((4, "allow: [\"gpt-*\", claude-sonnet]", true));
        models.Value.Says.ShouldBe("[claude-sonnet, gpt-*]");
        (document.Lines["data.max_retention_days"].Number, document.Lines["data.max_retention_days"].Mandatory).ShouldBe((7, null));
        document.Lines["guardrails.project-names"].Mandatory.ShouldBe(false);
    }

    [Fact]
    public void Json_is_the_same_document()
    {
        var json = PolicyReader
            .Read(
                """
                {
                  "models": { "mandatory": true, "allow": ["gpt-*", "claude-sonnet"] },
                  "data": { "no_training": true, "max_retention_days": 30 },
                  "guardrails": { "project-names": { "mandatory": false, "channels": ["user", "output"], "words": ["Falcon"], "patterns": ["\\b\\d{4}-\\d{4}\\b"], "action": "redact" } }
                }
                """
            )
            .Document!;
        var yaml = PolicyReader.Read(Good).Document!;
        foreach (var (name, line) in yaml.Lines)
            (json.Lines[name].Value, json.Lines[name].Mandatory).ShouldBe((line.Value, line.Mandatory), name);
    }

    [Theory]
    [InlineData("colours:\n  allow: [red]", 1, "There is no section 'colours'")]
    [InlineData("models:\n  allow: gpt-4o", 2, "models.allow is a list")]
    [InlineData("models:\n  prefer: [gpt-4o]", 2, "There is no line 'models.prefer'")]
    [InlineData("models:\n  allow: [g*t]", 2, "'g*t' is none")]
    [InlineData("regions:\n  allow: [EU]", 2, "'EU' is none")]
    [InlineData("data:\n  max_retention_days: -1", 2, "whole number from 0")]
    [InlineData("data:\n  no_training: maybe", 2, "true or false")]
    [InlineData("capture:\n  state: everything", 2, "one of none, metadata, redacted, full")]
    [InlineData("guards:\n  x:\n    action: block", 3, "needs one of url, a service that is asked, and model, a judge")]
    [InlineData("guards:\n  x:\n    url: http://a/b\n    model: j\n    action: block", 3, "needs one of url")]
    [InlineData("guards:\n  x:\n    model: j\n    action: block", 3, "needs criteria")]
    [InlineData("guards:\n  x:\n    url: http://a/b\n    criteria: c\n    action: flag", 4, "criteria are for a model")]
    [InlineData("guards:\n  x:\n    model: j\n    criteria: c\n    action: redact", 5, "its action is flag, ask or block")]
    [InlineData("guards:\n  x:\n    url: http://a/b\n    action: tokenise", 4, "action is one of flag, redact, ask, block")]
    [InlineData("guards:\n  x:\n    url: http://a/b", 3, "needs an action")]
    [InlineData("guards:\n  x:\n    url: ftp://a/b\n    action: flag", 3, "url is an address such as")]
    [InlineData("guards:\n  x:\n    url: /check\n    action: flag", 3, "url is an address such as")]
    [InlineData("guards:\n  x:\n    url: http://me:pw@a/b\n    action: flag", 3, "url must not hold a user name or password")]
    [InlineData("guards:\n  x:\n    url: http://169.254.169.254/latest\n    action: flag", 3, "url leads to a link-local, metadata")]
    [InlineData(
        "guards:\n  x:\n    url: http://a/b\n    action: flag\n    timeout_ms: 49",
        5,
        "timeout_ms is a whole number from 50 to 10000"
    )]
    [InlineData("guards:\n  x:\n    url: http://a/b\n    action: flag\n    min_score: 2", 5, "min_score is how sure")]
    [InlineData("guards:\n  x:\n    url: http://a/b\n    action: flag\n    on_error: maybe", 5, "on_error is one of closed, open")]
    [InlineData("guards:\n  x:\n    url: http://a/b\n    action: flag\n    channels: []", 5, "needs a channel")]
    [InlineData("guards:\n  x:\n    url: http://a/b\n    action: flag\n    words: [a]", 5, "There is no 'words' in guards.x")]
    [InlineData("guards:\n  X!:\n    url: http://a/b\n    action: flag", 2, "The name of a guard has 1 to 40 small letters")]
    [InlineData("guards: [a]", 1, "guards holds guards by name")]
    [InlineData("guardrails:\n  x:\n    words: [a]", 3, "needs an action")]
    [InlineData("guardrails:\n  x:\n    words: [a]\n    action: tokenise\n    restore: all", 5, "restore is one of caller, people, never")]
    [InlineData("guardrails:\n  x:\n    words: [a]\n    restore: never\n    action: redact", 4, "it belongs to action: tokenise alone")]
    [InlineData("guardrails:\n  x:\n    action: block", 3, "needs something to look for")]
    [InlineData("guardrails:\n  x:\n    protects: [three short words]\n    action: block", 3, "A protected text has at least 24 words")]
    [InlineData("guardrails:\n  x:\n    examples: []\n    action: block", 3, "at least one")]
    [InlineData("guardrails:\n  x:\n    examples: shares\n    action: block", 3, "examples is a list of texts of 1 to 2000 characters")]
    [InlineData("guardrails:\n  x:\n    words: [a]\n    counter_examples: [b]\n    action: block", 4, "guardrails.x has none")]
    [InlineData("guardrails:\n  x:\n    words: [a]\n    acts_on: off_topic\n    action: block", 4, "guardrails.x has none")]
    [InlineData("guardrails:\n  x:\n    examples: [a]\n    acts_on: all\n    action: block", 4, "acts_on is one of topic, off_topic")]
    [InlineData(
        "guardrails:\n  x:\n    examples: [a, b]\n    counter_examples: [b]\n    action: block",
        3,
        "'b' is an example and a counter-example"
    )]
    [InlineData(
        "guardrails:\n  x:\n    examples: [a]\n    acts_on: off_topic\n    channels: [tool]\n    action: block",
        5,
        "channels has to have user"
    )]
    [InlineData(
        "guardrails:\n  x:\n    examples: [a]\n    channels: [output]\n    action: block",
        3,
        "in answers its action can be flag alone"
    )]
    [InlineData(
        "guardrails:\n  x:\n    words: [a]\n    channels: [radio]\n    action: flag",
        4,
        "user, system, retrieved, tool, output, answer, arguments"
    )]
    [InlineData(
        "guardrails:\n  x:\n    detect: [grounding]\n    channels: [arguments]\n    action: flag",
        4,
        "channels has to have output or answer"
    )]
    [InlineData(
        "guardrails:\n  x:\n    detect: [content]\n    channels: [arguments]\n    action: block",
        3,
        "in answers its action can be flag alone"
    )]
    [InlineData(
        "guardrails:\n  x:\n    detect: [canary]\n    channels: [user, tool]\n    action: block",
        4,
        "channels has to have output, answer or arguments"
    )]
    [InlineData("guardrails:\n  x:\n    detect: [pii, canary]\n    action: redact", 4, "its action is flag, ask or block")]
    [InlineData("guardrails:\n  x:\n    detect: [canary.plain]\n    action: tokenise", 4, "its action is flag, ask or block")]
    [InlineData("guardrails:\n  x:\n    detect: [canaries]\n    action: block", 3, "canary")]
    [InlineData("guardrails:\n  x:\n    detect: [grounding]\n    action: redact", 3, "a rule of its own with the action flag")]
    [InlineData(
        "guardrails:\n  x:\n    detect: [grounding]\n    channels: [user]\n    action: flag",
        4,
        "channels has to have output or answer"
    )]
    [InlineData("guardrails:\n  x:\n    action: block\n    patterns: ['ok', '(a']", 4, "A ( has no )")]
    [InlineData("guardrails:\n  x:\n    action: block\n    patterns: ['(?=a)']", 4, "look-around")]
    [InlineData("exceptions:\n  - name: pilot\n    for: key_1", 2, "needs owner")]
    [InlineData("models: [gpt-4o]", 1, "models holds lines")]
    [InlineData("a: &x [1]\nb: *x", 1, "Anchors and aliases")]
    [InlineData("models:\n  allow: [gpt", 3, "no YAML")]
    [InlineData("models: [[[[[[[[[[[[[[[[[[[[a", 1, "nested deeper")]
    [InlineData("- a", 1, "mapping of sections")]
    public void What_is_wrong_is_told_with_its_line(string text, int line, string says)
    {
        var (document, problems) = PolicyReader.Read(text);
        document.ShouldBeNull();
        problems.ShouldContain(p => p.Line == line && p.Message.Contains(says, StringComparison.Ordinal), string.Join('\n', problems));
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        PolicyReader.Read("models:\n  allow: x\n  deny: y\ndata:\n  no_training: 3").Problems.Select(p => p.Line).ShouldBe([2, 3, 5]);
    }

    [Fact]
    public void An_empty_text_is_a_policy_that_says_nothing()
    {
        PolicyReader.Read("").Document!.Lines.ShouldBeEmpty();
        PolicyReader.Read("# nothing\n").Document!.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Broken_text_is_refused_and_never_breaks_the_reader()
    {
        for (var seed = 1; seed <= 3_000; seed++)
        {
            var random = new Random(seed);
            var text = random.Next(2) == 0 ? Good : new PolicyGen(random).Text();
            for (var i = random.Next(1, 6); i > 0 && text.Length > 0; i--)
            {
                var at = random.Next(text.Length);
                text = random.Next(3) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(1, 5), text.Length - at)),
                    1 => text.Insert(at, "{}[]:,#&*!|>'\"%@`\n\t -"[random.Next(21)].ToString()),
                    _ => text[..at] + (char)random.Next(0x20, 0x250) + text[(at + 1)..],
                };
            }
            var (document, problems) = PolicyReader.Read(text);
            (document is null).ShouldBe(problems.Count > 0, $"seed {seed}");
        }
    }
}
