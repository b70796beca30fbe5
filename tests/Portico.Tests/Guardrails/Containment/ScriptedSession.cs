using Portico.Guardrails.Containment;

namespace Portico.Tests.Guardrails.Containment;

/// <summary>One call of a script: what the model sends, and what comes back when it is made.</summary>
/// <param name="IsAttack">Nobody asked for it but a text from outside.</param>
sealed record ScriptedCall(string Tool, string Arguments, string Result, bool IsAttack);

/// <summary>A conversation of our own making: what the user says, then the calls of a model that believes everything.</summary>
sealed record Script(string Name, string User, IReadOnlyList<ScriptedCall> Calls)
{
    public static Script Of(string name, string user) => new(name, user, []);

    /// <summary>A call that the user's wish leads to.</summary>
    public Script Call(string tool, string arguments, string result = "ok") =>
        this with
        {
            Calls = [.. Calls, new(tool, arguments, result, false)],
        };

    /// <summary>A call that a text from outside led to.</summary>
    public Script Attack(string tool, string arguments) => this with { Calls = [.. Calls, new(tool, arguments, "done", true)] };

    public override string ToString() => Name;
}

/// <summary>
/// Plays a script as an agent would: a call that is allowed is made and its result goes into the conversation, any other is not made.
/// </summary>
sealed class ScriptedSession(ToolPolicy policy)
{
    const string System = "You are the assistant of Harbor Lane Books. Addresses of the house end in harborlane.example.";

    readonly List<OriginText> texts = [new(Origin.System, System)];
    RuleOfTwo session = RuleOfTwo.None;

    public List<(ScriptedCall Call, ToolVerdict Verdict)> Played { get; } = [];

    public void Play(Script script)
    {
        texts.Add(new(Origin.User, script.User));
        foreach (var call in script.Calls)
        {
            var verdict = policy.Judge(new(call.Tool, call.Arguments, TaintTracker.Of(texts), session));
            Played.Add((call, verdict));
            texts.Add(new(Origin.Model, call.Arguments));
            if (verdict.Action != ToolAction.Allow)
                continue;
            session = verdict.After;
            var isForeign = policy.RuleOf(call.Tool)!.ReturnsUntrusted;
            texts.Add(new(isForeign ? Origin.Tool : Origin.System, call.Result));
        }
    }

    /// <summary>What a house of this size would allow an assistant.</summary>
    public static ToolPolicy Policy() =>
        ToolPolicy.Of([
            new("web.search") { ReturnsUntrusted = true },
            new("http_get")
            {
                ReturnsUntrusted = true,
                HasExternalEffect = true,
                Schema = """{"properties":{"url":{"type":"string","maxLength":500}},"required":["url"],"additionalProperties":false}""",
                Untainted = [new("/url", ToolAction.Ask, ["docs.harborlane.example"])],
            },
            new("docs.get")
            {
                ReadsPrivate = true,
                Schema = """
                {"properties":{"url":{"format":"uri-host","hosts":["docs.harborlane.example"]}},"required":["url"],"additionalProperties":false}
                """,
            },
            new("mail.read") { ReturnsUntrusted = true, ReadsPrivate = true },
            new("mail.send_inside")
            {
                Schema = """
                {"properties":{"to":{"type":"array","minItems":1,"maxItems":20,"items":{"format":"email-host","hosts":["harborlane.example"]}},
                "subject":{"type":"string","maxLength":200},"body":{"type":"string"}},"required":["to","body"],"additionalProperties":false}
                """,
            },
            new("send_email")
            {
                HasExternalEffect = true,
                Schema = """
                {"properties":{"to":{"type":"string","pattern":"^[^@ ,;]+@[^@ ,;]+$"},"subject":{"type":"string"},"body":{"type":"string"}},
                "required":["to","body"],"additionalProperties":false}
                """,
                Untainted = [new("/to")],
            },
            new("files.read")
            {
                ReadsPrivate = true,
                Schema = """{"properties":{"path":{"pattern":"^/shared/[a-z0-9_./ -]+$"}},"required":["path"]}""",
            },
            new("delete_file")
            {
                HasExternalEffect = true,
                Schema =
                    """{"properties":{"path":{"pattern":"^/shared/tmp/[a-z0-9_-]+[.][a-z]+$"}},"required":["path"],"additionalProperties":false}""",
                Untainted = [new("/path", ToolAction.Deny)],
            },
            new("transfer")
            {
                HasExternalEffect = true,
                Schema = """
                {"properties":{"iban":{"pattern":"^[a-z]{2}[0-9]{2}[a-z0-9 ]{10,38}$"},"amount":{"type":"number","minimum":0.01,"maximum":500},
                "reference":{"type":"string","maxLength":140}},"required":["iban","amount"],"additionalProperties":false}
                """,
                Untainted = [new("/iban", ToolAction.Deny), new("/amount")],
            },
            new("crm.*") { ReadsPrivate = true },
            new("crm.delete")
            {
                ReadsPrivate = true,
                HasExternalEffect = true,
                Least = ToolAction.Ask,
            },
            new("calendar.create")
            {
                Schema = """
                {"properties":{"title":{"type":"string"},"start":{"type":"string"},"attendees":{"type":"array","items":{"format":"email-host",
                "hosts":["harborlane.example"]}}},"required":["title","start"],"additionalProperties":false}
                """,
            },
            new("calc"),
        ]);
}
