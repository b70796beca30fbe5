using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        public async Task LearningAsync()
        {
            await DoAsync("GET", "/api/courses?limit=3");
            var risks = await DoAsync("GET", "/api/courses/risks/document");
            var next = new JsonObject
            {
                ["markdown"] = risks.Text("markdown").Replace("version: 1", "version: 2", StringComparison.Ordinal),
            };
            (await DoAsync("POST", "/api/courses/check", next.ToJsonString()))["good"]!.GetValue<bool>().ShouldBeTrue();
            await DoAsync("POST", "/api/courses", next.ToJsonString(), 201);

            var assigned = (
                await MakeAsync("/api/assignments", """{"course_id":"risks","audience":"everybody","due_at":"2027-01-01T00:00:00Z"}""")
            ).Text("id");
            await DoAsync("GET", "/api/assignments?limit=5");
            await DoAsync("GET", $"/api/assignments/{assigned}");
            await DoAsync("PATCH", $"/api/assignments/{assigned}", """{"due_at":"2027-02-01T00:00:00Z"}""");
            await DoAsync("GET", "/api/assignments/completion?limit=5");
            await DoAsync("GET", "/api/assignments/people?course_id=risks&limit=5");
            await RemoveAsync($"/api/assignments/{assigned}");

            var rule = (await MakeAsync("/api/access-rules", """{"acceptable_use":true,"from":"2030-01-01T00:00:00Z"}""")).Text("id");
            await DoAsync("GET", "/api/access-rules?limit=5");
            await DoAsync("GET", $"/api/access-rules/{rule}");
            await DoAsync("PATCH", $"/api/access-rules/{rule}", """{"courses":["ai-basics"]}""");
            await RemoveAsync($"/api/access-rules/{rule}");
            await DoAsync("PUT", "/api/exercise-settings", $$"""{"use_case_id":"{{node.UseCaseId}}","models":["sim/echo"]}""");
            await DoAsync("GET", "/api/exercise-settings");
            await DoAsync("PUT", "/api/acceptable-use", """{"text":"Be good.","asks_again":true}""");
            await DoAsync("GET", "/api/acceptable-use/versions");
            await DoAsync("GET", "/api/acceptable-use");

            using var person = await SignedIn.AtAsync(node, "analyst");
            browser = new Api(person.Browser);
            await DoAsync("POST", "/api/acceptable-use/acknowledge", """{"version":2}""", 204);
            await DoAsync("GET", "/api/learning");
            var lessons = (await DoAsync("GET", "/api/learning/courses/risks"))["lessons"]!.AsArray().Count;
            for (var i = 1; i <= lessons; i++)
                await DoAsync("POST", $"/api/learning/courses/risks/lessons/{i}", status: 204);
            var run = (await DoAsync("POST", "/api/learning/exercise-runs", """{"course_id":"risks","exercise":"ask-against"}""")).Text(
                "id"
            );
            await DoAsync(
                "POST",
                $"/api/learning/exercise-runs/{run}/chat/completions",
                """{"model":"sim/echo","max_tokens":50,"messages":[{"role":"user","content":"<text>Sales rose.</text> What are weak points, what evidence is missing?"}]}"""
            );
            (await DoAsync("GET", $"/api/learning/exercise-runs/{run}"))["done"]!.GetValue<bool>().ShouldBeTrue();
            await DoAsync("POST", "/api/learning/courses/risks/quiz", """{"answers":[[1],[0],[0],[0],[2],[0]]}""");
            var passed = await DoAsync("POST", "/api/learning/courses/risks/quiz", """{"answers":[[0],[1],[1],[1],[0,1],[1]]}""", 201);
            await DoAsync("GET", $"/api/certificates/{passed.Text("certificate_id")}");
            await DoAsync("GET", "/api/certificates?limit=5");
            browser = null;
        }
    }
}
