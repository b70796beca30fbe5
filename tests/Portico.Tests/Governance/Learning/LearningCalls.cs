using System.Text.Json.Nodes;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Learning;

/// <summary>What tests of learning send, and what they look at in the answers.</summary>
static class LearningCalls
{
    internal static readonly (string, string) AnyVersion = ("If-Match", "*");

    /// <summary>A course without an exercise, since exercises need a model.</summary>
    internal static readonly string Plain =
        CourseParserTests.Small[..CourseParserTests.Small.IndexOf("```exercise", StringComparison.Ordinal)]
        + CourseParserTests.Small[CourseParserTests.Small.IndexOf("## Second", StringComparison.Ordinal)..];

    internal static string Document(string markdown) => new JsonObject { ["markdown"] = markdown }.ToJsonString();

    internal static string Answers(params int[][] answers) =>
        new JsonObject
        {
            ["answers"] = new JsonArray(answers.Select(a => (JsonNode)new JsonArray(a.Select(i => (JsonNode)i).ToArray())).ToArray()),
        }.ToJsonString();

    internal static readonly string Right = Answers([0], [0, 1]);
    internal static readonly string HalfRight = Answers([0], [0]);
    internal static readonly string Wrong = Answers([1], [2]);

    internal static JsonNode CourseIn(Answer learning, string id) =>
        learning.Json["courses"]!.AsArray().Single(c => c!["id"]!.GetValue<string>() == id)!;

    internal static string StateIn(Answer learning, string id) => CourseIn(learning, id)["state"]!.GetValue<string>();

    internal static bool IsOpen(Answer learning) => learning.Json["access"]!["open"]!.GetValue<bool>();

    internal static async Task ReadAllAsync(Browser who, string course, int lessons = 2)
    {
        for (var i = 1; i <= lessons; i++)
            (await who.SendAsync(HttpMethod.Post, $"/api/learning/courses/{course}/lessons/{i}")).Status.ShouldBe(204);
    }
}
