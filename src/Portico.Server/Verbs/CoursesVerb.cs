using System.CommandLine;
using System.Text.Json.Nodes;
using Portico.Governance.Learning;

namespace Portico.Server.Verbs;

/// <summary>portico courses: look over the document of a course, take it in, see what there is.</summary>
static class CoursesVerb
{
    static readonly Argument<string> CourseFile = new("file") { Description = "A course as a Markdown document." };
    static readonly Argument<string> CourseName = new("course") { Description = "Id of a course, as 'ai-basics'." };
    static readonly Option<string?> Organisation = new("--organisation")
    {
        Description = "Id of the organisation; the first one by default.",
    };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("courses", "Courses: check a document, import it, list them.")
            {
                Organisation,
                new Command("check", "Looks a document over, without a server, and says what is wrong in which line.") { CourseFile }.Runs(
                    CheckAsync
                ),
                ApiClient.AddTo(new Command("list", "Courses in their newest versions.") { Organisation }.Runs(ListAsync)),
                ApiClient.AddTo(
                    new Command("show", "The document of a course, to be changed and imported.") { CourseName, Organisation }.Runs(
                        ShowAsync
                    )
                ),
                ApiClient.AddTo(
                    new Command("import", "Takes in a course, or the next version of one.") { CourseFile, Organisation }.Runs(ImportAsync)
                ),
            }.Runs(ListAsync)
        );

    static async Task<int> CheckAsync(ParseResult parsed, CancellationToken ct)
    {
        var file = parsed.GetRequiredValue(CourseFile);
        if (CourseParser.Read(await File.ReadAllTextAsync(file, ct), out var problems) is not { } course)
        {
            foreach (var problem in problems)
                await Console.Error.WriteLineAsync($"{file}:{problem.Line}: {problem.Text}");
            return 1;
        }
        Console.WriteLine(
            $"{file}: '{course.Title}' ({course.Id}, version {course.Version}) has {course.Lessons.Count} lessons, {course.Exercises.Count()} exercises and {course.Quiz.Count} questions."
        );
        return 0;
    }

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/courses?limit=1000" + Of(parsed, Organisation, '&'), ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("VERSION", r => ApiClient.Text(r["version"])),
            ("TITLE", r => ApiClient.Text(r["title"])),
            ("FOR", r => string.Join(", ", r["for"]!.AsArray().Select(a => a!.ToString()))),
            ("MINUTES", r => ApiClient.Text(r["minutes"])),
            ("FROM", r => r["own"]!.GetValue<bool>() ? "organisation" : "portico")
        );
        return 0;
    }

    static async Task<int> ShowAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var found = await api.GetAsync(
            $"/api/courses/{Uri.EscapeDataString(parsed.GetRequiredValue(CourseName))}/document{Of(parsed, Organisation, '?')}",
            ct
        );
        if (api.IsJson)
            ApiClient.ShowJson(found);
        else
            Console.Write(found["markdown"]!.GetValue<string>());
        return 0;
    }

    static async Task<int> ImportAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var text = await File.ReadAllTextAsync(parsed.GetRequiredValue(CourseFile), ct);
        var made = await api.PostAsync("/api/courses" + Of(parsed, Organisation, '?'), new JsonObject { ["markdown"] = text }, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine($"'{made["title"]}' ({made["id"]}) is there in version {made["version"]}.");
        return 0;
    }

    internal static string Of(ParseResult parsed, Option<string?> organisation, char before) =>
        parsed.GetValue(organisation) is { } id ? $"{before}organisation_id={Uri.EscapeDataString(id)}" : "";
}
