using System.Text.RegularExpressions;

namespace Portico.Tests.Repository;

/// <summary>Reads the summaries of an options class out of its source: what a setting means is written once, where it is defined.</summary>
static partial class SourceDocs
{
    /// <summary>The summary of each property of a class, as one line of Markdown.</summary>
    public static IReadOnlyDictionary<string, string> OfProperties(Type type)
    {
        var declaration = new Regex($"class {Regex.Escape(type.Name)}\\b");
        var file = Repo.FilesWith(".cs").Single(f => Repo.ModuleOf(f) is not null && declaration.IsMatch(Repo.Read(f)));
        var source = Repo.Read(file);
        return Documented()
            .Matches(source[declaration.Match(source).Index..])
            .ToDictionary(m => m.Groups["name"].Value, m => Plain(m.Groups["comment"].Value), StringComparer.Ordinal);
    }

    static string Plain(string comment)
    {
        var text = string.Join(' ', comment.Split('\n').Select(l => l.Trim().TrimStart('/').Trim()));
        text = Reference().Replace(text, "`${name}`");
        text = Tag().Replace(text, "");
        return text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Trim();
    }

    // The comment, whatever attributes follow it, and the name of the property.
    [GeneratedRegex(
        "(?<comment>(?:^[ \\t]*///.*\\n)+)(?:^[ \\t]*\\[.*\\]\\n)*^[ \\t]*public [\\w?<>\\[\\]]+ (?<name>\\w+) \\{ get; set; \\}",
        RegexOptions.Multiline
    )]
    private static partial Regex Documented();

    [GeneratedRegex("<(?:see cref|c)=?\"?(?:[\\w.]+\\.)?(?<name>[\\w]+)\"?\\s*/>")]
    private static partial Regex Reference();

    [GeneratedRegex("</?[\\w]+[^>]*>")]
    private static partial Regex Tag();
}
