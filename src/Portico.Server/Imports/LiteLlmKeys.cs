using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace Portico.Server.Imports;

/// <summary>
/// Plans what keys, teams and users of LiteLLM's proxy become, from what its /key/list (with return_full_object=true), /team/list and /user/list answer, or one
/// file with all of them. A team is a workspace, a user with an e-mail address a person. LiteLLM keeps of a key the SHA-256 of its text, as Portico does: the
/// keys go on working (https://docs.litellm.ai/docs/proxy/virtual_keys, …/proxy/users).
/// </summary>
sealed class LiteLlmKeys(ImportPlan plan, DateTimeOffset now)
{
    public const string WorkspaceOfNone = "litellm";

    static readonly string[] EveryModel = ["all-proxy-models", "*"];
    const string TeamsModels = "all-team-models";
    const string NoModels = "no-default-models";

    sealed record Team(string Name, IReadOnlyList<string> Models, bool Blocked);

    readonly Dictionary<string, Team> teams = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> emails = new(StringComparer.Ordinal);
    readonly HashSet<string> names = new(StringComparer.Ordinal);
    readonly HashSet<string> digests = new(StringComparer.Ordinal);

    /// <param name="files">In any order; each may hold keys, teams and users.</param>
    public void Plan(IReadOnlyList<ImportFile> files)
    {
        foreach (var (file, node) in All(files, "teams", "team_id"))
            AddTeam(file, node);
        foreach (var (file, node) in All(files, "users", "user_email"))
            AddUser(file, node);
        foreach (var (file, node) in All(files, "keys", "token"))
            AddKey(file, node);
    }

    /// <summary>The rows of a kind: under their name, or as a bare list whose rows have the member that tells the kind.</summary>
    static IEnumerable<(ImportFile File, YamlNode Node)> All(IEnumerable<ImportFile> files, string kind, string telling)
    {
        foreach (var file in files)
            if (file.Root is YamlSequenceNode bare && KindOf(bare) == kind)
                foreach (var node in bare.Children)
                    yield return (file, node);
            else if (file.Root is YamlMappingNode root)
                foreach (var node in file.List(root, kind))
                    yield return (file, node);

        string KindOf(YamlSequenceNode list) =>
            list.Children.OfType<YamlMappingNode>().FirstOrDefault() is { } first
                ? ImportFile.Find(first, "token") is not null
                    ? "keys"
                    : ImportFile.Find(first, "user_email") is not null || ImportFile.Find(first, "user_role") is not null
                        ? "users"
                        : ImportFile.Find(first, "team_id") is not null
                            ? "teams"
                            : telling == "token"
                                ? "keys"
                                : ""
                : "keys";
    }

    void AddTeam(ImportFile file, YamlNode node)
    {
        if (node is not YamlMappingNode team || file.Text(team, "team_id") is not { } id)
        {
            file.Wrong(node, "A team needs its team_id.");
            return;
        }
        var name = file.Text(team, "team_alias") ?? id;
        teams[id] = new Team(name, file.Texts(team, "models"), file.Truth(team, "blocked"));
        plan.Workspaces.Add(new PlannedWorkspace(name, MetersOf(file, team, $"team {name}")));
    }

    void AddUser(ImportFile file, YamlNode node)
    {
        if (node is not YamlMappingNode user || file.Text(user, "user_id") is not { } id)
        {
            file.Wrong(node, "A user needs a user_id.");
            return;
        }
        if (file.Text(user, "user_email") is not { } email || !email.Contains('@', StringComparison.Ordinal))
        {
            plan.NotTaken.Add($"user {id}: a person is known by an e-mail address, and it has none.");
            return;
        }
        emails[id] = email.Trim().ToLowerInvariant();
        plan.People.Add(new PlannedPerson(emails[id], file.Text(user, "user_alias") ?? email, MetersOf(file, user, $"user {email}")));
    }

    void AddKey(ImportFile file, YamlNode node)
    {
        // Without return_full_object a key is its digest alone.
        if (node is YamlScalarNode { Value: { } only })
            node = new YamlMappingNode { { "token", only } };
        if (node is not YamlMappingNode key || file.Text(key, "token") is not { } token)
        {
            file.Wrong(node, "A key needs its token.");
            return;
        }
        var digest = DigestOf(token);
        var name = NameOf(file.Text(key, "key_alias"), digest ?? token);
        if (digest is not null && !digests.Add(digest))
        {
            file.Wrong(node, $"key {name} is in the file twice.");
            return;
        }
        var team = file.Text(key, "team_id") is { } teamId ? TeamOf(file, key, teamId) : null;
        var expires = ExpiryOf(file, key);
        if (expires <= now)
        {
            plan.NotTaken.Add($"key {name}: it expired on {expires:yyyy-MM-dd}.");
            return;
        }
        var (models, none) = ModelsOf(file.Texts(key, "models"), team);
        var blocked = file.Truth(key, "blocked") || team is { Blocked: true } || none;
        if (none)
            plan.Changed.Add($"key {name}: it may call no model, so it is disabled.");
        var user = file.Text(key, "user_id");
        if (digest is null)
            plan.Changed.Add($"key {name}: its token is neither a digest nor a key, so it gets a new secret.");
        plan.Keys.Add(
            new PlannedKey(
                name,
                team?.Name ?? WorkspaceOfNone,
                user is null ? null : emails.GetValueOrDefault(user),
                digest,
                digest is null ? null
                    : file.Text(key, "key_name") is { Length: <= 12 } hint ? hint
                    : null,
                expires,
                models,
                blocked,
                MetersOf(file, key, $"key {name}")
            )
        );
        foreach (
            var member in new[]
            {
                "model_max_budget",
                "soft_budget",
                "guardrails",
                "permissions",
                "object_permission_id",
                "aliases",
                "config",
            }
        )
            if (
                ImportFile.Find(key, member)
                is YamlMappingNode { Children.Count: > 0 }
                    or YamlSequenceNode { Children.Count: > 0 }
                    or YamlScalarNode
            )
                plan.NotTaken.Add($"key {name}: {member}.");
    }

