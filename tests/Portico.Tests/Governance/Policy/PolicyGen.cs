using System.Globalization;
using System.Text;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Guards;

namespace Portico.Tests.Governance.Policy;

/// <summary>Random documents, as text: what the reader makes of them is tested with them.</summary>
sealed class PolicyGen(Random random)
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    public const string Workspace = "ws_01k8zbm3w0e9tafx2m1q4v7h5c";
    public const string UseCase = "uc_01k8zbm3w0e9tafx2m1q4v7h5c";
    public static readonly string[] Audience = [Workspace, UseCase];

    static readonly string[] Names = ["gpt-*", "gpt-4o", "gpt-4o-mini", "claude-*", "claude-s*", "llama-3", "*", "o3"];
    static readonly string[] Regions = ["eu", "eu-west", "eu-west-1", "us", "us-east-1", "ch"];
    static readonly string[] Words = ["Falcon", "salary", "merger"];
    static readonly string[] Patterns = [@"\d{4}", "[a-z]+@[a-z]+", "x+y"];

    public string Text()
    {
        var text = new StringBuilder();
        foreach (var section in PolicySchema.Lines.GroupBy(l => l.Section))
        {
            var lines = section.Where(_ => random.Next(3) == 0).ToList();
            if (lines.Count == 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{section.Key}:\n");
            Mandatory(text, "  ");
            foreach (var line in lines)
                text.Append(CultureInfo.InvariantCulture, $"  {line.Word}: {Value(line)}\n");
        }
        if (random.Next(2) == 0)
        {
            text.Append("guardrails:\n");
            Mandatory(text, "  ");
            foreach (var name in Some(["a", "b"]))
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"  {name}:\n    words: [{string.Join(", ", Some(Words).Append("always"))}]\n    patterns: [{string.Join(", ", Some(Patterns).Select(p => $"'{p}'"))}]\n    channels: [{string.Join(", ", Some(["user", "tool"]).Append("output"))}]\n    action: {Pick("allow", "flag", "tokenise", "tokenise\n    restore: people", "tokenise\n    restore: never", "redact", "ask", "block")}\n    threshold: {random.Next(1, 4)}\n    on_error: {Pick("open", "closed")}\n"
                );
        }
        if (random.Next(2) == 0)
        {
            text.Append("guards:\n");
            Mandatory(text, "  ");
            foreach (var name in Some(["a", "b"]))
            {
                var isJudge = random.Next(2) == 0;
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"  {name}:\n    {(isJudge ? $"model: {Pick("judge", "other")}\n    criteria: {Pick("advice", "threats")}" : $"url: http://{Pick("one", "two")}.example/check")}\n    channels: [{string.Join(", ", Some(["user", "tool"]).Append("output"))}]\n    action: {(isJudge ? Pick("flag", "ask", "block") : Pick("flag", "redact", "ask", "block"))}\n    timeout_ms: {random.Next(50, 9_000)}\n    min_score: {Pick("0.3", "0.8", "1")}\n    on_error: {Pick("open", "closed")}\n"
                );
            }
        }
        return text.ToString();
    }

    public PolicyDocument Document()
    {
        var text = Text();
        var (document, problems) = PolicyReader.Read(text);
        return document ?? throw new InvalidOperationException($"{problems[0]} in\n{text}");
    }

    public PolicyLevel Level(PolicyScope scope, PolicyDocument? document = null, OperatingModel? model = null) =>
        new(
            scope switch
            {
                PolicyScope.Organisation => "org_01k8zbm3w0e9tafx2m1q4v7h5c",
                PolicyScope.Workspace => Workspace,
                _ => UseCase,
            },
            scope.ToString(),
            scope,
            1,
            document ?? Document(),
            model ?? (OperatingModel)random.Next(3)
        );

    /// <summary>The three levels of somebody, under one operating model.</summary>
    public PolicyLevel[] Levels()
    {
        var model = (OperatingModel)random.Next(3);
        return
        [
            Level(PolicyScope.Organisation, null, model),
            Level(PolicyScope.Workspace, null, model),
            Level(PolicyScope.UseCase, null, model),
        ];
    }

    /// <summary>The document with an exception of some of its lines.</summary>
    public (PolicyDocument Document, IReadOnlySet<string> Lifted) Excepted(PolicyDocument document, DateTimeOffset until)
    {
        var lifts = document
            .Lines.Values.Where(l => l.Value is not (DeniedNames or Guardrail or Guard) && random.Next(2) == 0)
            .ToDictionary(l => l.Name, l => ValueOf(l.Name));
        var exception = new PolicyException("pilot", UseCase, "Ms Ray", "a trial", until, lifts, 1);
        return (document with { Exceptions = [exception] }, lifts.Keys.ToHashSet());
    }

    PolicyValue ValueOf(string name)
    {
        var kind = PolicySchema.Find(name)!;
        return PolicyReader.Read($"{kind.Section}:\n  {kind.Word}: {Value(kind)}\n").Document!.Lines[name].Value;
    }

    void Mandatory(StringBuilder text, string indent)
    {
        if (random.Next(2) == 0)
            text.Append(CultureInfo.InvariantCulture, $"{indent}mandatory: {(random.Next(2) == 0 ? "true" : "false")}\n");
    }

    string Value(PolicyLineKind kind) =>
        kind.Shape switch
        {
            PolicyShape.AllowedNames or PolicyShape.DeniedNames => $"[{string.Join(", ", Some(Names).Select(n => $"'{n}'"))}]",
            PolicyShape.AllowedRegions => $"[{string.Join(", ", Some(Regions))}]",
            PolicyShape.AllowedWords => $"[{string.Join(", ", Some([.. kind.Scale!]))}]",
            PolicyShape.Duty => Pick("true", "false"),
            PolicyShape.Count => random.Next((int)kind.Fewest, 60).ToString(CultureInfo.InvariantCulture),
            PolicyShape.Budget => $"{{ limit_usd: \"{random.Next(0, 60)}\", window: {Pick("day", "month", "total")} }}",
            PolicyShape.Floor => random.Next(0, (int)Math.Min(kind.Most, 60) + 1).ToString(CultureInfo.InvariantCulture),
            _ => Pick([.. kind.Scale!]),
        };

    IEnumerable<string> Some(string[] all) => all.Where(_ => random.Next(2) == 0).ToList();

    string Pick(params string[] all) => all[random.Next(all.Length)];
}
