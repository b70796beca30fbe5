using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.Learning;
using Portico.Storage;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;
using static Portico.Tests.Governance.Learning.LearningCalls;

namespace Portico.Tests.Governance.Learning;

/// <summary>Assignments, completion, courses, rules and settings on both engines: for those who look after learning.</summary>
public sealed class LearningOfficeTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Theory, ClassData(typeof(StoreCase))]
    public async Task Who_is_asked_and_how_far_they_are_is_counted_by_course_and_workspace(Engine engine)
    {
        // Browsers keep cookies by the real clock.
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        var estate = await Estate.MakeAsync(node);
        var ada = await Browser.AccountAsync(node, "ada@example.com", "engineer");
        var bob = await Browser.AccountAsync(node, "bob@example.com", "analyst");
        var cleo = await Browser.AccountAsync(node, "cleo@example.com", "analyst");
        await Estate.IssueAsync(node, estate.UseCase, d => d with { PersonId = ada.PersonId });
        await Estate.IssueAsync(node, estate.UseCase, d => d with { PersonId = bob.PersonId, Name = "bob" });
        await api.PostAsync("/api/courses", Document(Plain));
        async Task AssignAsync(string audience, string? subject, int status = 201, string? due = null) =>
            (
                await api.PostAsync(
                    "/api/assignments",
                    new JsonObject
                    {
                        ["course_id"] = "small",
                        ["audience"] = audience,
                        ["subject"] = subject,
                        ["due_at"] = due,
                    }.ToJsonString()
                )
            ).Status.ShouldBe(status, $"{audience} {subject}");

        await AssignAsync(
            "workspace",
            estate.Workspace.Id.ToString(),
            due: time.GetUtcNow().AddHours(12).ToString("O", System.Globalization.CultureInfo.InvariantCulture)
        );
        await AssignAsync("role", "analyst");
        await AssignAsync("role", "poet", 400);
        await AssignAsync("everybody", "all", 400);
        await AssignAsync("person", estate.Workspace.Id.ToString(), 400);
        await AssignAsync("nobody", null, 400);

        using var browser = new Browser(api);
        await browser.SignInAsync("ada@example.com");
        (CourseIn(await browser.GetAsync("/api/learning"), "small")["asked"]!.GetValue<bool>()).ShouldBeTrue();
        await ReadAllAsync(browser, "small");
        (await browser.SendAsync(HttpMethod.Post, "/api/learning/courses/small/quiz", Right)).Status.ShouldBe(201);
        (await browser.GetAsync("/api/assignments")).Status.ShouldBe(403);

        time.Advance(TimeSpan.FromDays(1));
        var rows = (await api.GetAsync("/api/assignments/completion")).Json["items"]!.AsArray();
        static (int, int, int) Counts(JsonNode? row) =>
            (row!["people"]!.GetValue<int>(), row["done"]!.GetValue<int>(), row["overdue"]!.GetValue<int>());
        rows.Count.ShouldBe(2);
        // All three; of the workspace ada and bob, of whom bob is late. Cleo has no date.
        Counts(rows[0]).ShouldBe((3, 1, 1));
        rows[0]!["workspace_id"].ShouldBeNull();
        Counts(rows[1]).ShouldBe((2, 1, 1));
        rows[1]!["workspace_id"]!.GetValue<string>().ShouldBe(estate.Workspace.Id.ToString());
        var people = (await api.GetAsync("/api/assignments/people?course_id=small")).Json["items"]!.AsArray();
        people
            .Select(p => (p!["person_id"]!.GetValue<string>(), p["done"]!.GetValue<bool>(), p["overdue"]!.GetValue<bool>()))
            .ShouldBe(
                new[]
                {
                    (ada.PersonId.ToString(), true, false),
                    (bob.PersonId.ToString(), false, true),
                    (cleo.PersonId.ToString(), false, false),
                },
                ignoreOrder: true
            );

        // A year later the certificate is over, and what it was demanded for with it.
        await api.PostAsync("/api/access-rules", """{"courses":["small"]}""");
        await browser.SignInAsync("ada@example.com");
        IsOpen(await browser.GetAsync("/api/learning")).ShouldBeTrue();
        time.Advance(TimeSpan.FromDays(366));
        await browser.SignInAsync("ada@example.com");
        var late = await browser.GetAsync("/api/learning");
        (IsOpen(late), StateIn(late, "small")).ShouldBe((false, "overdue"), late.Text);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_version_of_a_course_never_changes_and_a_shipped_one_can_be_replaced_by_a_higher_one(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        await api.PostAsync("/api/organisations", """{"name":"Bank"}""");
        (await api.PostAsync("/api/courses", Document(Plain))).Status.ShouldBe(201);
        (await api.PostAsync("/api/courses", Document(Plain))).Status.ShouldBe(201, "the same again changes nothing");
        var other = Plain.Replace("Read that.", "Read it all.", StringComparison.Ordinal);
        (await api.PostAsync("/api/courses", Document(other))).Status.ShouldBe(409);
        (
            await api.PostAsync("/api/courses", Document(other.Replace("version: 2", "version: 3", StringComparison.Ordinal)))
        ).Status.ShouldBe(201);
        (await api.PostAsync("/api/courses", Document(Plain))).Status.ShouldBe(409);
        (await api.GetAsync("/api/courses/small/document"))["markdown"].ShouldContain("Read it all.");

        var shipped = (await api.GetAsync("/api/courses/ai-basics/document"))["markdown"];
        (await api.PostAsync("/api/courses", Document(shipped + "\n"))).Status.ShouldBe(409);
        (
            await api.PostAsync("/api/courses", Document(shipped.Replace("version: 1", "version: 2", StringComparison.Ordinal)))
        ).Status.ShouldBe(201);
        var listed = (await api.GetAsync("/api/courses")).Json["items"]!.AsArray();
        listed.Count(c => c!["id"]!.GetValue<string>() == "ai-basics").ShouldBe(1);
        listed.Single(c => c!["id"]!.GetValue<string>() == "ai-basics")!["own"]!.GetValue<bool>().ShouldBeTrue();

        var bad = await api.PostAsync("/api/courses", Document(Plain.Replace("minutes: 8", "minutes: never", StringComparison.Ordinal)));
        (bad.Status, bad["detail"].StartsWith("Line 7:", StringComparison.Ordinal)).ShouldBe((400, true), bad.Text);
        var check = await api.PostAsync("/api/courses/check", Document("nothing"));
        (check.Status, check.Json["good"]!.GetValue<bool>(), check.Json["problems"]![0]!["line"]!.GetValue<int>()).ShouldBe(
            (200, false, 1)
        );
        (await api.GetAsync("/api/courses/none/document")).Status.ShouldBe(404);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Nobody_sees_another_persons_learning_or_another_organisations_courses(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "engineer");
        await Browser.AccountAsync(node, "bob@example.com", "engineer");
        await Browser.AccountAsync(node, "olga@example.com", "officer");
        using var ada = new Browser(api);
        using var bob = new Browser(api);
        using var olga = new Browser(api);
        await ada.SignInAsync("ada@example.com");
        await bob.SignInAsync("bob@example.com");
        await olga.SignInAsync("olga@example.com");
        await olga.SendAsync(HttpMethod.Post, "/api/courses", Document(Plain));
        await ReadAllAsync(ada, "small");
        var passed = await ada.SendAsync(HttpMethod.Post, "/api/learning/courses/small/quiz", Right);
        var run = await ada.SendAsync(
            HttpMethod.Post,
            "/api/learning/exercise-runs",
            """{"course_id":"ai-basics","exercise":"ground-an-answer"}"""
        );
        run.Status.ShouldBe(200, run.Text);

        (await bob.GetAsync($"/api/certificates/{passed["certificate_id"]}")).Status.ShouldBe(404);
        (await bob.GetAsync("/api/certificates")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await bob.GetAsync($"/api/learning/exercise-runs/{run["id"]}")).Status.ShouldBe(404);
        (await ada.GetAsync($"/api/learning/exercise-runs/{run["id"]}")).Status.ShouldBe(200);
        (await olga.GetAsync($"/api/certificates/{passed["certificate_id"]}")).Status.ShouldBe(200);
        (await olga.GetAsync("/api/certificates")).Json["items"]!.AsArray().Count.ShouldBe(1);
        (await bob.GetAsync("/api/courses/small/document")).Status.ShouldBe(403, "right answers stand in it");

        var other = (await api.PostAsync("/api/organisations", """{"name":"Other"}"""))["id"];
        (await olga.GetAsync($"/api/courses?organisation_id={other}")).Status.ShouldBe(404);
        (
            await olga.SendAsync(HttpMethod.Post, $"/api/access-rules?organisation_id={other}", """{"acceptable_use":true}""")
        ).Status.ShouldBe(404);
        (await api.GetAsync($"/api/courses/small/document?organisation_id={other}")).Status.ShouldBe(404);
        (await api.GetAsync("/api/learning")).Status.ShouldBe(400, "a token is nobody who learns");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Rules_and_settings_are_changed_on_the_version_that_was_read(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var estate = await Estate.MakeAsync(node);
        (await api.PostAsync("/api/access-rules", "{}")).Status.ShouldBe(400);
        (await api.PostAsync("/api/access-rules", """{"courses":["none"]}""")).Status.ShouldBe(404);
        var rule = await api.PostAsync("/api/access-rules", $$"""{"workspace_id":"{{estate.Workspace.Id}}","courses":["risks","risks"]}""");
        (rule.Status, rule.Json["courses"]!.AsArray().Count).ShouldBe((201, 1), rule.Text);
        var at = $"/api/access-rules/{rule["id"]}";
        (await api.SendAsync(HttpMethod.Patch, at, """{"courses":[]}""", AnyVersion)).Status.ShouldBe(400);
        var changed = await api.SendAsync(HttpMethod.Patch, at, """{"acceptable_use":true}""", ("If-Match", rule.Tag!));
        (changed.Status, changed.Json["courses"]!.AsArray().Count).ShouldBe((200, 1), changed.Text);
        (await api.SendAsync(HttpMethod.Delete, at, null, ("If-Match", rule.Tag!))).Status.ShouldBe(412);
        (await api.SendAsync(HttpMethod.Delete, at, null, ("If-Match", changed.Tag!))).Status.ShouldBe(204);
        (await api.GetAsync(at)).Status.ShouldBe(404);

        var none = await api.GetAsync("/api/exercise-settings");
        none.Json["use_case_id"].ShouldBeNull();
        var body = $$"""{"use_case_id":"{{estate.UseCase.Id}}","models":["sim/echo"]}""";
        (await api.SendAsync(HttpMethod.Put, "/api/exercise-settings", body)).Status.ShouldBe(428);
        var set = await api.SendAsync(HttpMethod.Put, "/api/exercise-settings", body, ("If-Match", none.Tag!));
        set.Status.ShouldBe(200, set.Text);
        (await api.SendAsync(HttpMethod.Put, "/api/exercise-settings", body, ("If-Match", none.Tag!))).Status.ShouldBe(412);
        (await api.SendAsync(HttpMethod.Put, "/api/exercise-settings", body, ("If-Match", set.Tag!))).Status.ShouldBe(200);
        (
            await api.SendAsync(
                HttpMethod.Put,
                "/api/exercise-settings",
                body.Replace("sim/echo", "", StringComparison.Ordinal),
                AnyVersion
            )
        ).Status.ShouldBe(400);
        (await api.SendAsync(HttpMethod.Delete, $"/api/use-cases/{estate.UseCase.Id}", null, AnyVersion)).Status.ShouldBe(204);
        (await api.GetAsync("/api/exercise-settings")).Json["use_case_id"].ShouldBeNull("the use case is gone");
    }
}