    Team? TeamOf(ImportFile file, YamlMappingNode key, string id)
    {
        if (teams.TryGetValue(id, out var team))
            return team;
        file.Wrong(ImportFile.Find(key, "team_id")!, $"there is no team '{id}' in the files; give them with --teams.");
        return null;
    }

    static string? DigestOf(string token) =>
        token.Length == 64 && token.All(char.IsAsciiHexDigit) ? token.ToLowerInvariant()
        : token.StartsWith("sk-", StringComparison.Ordinal) ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))
        : null;

    string NameOf(string? alias, string digest)
    {
        var name = alias is { Length: > 0 and <= 100 } ? alias : $"litellm-{digest[..Math.Min(8, digest.Length)]}";
        for (var i = 2; !names.Add(name); i++)
            name = $"{alias ?? "litellm"}-{i}";
        return name;
    }

    static (IReadOnlyList<string> Models, bool None) ModelsOf(List<string> own, Team? team)
    {
        if (own.Contains(NoModels, StringComparer.Ordinal) && own.Count == 1)
            return ([], true);
        var asked = own.FindAll(m => m != NoModels);
        if (asked.Count == 0 || asked.Contains(TeamsModels, StringComparer.Ordinal))
            asked = [.. team?.Models ?? []];
        if (asked.Exists(m => EveryModel.Contains(m, StringComparer.Ordinal)))
            return ([], false);
        return (asked.FindAll(m => m.IndexOf('*', StringComparison.Ordinal) is var at && (at < 0 || at == m.Length - 1)), false);
    }

    static DateTimeOffset? ExpiryOf(ImportFile file, YamlMappingNode key)
    {
        if (file.Text(key, "expires") is not { } text)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return at.ToUniversalTime();
        file.Wrong(ImportFile.Find(key, "expires")!, "expires must be a time.");
        return null;
    }

    List<PlannedMeter> MetersOf(ImportFile file, YamlMappingNode of, string whose)
    {
        var meters = new List<PlannedMeter>();
        if (file.Number(of, "max_budget") is { } usd)
            meters.Add(BudgetOf(usd, file.Number(of, "spend") ?? 0, file.Text(of, "budget_duration"), whose));
        foreach (
            var (member, unit, window) in new[]
            {
                ("rpm_limit", "requests", "minute"),
                ("tpm_limit", "tokens", "minute"),
                ("max_parallel_requests", "concurrent_calls", "total"),
            }
        )
            if (file.Number(of, member) is { } most)
                meters.Add(new PlannedMeter(unit, window, Math.Floor(most)));
        return meters;
    }

    /// <summary>
    /// Windows here are calendar hours, days and months, or all time. Another span becomes its share of an hour or a day, which never allows more. What was
    /// spent of an amount for all time is taken off it; a window that ends begins anew.
    /// </summary>
    PlannedMeter BudgetOf(decimal usd, decimal spent, string? duration, string whose)
    {
        if (duration is null)
        {
            var left = Math.Max(0, usd - spent);
            if (spent > 0)
                plan.Changed.Add(
                    string.Create(CultureInfo.InvariantCulture, $"{whose}: ${usd:0.####} in all, of which ${left:0.####} is left.")
                );
            return new PlannedMeter("usd", "total", left);
        }
        var (count, unit) = SpanOf(duration);
        var meter = (unit, count) switch
        {
            ("mo", 1) or ("d", 30 or 31) => new PlannedMeter("usd", "month", usd),
            ("mo", _) => new PlannedMeter("usd", "month", usd / count),
            ("d", 1) or ("h", 24) => new PlannedMeter("usd", "day", usd),
            ("d", _) => new PlannedMeter("usd", "day", usd / count),
            ("w", _) => new PlannedMeter("usd", "day", usd / (7 * count)),
            ("h", _) => new PlannedMeter("usd", "hour", usd / count),
            ("m", _) => new PlannedMeter("usd", "minute", usd / count),
            ("s", >= 60) => new PlannedMeter("usd", "minute", usd * 60 / count),
            _ => null,
        };
        if (meter is null)
        {
            plan.Changed.Add($"{whose}: budget_duration {duration} is not understood; the amount is for all time.");
            return new PlannedMeter("usd", "total", Math.Max(0, usd - spent));
        }
        meter = meter with { Amount = Math.Floor(meter.Amount * 1_000_000_000) / 1_000_000_000 };
        if (meter.Amount != usd)
            plan.Changed.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{whose}: ${usd:0.####} in {duration} is ${meter.Amount:0.#########} a {meter.Window} here, which never allows more."
                )
            );
        return meter;
    }

    static (int Count, string Unit) SpanOf(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return digits > 0 && int.TryParse(text.AsSpan(0, digits), CultureInfo.InvariantCulture, out var count) && count > 0
            ? (count, text[digits..].Trim().ToLowerInvariant())
            : text.ToLowerInvariant() switch
            {
                "hourly" => (1, "h"),
                "daily" => (1, "d"),
                "weekly" => (1, "w"),
                "monthly" => (1, "mo"),
                _ => (0, ""),
            };
    }
}
