using System.Collections.Frozen;

namespace Portico.Governance.Learning;

/// <summary>The courses and the acceptable-use policy that ship with the program, as documents in this assembly.</summary>
static class CourseLibrary
{
    const string Folder = "Portico.Governance.Learning.Library.";

    public sealed record Shipped(Course Course, string Markdown);

    public static readonly IReadOnlyList<Shipped> All = typeof(CourseLibrary)
        .Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Folder + "course.", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(Read)
        .ToList();

    static readonly FrozenDictionary<string, Shipped> ById = All.ToFrozenDictionary(s => s.Course.Id, StringComparer.Ordinal);

    public static readonly string AcceptableUse = TextOf(Folder + "acceptable-use.md");

    public static Shipped? Find(string id) => ById.GetValueOrDefault(id);

    static Shipped Read(string name)
    {
        var text = TextOf(name);
        return CourseParser.Read(text, out var problems) is { } course
            ? new Shipped(course, text)
            : throw new InvalidOperationException($"{name}, line {problems[0].Line}: {problems[0].Text}");
    }

    static string TextOf(string name)
    {
        using var stream = typeof(CourseLibrary).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
