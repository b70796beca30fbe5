using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico policy: what may be called, with which data, and what is kept of it, by level.</summary>
static class PolicyVerb
{
    static readonly Argument<string> Level = new("level") { Description = "org_…, ws_… or uc_…" };
    static readonly Argument<string> File = new("file") { Description = "The policy, YAML or JSON; - reads it from the input." };
    static readonly Argument<long> Number = new("version") { Description = "A number of 'policy versions'." };
    static readonly Option<long?> OfVersion = new("--version-number") { Description = "An older version." };
    static readonly Option<string?> Note = new("--note") { Description = "Why, for the history." };
    static readonly Option<bool> Check = new("--check") { Description = "Say what it would do, and write nothing." };
    static readonly Option<string?> Route = new("--route") { Description = "A route: which of its deployments may serve." };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command(
                "policy",
                "Policies: get, set, diff, effective, replay, versions, restore, shadow; and what waits: requests, use-cases, classify, approve, decline."
            )
            {
                ApiClient.AddTo(new Command("get", "Print the policy of a level.") { Level, OfVersion }.Runs(GetAsync)),
                ApiClient.AddTo(new Command("set", "Write the policy of a level.") { Level, File, Note, Check }.Runs(SetAsync)),
                ApiClient.AddTo(new Command("diff", "What a file changes of the policy in force.") { Level, File }.Runs(DiffAsync)),
                ApiClient.AddTo(
                    new Command("effective", "What holds for a level, and where each line comes from.") { Level, Route }.Runs(
                        EffectiveAsync
                    )
                ),
                ApiClient.AddTo(PolicyReplayVerb.Command(Level, File, TextAsync)),
                ApiClient.AddTo(new Command("versions", "What was ever in force at a level.") { Level }.Runs(VersionsAsync)),
                ApiClient.AddTo(
                    new Command("restore", "Write an older version again, as the newest.") { Level, Number, Note }.Runs(RestoreAsync)
                ),
                ApiClient.AddTo(
                    new Command("shadow", "Ask a file at every call without refusing any; --stop ends it.")
                    {
                        Level,
                        ShadowFile,
                        Stop,
                    }.Runs(ShadowAsync)
                ),
            }
                .WithRequests()
                .Runs(ListAsync)
        );

    static Command WithRequests(this Command policy)
    {
        policy.Aliases.Add("policies");
        foreach (var verb in PolicyRequestVerbs.Commands())
            policy.Add(verb);
        return policy;
    }

    static readonly Argument<string?> ShadowFile = new("file") { Description = "The draft.", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<bool> Stop = new("--stop") { Description = "Ask it no longer." };

    static string Address(ParseResult parsed) => $"/api/policies/{Uri.EscapeDataString(parsed.GetValue(Level)!)}";

    static async Task<string> TextAsync(ParseResult parsed, CancellationToken ct) =>
        parsed.GetValue(File) is "-"
            ? await Console.In.ReadToEndAsync(ct)
            : await System.IO.File.ReadAllTextAsync(parsed.GetValue(File)!, ct);

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/policies?limit=1000", ct);
        if (!api.IsJson && page["items"]!.AsArray().Count == 0)
        {
            Console.WriteLine("No policies: approvals and rules alone decide.");
            return 0;
        }
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("LEVEL", r => ApiClient.Text(r["level"])),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("VERSION", r => ApiClient.Text(r["version"])),
            ("LINES", r => ApiClient.Text(r["lines"])),
            ("BY", r => ApiClient.Text(r["actor"])),
            ("SHADOW", r => r["draft"]!.GetValue<bool>() ? "a draft" : "")
        );
        return 0;
    }

    static async Task<int> GetAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var address = Address(parsed) + (parsed.GetValue(OfVersion) is { } number ? $"/versions/{number}" : "");
        var policy = await api.GetAsync(address, ct);
        if (api.IsJson)
            ApiClient.ShowJson(policy);
        else
            Console.Write(policy["text"]!.GetValue<string>());
        return 0;
    }

    static async Task<int> SetAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var text = await TextAsync(parsed, ct);
        return await WriteAsync(api, parsed, text, parsed.GetValue(Check), ct);
    }

    static async Task<int> RestoreAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var old = await api.GetAsync($"{Address(parsed)}/versions/{parsed.GetValue(Number)}", ct);
        return await WriteAsync(api, parsed, old["text"]!.GetValue<string>(), check: false, ct);
    }

    /// <summary>On the version that was read: somebody else's text is not overwritten.</summary>
    static async Task<int> WriteAsync(ApiClient api, ParseResult parsed, string text, bool check, CancellationToken ct)
    {
        var version = (await api.GetAsync(Address(parsed), ct))["version"]!.GetValue<long>();
        var body = new JsonObject
        {
            ["text"] = text,
            ["note"] = parsed.GetValue(Note),
            ["check"] = check,
        };
        var change = await api.SendAsync(HttpMethod.Put, Address(parsed), body, $"\"v{version}\"", ct);
        if (api.IsJson)
        {
            ApiClient.ShowJson(change);
            return 0;
        }
        Console.WriteLine(check ? "It can be written." : $"In force as version {change["version"]}.");
        foreach (var conflict in change["tightens"]!.AsArray())
            Console.WriteLine($"✗ {ApiClient.Text(conflict!["says"])} The stricter one counts.");
        return 0;
    }

    static async Task<int> DiffAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var old = (await api.GetAsync(Address(parsed), ct))["text"]!.GetValue<string>();
        foreach (var line in LineDiff.Of(old, await TextAsync(parsed, ct)))
            Console.WriteLine(line);
        return 0;
    }

    static async Task<int> EffectiveAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var route = parsed.GetValue(Route) is { } asked ? $"?route={Uri.EscapeDataString(asked)}" : "";
        var policy = await api.GetAsync($"{Address(parsed)}/effective{route}", ct);
        if (!api.IsJson && policy["lines"]!.AsArray().Count == 0)
            Console.WriteLine("No policy says anything for it.");
        else
            api.Show(
                policy,
                policy["lines"]!.AsArray(),
                ("LINE", r => ApiClient.Text(r["line"])),
                ("HOLDS", r => ApiClient.Text(r["says"])),
                ("", r => r["mandatory"]!.GetValue<bool>() ? "mandatory" : "free"),
                (
                    "FROM",
                    r => string.Join("; ", r["origins"]!.AsArray().Select(o => $"{o!["name"]}, version {o["version"]}, line {o["number"]}"))
                )
            );
        if (api.IsJson)
            return 0;
        if (policy["approvals"] is { } approvals && approvals["needed"]!.GetValue<long>() > 0)
            Console.WriteLine(
                approvals["why"] is { } why
                    ? $"✗ {ApiClient.Text(why)}"
                    : $"✓ It has {approvals["given"]} of {approvals["needed"]} approvals that it needs."
            );
        foreach (var target in policy["targets"]!.AsArray())
            Console.WriteLine(
                target!["allowed"]!.GetValue<bool>()
                    ? $"✓ {target["model"]} at {target["connection"]}"
                    : $"✗ {target["model"]} at {target["connection"]}: {target["why"]}"
            );
        return 0;
    }

    static async Task<int> VersionsAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync($"{Address(parsed)}/versions?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("VERSION", r => ApiClient.Text(r["version"])),
            ("AT", r => ApiClient.Time(r["at"])),
            ("BY", r => ApiClient.Text(r["actor"])),
            ("NOTE", r => ApiClient.Text(r["note"]))
        );
        return 0;
    }

    static async Task<int> ShadowAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        if (parsed.GetValue(Stop))
        {
            await api.SendAsync(HttpMethod.Delete, Address(parsed) + "/draft", null, "*", ct);
            Console.WriteLine("It is asked no longer.");
            return 0;
        }
        if (parsed.GetValue(ShadowFile) is not { } file)
            throw Verb.Mistake("Name the file of the draft, or --stop.");
        var body = new JsonObject { ["text"] = await System.IO.File.ReadAllTextAsync(file, ct) };
        await api.SendAsync(HttpMethod.Put, Address(parsed) + "/draft", body, "*", ct);
        Console.WriteLine("It is asked at every call and refuses none; records of calls say what it would have refused.");
        return 0;
    }
}
