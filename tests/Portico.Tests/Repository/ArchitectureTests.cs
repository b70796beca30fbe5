using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Portico.Tests.Repository;

/// <summary>What ARCHITECTURE.md promises about modules. Each check first shows that it saw something.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>Static fields that may change, each with its reason.</summary>
    static readonly Dictionary<string, string> MayChange = new(StringComparer.Ordinal)
    {
        ["Portico.Core.UuidV7.random"] = "random bytes of each thread that no id has used yet; taken bytes are cleared",
        ["Portico.Core.UuidV7.used"] = "how many of them are taken",
        ["Portico.Guardrails.Names.NameTagger.room"] = "room to work in for each thread, cleared before each text",
        ["Portico.Providers.Http.DeadlineClock.kept"] = "clocks between two attempts; one that has cancelled is not kept",
        ["Portico.Governance.Audit.AuditLog.line"] = "one writer for each thread, reused; holds nothing between two entries",
        ["Portico.Gateway.Wire.JsonBytes.kept"] =
            "one buffer for each thread, reused; emptied when its document is given, and not kept where that failed",
        ["Portico.Observability.CallRecorder.writer"] = "one writer for each thread, reused; holds nothing between two records",
    };

    static Assembly AssemblyOf(string module) => Assembly.Load(module == "Server" ? "portico" : "Portico." + module);

    static string? ModuleOf(AssemblyName name) =>
        name.Name == "portico" ? "Server"
        : name.Name!.StartsWith("Portico.", StringComparison.Ordinal) ? name.Name["Portico.".Length..]
        : null;

    [Fact]
    public void Every_module_has_its_place_in_the_list()
    {
        var folders = Repo.Files.Select(Repo.ModuleOf).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        folders.ShouldBe(Repo.Modules, ignoreOrder: true);
    }

    [Fact]
    public void References_point_left()
    {
        var seen = 0;
        foreach (var module in Repo.Modules)
        {
            var used = AssemblyOf(module).GetReferencedAssemblies().Select(ModuleOf).OfType<string>();
            foreach (var target in Repo.ReferencesOf(module).Union(used, StringComparer.Ordinal))
            {
                seen++;
                Array
                    .IndexOf(Repo.Modules, target)
                    .ShouldBeInRange(
                        0,
                        Array.IndexOf(Repo.Modules, module) - 1,
                        $"{module} refers to {target}, which does not stand left of it"
                    );
            }
        }
        seen.ShouldBeGreaterThan(15);
    }

    /// <summary>What a request may see is asked of who makes it: everything is for what the node does by itself.</summary>
    [Fact]
    public void No_endpoint_says_that_everything_may_be_seen()
    {
        var endpoints = Repo
            .Files.Where(f => f.EndsWith("Endpoints.cs", StringComparison.Ordinal) && f.StartsWith("src/", StringComparison.Ordinal))
            .ToList();
        endpoints.Count.ShouldBeGreaterThan(25);
        foreach (var file in endpoints)
            Repo.Read(file).ShouldNotContain("Reach.Everywhere", customMessage: file);
    }

    [Fact]
    public void Providers_see_only_Core()
    {
        Repo.ReferencesOf("Providers").ShouldBe(["Core"]);
        AssemblyOf("Providers").GetReferencedAssemblies().Select(ModuleOf).OfType<string>().ShouldBe(["Core"]);
    }

    [Fact]
    public void No_static_field_can_change()
    {
        var seen = 0;
        var changing = new List<string>();
        foreach (var type in Repo.Modules.SelectMany(m => AssemblyOf(m).GetTypes()).Where(t => !IsGenerated(t)))
        foreach (
            var field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        )
        {
            if (field.IsLiteral || field.Name.Contains('<', StringComparison.Ordinal) && field.IsInitOnly)
                continue;
            seen++;
            if (!field.IsInitOnly || IsShared(field.FieldType))
                changing.Add($"{type.FullName}.{field.Name}");
        }
        seen.ShouldBeGreaterThan(50);
        changing.ShouldBe(
            MayChange.Keys,
            ignoreOrder: true,
            "a static field that changes joins what should be apart; inject the state, or give the reason here"
        );
    }

    /// <summary>Readonly fields of these types are still changed by everyone: caches and queues in disguise.</summary>
    static bool IsShared(Type type) =>
        type.Namespace is "System.Collections.Concurrent" or "System.Threading.Channels" or "Microsoft.Extensions.Caching.Memory"
        || (typeof(IList).IsAssignableFrom(type) && type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>));

    static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.IsDefined(typeof(CompilerGeneratedAttribute), false)
        || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), false)
        || (type.Namespace ?? "").Contains(".Generated", StringComparison.Ordinal)
        || typeof(System.Text.Json.Serialization.JsonSerializerContext).IsAssignableFrom(type)
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    [Fact]
    public void A_module_names_only_tables_of_its_own_in_SQL()
    {
        var prefixes = Repo.Modules.Select(m => m.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        var own = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in Repo.FilesWith(".cs", ".sql").Where(f => Repo.ModuleOf(f) is not null))
        {
            var module = Repo.ModuleOf(file)!.ToLowerInvariant();
            foreach (Match match in TableName().Matches(WithoutComments(Repo.Read(file))))
            {
                var table = match.Groups["table"].Value;
                var prefix = table.Split('_')[0];
                if (!prefixes.Contains(prefix))
                    continue;
                prefix.ShouldBe(
                    module,
                    $"{file} names the table {table}, which belongs to another module: ask that module for what is needed"
                );
                own[module] = own.GetValueOrDefault(module) + 1;
            }
        }
        own.Keys.ShouldBe(["storage", "governance", "observability", "models", "gateway"], ignoreOrder: true);
        own.Values.Sum().ShouldBeGreaterThan(60);
    }

    [Fact]
    public void A_migration_makes_only_tables_that_begin_with_the_name_of_the_module()
    {
        var seen = 0;
        foreach (var file in Repo.FilesWith(".sql").Where(f => Repo.ModuleOf(f) is not null))
        foreach (Match match in CreatedTable().Matches(WithoutComments(Repo.Read(file))))
        {
            seen++;
            match.Groups["table"].Value.ShouldStartWith(Repo.ModuleOf(file)!.ToLowerInvariant() + "_", Case.Sensitive, file);
        }
        seen.ShouldBeGreaterThan(15);
    }

    [Fact]
    public void Every_module_says_what_it_is_for()
    {
        var pages = Repo.FilesWith("/README.md").Where(f => Repo.ModuleOf(f) is not null).ToList();
        pages.Select(Repo.ModuleOf).ShouldBe(Repo.Modules, ignoreOrder: true);
        foreach (var file in pages)
        {
            var lines = Repo.Read(file).TrimEnd().Split('\n');
            lines[0].ShouldStartWith("# ", Case.Sensitive, file);
            lines.Length.ShouldBeLessThanOrEqualTo(60, $"{file} should fit a screen or two");
        }
    }

    static string WithoutComments(string source) => Comment().Replace(source, "");

    // Behind these words stands a table, in C# strings as in .sql files.
    [GeneratedRegex("\\b(?:from|into|update|join|references|table|on|exists|only)\\s+(?<table>[a-z]+_[a-z_]+)", RegexOptions.IgnoreCase)]
    private static partial Regex TableName();

    [GeneratedRegex("create\\s+table\\s+(?:if\\s+not\\s+exists\\s+)?(?<table>[a-z_]+)", RegexOptions.IgnoreCase)]
    private static partial Regex CreatedTable();

    [GeneratedRegex("^\\s*(?://|--).*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
