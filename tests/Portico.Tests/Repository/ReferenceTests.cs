using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway;
using Portico.Observability;
using Portico.Server;

namespace Portico.Tests.Repository;

/// <summary>The pages under docs/reference are printed from the code. These tests print them again and compare.</summary>
public sealed partial class ReferenceTests
{
    const string Generated =
        "<!-- Printed from the code by tests/Portico.Tests/Repository. Change the code, then run the tests with UPDATE_GOLDEN=1. -->\n\n";

    /// <summary>Settings that are read by name, without an options class.</summary>
    static readonly (string Name, string Says)[] Loose =
    [
        (
            "MasterKey:KeyVault",
            "Address of an Azure Key Vault that holds the master key; signs in with the identity of the machine. First choice where set."
        ),
        ("MasterKey:SecretName", "Name of the secret in the vault, `portico-master-key` by default."),
        (
            "MasterKey:KmsCiphertextFile",
            "File with the master key as AWS KMS encrypted it, in base 64 or as bytes; opened by one call of Decrypt in the name of the machine."
        ),
        ("MasterKey:KmsRegion", "Region of the KMS key; `AWS_REGION` where it is not set."),
        ("MasterKey:KmsKeyId", "The KMS key that must have encrypted it; without it the file says which."),
        ("MasterKey:KmsEndpoint", "Another address of KMS, as of a VPC endpoint."),
        ("MasterKey:Shares", "`true`: the master key is in shares. A node starts sealed and waits for them (`portico unseal`)."),
        ("PORTICO_MASTER_KEY", "The master key itself, 32 bytes in base 64 (`openssl rand -base64 32`). Second choice."),
        (
            "MasterKey:File",
            "File that holds the master key; `master.key` in the data directory by default. Made at the first start, readable by its owner alone."
        ),
        ("OPENAI_API_KEY", "Connects OpenAI at the start."),
        ("OPENAI_BASE_URL", "Where OpenAI is, `https://api.openai.com/v1` by default."),
        ("AZURE_OPENAI_ENDPOINT", "Connects Azure OpenAI at the start, together with its key."),
        ("AZURE_OPENAI_API_KEY", "The key of that resource."),
        ("AZURE_OPENAI_KEY", "Another name of the same, as older tools have it."),
        ("ANTHROPIC_API_KEY", "Connects Anthropic at the start."),
        ("ANTHROPIC_BASE_URL", "Where Anthropic is, `https://api.anthropic.com` by default."),
        ("GEMINI_API_KEY", "Connects the Gemini API at the start."),
        ("GOOGLE_API_KEY", "The same, where GEMINI_API_KEY is not set."),
        ("GOOGLE_GEMINI_BASE_URL", "Where the Gemini API is, `https://generativelanguage.googleapis.com/v1beta` by default."),
        ("CO_API_KEY", "Connects Cohere at the start."),
        ("COHERE_API_KEY", "The same, where CO_API_KEY is not set."),
        ("CO_API_URL", "Where Cohere is, `https://api.cohere.com` by default."),
        ("AWS_BEARER_TOKEN_BEDROCK", "Connects Amazon Bedrock at the start, together with its region."),
        (
            "AWS_REGION",
            "The region of Bedrock; `AWS_DEFAULT_REGION` where it is not set. Also signs for connections whose address names no region."
        ),
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "Where Bedrock is, `https://bedrock-runtime.<region>.amazonaws.com` by default."),
    ];

    [Fact]
    public void Every_error_has_its_own_code_a_status_and_advice()
    {
        ErrorTable.All.Count.ShouldBeGreaterThan(30);
        ErrorTable.All.Select(e => e.Code).ShouldBeUnique();
        ErrorTable.All.ShouldAllBe(e => e.Status >= 400 && e.Status < 600 && e.Advice.EndsWith('.') && SnakeCase().IsMatch(e.Code));
    }

    [Fact]
    public void The_page_of_errors_is_what_the_table_says()
    {
        var page = new StringBuilder("# Errors\n\n").Append(Generated);
        page.Append(
            "Everything that Portico can answer with but success. Under `/v1` an error has OpenAI's shape, under `/api` it is a problem document\n"
        );
        page.Append(
            "(RFC 9457); `code` is the same in both. *Retry* no means that the same request cannot succeed by itself: the answer says\n"
        );
        page.Append("`x-should-retry: false`, so that SDKs do not try again.\n\n");
        page.Append("| code | status | type | retry | what to do |\n|---|---|---|---|---|\n");
        foreach (var e in ErrorTable.All)
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{e.Code}` | {e.Status} | `{e.Type}` | {(e.Retryable ? "yes" : "no")} | {e.Advice} |\n"
            );
        page.Append("\n`insufficient_quota` has the status 402 instead of 429 where `Gateway:BudgetStatus` says so.\n");
        Golden.Check("docs/reference/errors.md", page.ToString());
    }

    [Fact]
    public void The_page_of_settings_is_what_the_options_say()
    {
        var options = Repo
            .Modules.SelectMany(m => Assembly.Load(m == "Server" ? "portico" : "Portico." + m).GetTypes())
            .Where(t => t.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true })
            .OrderBy(SectionOf, StringComparer.Ordinal)
            .ToList();
        options.Count.ShouldBeGreaterThanOrEqualTo(5);
        var page = new StringBuilder("# Settings\n\n").Append(Generated);
        page.Append("A setting stands in `portico.json` in the working directory (`{\"Server\":{\"Url\":\"…\"}}`), in the environment\n");
        page.Append(
            "(`PORTICO_Server__Url=…`) or on the command line (`--set Server:Url=…`); the later wins. `portico config` prints what is in force, with\n"
        );
        page.Append("secrets masked, and names unknown settings with their nearest known one. Every setting has a default.\n");
        foreach (var type in options)
            Section(page, type);
        page.Append(
            "\n## Read by name\n\nThese are environment variables, or entries of the settings file.\n\n| name | meaning |\n|---|---|\n"
        );
        foreach (var (name, says) in Loose)
            page.Append(CultureInfo.InvariantCulture, $"| `{name}` | {says} |\n");
        var printed = options.SelectMany(t => Settable(t).Select(p => $"{SectionOf(t)}:{p.Name}")).Concat(Loose.Select(l => l.Name));
        printed
            .Order(StringComparer.Ordinal)
            .ShouldBe(Settings.Names.Order(StringComparer.Ordinal), "the page and 'portico config' know the same settings");
        Golden.Check("docs/reference/settings.md", page.ToString());
    }

    static void Section(StringBuilder page, Type type)
    {
        var docs = SourceDocs.OfProperties(type);
        var defaults = Activator.CreateInstance(type)!;
        page.Append(CultureInfo.InvariantCulture, $"\n## {SectionOf(type)}\n\n| name | default | meaning |\n|---|---|---|\n");
        foreach (var property in Settable(type))
        {
            docs.ContainsKey(property.Name).ShouldBeTrue($"{type.Name}.{property.Name} has no summary");
            var value = Convert.ToString(property.GetValue(defaults), CultureInfo.InvariantCulture);
            var shown = string.IsNullOrEmpty(value)
                ? ""
                : $"`{(property.PropertyType == typeof(bool) ? value.ToLowerInvariant() : value)}`";
            page.Append(CultureInfo.InvariantCulture, $"| `{property.Name}` | {shown} | {docs[property.Name]} |\n");
        }
    }

    static string SectionOf(Type type) => (string)type.GetField("Section")!.GetRawConstantValue()!;

    static IEnumerable<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    [Fact]
    public void Every_setting_that_is_a_number_has_bounds_that_are_checked()
    {
        var numbers = Settings
            .Sections.SelectMany(s => Settings.Properties(s.Type))
            .Where(p => p.PropertyType == typeof(int) || p.PropertyType == typeof(long))
            .ToList();
        numbers.Count.ShouldBeGreaterThan(15);
        numbers
            .Where(p => !p.IsDefined(typeof(RangeAttribute)) && !p.IsDefined(typeof(AllowedValuesAttribute)))
            .Select(p => $"{p.DeclaringType!.Name}.{p.Name}")
            .ShouldBeEmpty("a bound that stands in the summary alone is not kept");
    }

    [Fact]
    public void Every_range_in_a_summary_holds_the_default()
    {
        var seen = 0;
        foreach (var type in Repo.Modules.SelectMany(m => Assembly.Load(m == "Server" ? "portico" : "Portico." + m).GetTypes()))
        foreach (var property in type.GetProperties().Where(p => p.IsDefined(typeof(RangeAttribute))))
        {
            seen++;
            property
                .GetCustomAttribute<RangeAttribute>()!
                .IsValid(property.GetValue(Activator.CreateInstance(type)))
                .ShouldBeTrue($"{type.Name}.{property.Name}");
        }
        seen.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void The_page_of_the_pipeline_is_the_list_of_stages()
    {
        Pipelines.Stages.Length.ShouldBeGreaterThan(5);
        Pipelines.Stages.Select(s => s.Stage).ShouldBeUnique();
        Pipelines.Stages.ShouldAllBe(s => typeof(IStage).IsAssignableFrom(s.Stage));
        var page = new StringBuilder("# Pipeline\n\n").Append(Generated);
        page.Append(
            "The walk of every model call, in order, as `Pipelines.cs` lists it.\n\n| | stage | why it stands here |\n|---|---|---|\n"
        );
        for (var i = 0; i < Pipelines.Stages.Length; i++)
            page.Append(CultureInfo.InvariantCulture, $"| {i + 1} | `{Pipelines.Stages[i].Stage.Name}` | {Pipelines.Stages[i].Reason} |\n");
        page.Append("\nThe walk of a request that only wants its input counted.\n\n| | stage | why it stands here |\n|---|---|---|\n");
        for (var i = 0; i < Pipelines.Counting.Length; i++)
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {i + 1} | `{Pipelines.Counting[i].Stage.Name}` | {Pipelines.Counting[i].Reason} |\n"
            );
        Golden.Check("docs/reference/pipeline.md", page.ToString());
    }

    [Fact]
    public void Every_stage_stands_in_the_pipeline()
    {
        var stages = typeof(IStage)
            .Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, IsInterface: false } && typeof(IStage).IsAssignableFrom(t));
        stages.ShouldBe(Pipelines.Stages.Concat(Pipelines.Counting).Select(s => s.Stage).Distinct(), ignoreOrder: true);
    }

    [Fact]
    public async Task The_page_of_metrics_is_what_a_scrape_shows()
    {
        using var folder = new TemporaryFolder();
        await using var node = BareNode.Build(folder);
        var rows = Described().Matches(node.Services.GetRequiredService<Metrics>().Print());
        rows.Count.ShouldBeGreaterThan(5);
        var page = new StringBuilder("# Metrics\n\n").Append(Generated);
        page.Append(
            "What `/metrics` shows, in Prometheus' text format. Metrics of calls have the labels `model`, `provider` and `outcome`\n"
        );
        page.Append("(`completed`, `refused`, `failed`, `abandoned`). Counters are of this node since its start.\n\n");
        page.Append("| metric | kind | meaning |\n|---|---|---|\n");
        foreach (Match row in rows)
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{row.Groups["name"].Value}` | {row.Groups["kind"].Value} | {row.Groups["says"].Value} |\n"
            );
        Golden.Check("docs/reference/metrics.md", page.ToString());
    }

    [Fact]
    public void The_page_of_modules_is_the_graph_of_the_projects()
    {
        var page = new StringBuilder("# Modules\n\n").Append(Generated);
        page.Append("References point left in `").AppendJoin(" · ", Repo.Modules).Append("`.\n\n```mermaid\nflowchart RL\n");
        foreach (var module in Repo.Modules)
        foreach (var target in Shortest(module))
            page.Append(CultureInfo.InvariantCulture, $"  {module} --> {target}\n");
        page.Append("```\n\nArrows that follow from others are left out of the picture. The table has all.\n\n");
        page.Append("| module | refers to | packages |\n|---|---|---|\n");
        foreach (var module in Repo.Modules)
        {
            var packages = Repo.Includes($"src/Portico.{module}/Portico.{module}.csproj", "PackageReference");
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {module} | {string.Join(", ", Repo.ReferencesOf(module))} | {string.Join(", ", packages)} |\n"
            );
        }
        Golden.Check("docs/reference/modules.md", page.ToString());
    }

    /// <summary>References that no other reference implies.</summary>
    static IEnumerable<string> Shortest(string module)
    {
        var direct = Repo.ReferencesOf(module);
        return direct.Where(target => !direct.Any(other => other != target && Reaches(other, target)));
    }

    static bool Reaches(string from, string to) => Repo.ReferencesOf(from).Any(next => next == to || Reaches(next, to));

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex SnakeCase();

    [GeneratedRegex("^# HELP (?<name>\\S+) (?<says>.+)\\n# TYPE \\S+ (?<kind>\\w+)$", RegexOptions.Multiline)]
    private static partial Regex Described();
}
