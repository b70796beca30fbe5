using System.Text.Json;

namespace Portico.Guardrails.Containment;

/// <summary>
/// Which tools a session may call, and with what: an allow list, schemas of arguments, arguments that may not come from untrusted texts,
/// and the rule of two. Tells by what a call is, not by
/// what anything says, so that it holds when detection fails. Immutable; any number of calls are judged at once.
/// </summary>
public sealed class ToolPolicy
{
    /// <summary>Rules of one policy.</summary>
    public const int MaxRules = 1_000;

    /// <summary>Characters of a tool's name in a reason.</summary>
    const int MaxName = 80;

    readonly Dictionary<string, Compiled> exact = new(StringComparer.Ordinal);
    readonly List<Compiled> fronts = [];

    ToolPolicy() { }

    sealed record Compiled(ToolRule Rule, string Front, ArgumentSchema? Schema, CompiledTaint[] Untainted);

    sealed record CompiledTaint(PointerPattern Pattern, TaintRule Rule, HostList? Except);

    /// <exception cref="ToolPolicyException">A rule cannot be taken.</exception>
    public static ToolPolicy Of(IEnumerable<ToolRule> rules)
    {
        var policy = new ToolPolicy();
        foreach (var rule in rules)
            policy.Add(rule);
        if (policy.exact.Count + policy.fronts.Count > MaxRules)
            throw new ToolPolicyException($"There are more than {MaxRules} rules.");
        policy.fronts.Sort((a, b) => b.Front.Length.CompareTo(a.Front.Length));
        return policy;
    }

    void Add(ToolRule rule)
    {
        var star = rule.Name.IndexOf('*', StringComparison.Ordinal);
        if (rule.Name.Length == 0 || star >= 0 && (star == 0 || star != rule.Name.Length - 1))
            throw new ToolPolicyException($"'{Printable.Of(rule.Name, MaxName)}' is no name of tools; write crm.find or crm.*.");
        var where = $"The rule of '{Printable.Of(rule.Name, MaxName)}'";
        var compiled = new Compiled(
            rule,
            star < 0 ? rule.Name : rule.Name[..star],
            rule.Schema is null ? null : SchemaReader.Read(rule.Schema, rule.Name),
            [
                .. rule.Untainted.Select(t => new CompiledTaint(
                    new(t.Pointer, where),
                    t,
                    t.ExceptHosts is null ? null : new(t.ExceptHosts, where)
                )),
            ]
        );
        var isNew = star < 0 ? exact.TryAdd(rule.Name, compiled) : fronts.TrueForAll(f => f.Front != compiled.Front);
        if (!isNew)
            throw new ToolPolicyException($"{where} stands twice.");
        if (star >= 0)
            fronts.Add(compiled);
    }

    /// <summary>The rule that holds for a tool, or null: then it may not be called.</summary>
    public ToolRule? RuleOf(string tool) => Holding(tool)?.Rule;

    Compiled? Holding(string tool) =>
        exact.GetValueOrDefault(tool)
        ?? fronts.Find(f => tool.Length > f.Front.Length && tool.StartsWith(f.Front, StringComparison.Ordinal));

    /// <summary>Whether a call may be made. Never throws for what a model wrote.</summary>
    public ToolVerdict Judge(ToolCallInput call)
    {
        var name = Printable.Of(call.Tool, MaxName);
        // Step 1: the tool is one of the list.
        if (Holding(call.Tool) is not { } holding)
            return Denied(
                call,
                ToolCause.UnknownTool,
                null,
                $"The tool '{name}' is not on the list of this policy. Use one that is, or have it added."
            );
        // Step 2: the arguments are of one meaning.
        if (ToolArguments.Read(call.Arguments, out var problem) is not { } arguments)
            return Denied(call, ToolCause.BadArguments, problem.Pointer, Sentence(name, problem));
        // Step 3: they are of the schema.
        if (holding.Schema?.Check(arguments, []) is { } mismatch)
            return Denied(call, ToolCause.Schema, mismatch.Pointer, Sentence(name, mismatch));
        // Step 4: none comes from where it may not.
        var tainted = Tainted(call, holding, arguments, name);
        if (tainted is { Action: ToolAction.Deny })
            return tainted;
        if (holding.Rule.Least == ToolAction.Deny)
            return Denied(call, ToolCause.Rule, null, $"The tool '{name}' may not be called. Do without it.");
        if (tainted is not null)
            return tainted;
        // Step 5: the session does not come to all three by itself.
        var traits = holding.Rule.Traits;
        var session = call.Session.Add(call.Tool, traits);
        if (!session.IsAllowed)
            return new(ToolAction.Ask, ToolCause.RuleOfTwo, null, session.Reason, traits, session.After, []);
        return holding.Rule.Least == ToolAction.Ask
            ? new(ToolAction.Ask, ToolCause.Rule, null, $"Every call of '{name}' waits for a person. Ask one.", traits, session.After, [])
            : new(ToolAction.Allow, ToolCause.None, null, "", traits, session.After, []);
    }

    static ToolVerdict? Tainted(ToolCallInput call, Compiled holding, JsonElement arguments, string name)
    {
        if (holding.Untainted.Length == 0 || call.Taint.IsEmpty)
            return null;
        ToolVerdict? worst = null;
        ToolArguments.Visit(
            arguments,
            [],
            (path, value, isName) =>
            {
                foreach (var (pattern, rule, except) in holding.Untainted)
                {
                    var action = rule.Action;
                    if (action == ToolAction.Allow || worst is not null && worst.Action >= action)
                        continue;
                    if (!(isName ? pattern.FitsNames(path) : pattern.Fits(path)) || except?.HasAll(value) == true)
                        continue;
                    if (call.Taint.Find(value) is { Count: > 0 } taints)
                        worst = Tainted(call, holding, path, taints, action, name);
                }
            }
        );
        return worst;
    }

    static ToolVerdict Tainted(
        ToolCallInput call,
        Compiled holding,
        List<string> path,
        IReadOnlyList<Taint> taints,
        ToolAction action,
        string name
    )
    {
        var pointer = ToolArguments.Pointer(path);
        var first = taints[0];
        var source =
            first.Source < 0 ? "what could not be looked through" : $"text {first.Source + 1} of the conversation ({first.Origin})";
        var way =
            action == ToolAction.Ask
                ? "Ask a person whether it is meant."
                : "Have the user name it, or use a value that does not come from there.";
        var reason = $"The tool '{name}': argument {pointer} comes from {source} and not from the user. {way}";
        return action == ToolAction.Deny
            ? Denied(call, ToolCause.Taint, pointer, reason) with
            {
                Taints = taints,
            }
            : new(
                action,
                ToolCause.Taint,
                pointer,
                reason,
                holding.Rule.Traits,
                call.Session.Add(call.Tool, holding.Rule.Traits).After,
                taints
            );
    }

    static string Sentence(string name, ArgumentProblem problem) =>
        problem.Pointer is { Length: > 0 } pointer
            ? $"The tool '{name}': argument {pointer} {problem.What}."
            : $"The tool '{name}': the arguments {problem.What}.";

    static ToolVerdict Denied(ToolCallInput call, ToolCause cause, string? pointer, string reason) =>
        new(ToolAction.Deny, cause, pointer, reason, SessionTraits.None, call.Session, []);
}
