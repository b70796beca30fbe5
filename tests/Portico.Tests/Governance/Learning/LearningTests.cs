using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.Learning;
using Portico.Storage;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Learning;

/// <summary>Learning over the API, on both engines: what is asked, done, certified, and who sees it.</summary>
public sealed class LearningTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static readonly (string, string) AnyVersion = ("If-Match", "*");

    /// <summary>A course without an exercise, since exercises need a model.</summary>
    static readonly string Plain = CourseParserTests.Small[
        ..CourseParserTests.Small.IndexOf("```exercise", StringComparison.Ordinal)
    ] + CourseParserTests.Small[CourseParserTests.Small.IndexOf("## Second", StringComparison.Ordinal)..];

    static string Document(string markdown) => new JsonObject { ["markdown"] = markdown }.ToJsonString();

    static string Answers(params int[][] answers) =>
        new JsonObject { ["answers"] = new JsonArray(answers.Select(a => (JsonNode)new JsonArray(a.Select(i => (JsonNode)i).ToArray())).ToArray()) }.ToJsonString();

    static readonly string Right = Answers([0], [0, 1]);
    static readonly string HalfRight = Answers([0], [0]);
    static readonly string Wrong = Answers([1], [2]);

    static JsonNode CourseIn(Answer learning, string id) => learning.Json["courses"]!.AsArray().Single(c => c!["id"]!.GetValue<string>() == id)!;

    static string StateIn(Answer learning, string id) => CourseIn(learning, id)["state"]!.GetValue<string>();

    static bool IsOpen(Answer learning) => learning.Json["access"]!["open"]!.GetValue<bool>();

    static async Task ReadAllAsync(Browser who, string course, int lessons = 2)
    {
        for (var i = 1; i <= lessons; i++)
            (await who.SendAsync(HttpMethod.Post, $"/api/learning/courses/{course}/lessons/{i}")).Status.ShouldBe(204);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_newcomer_acknowledges_reads_passes_and_every_step_is_kept(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var account = await Browser.AccountAsync(node, "ada@example.com", "analyst");
        using var ada = new Browser(api);
        await ada.SignInAsync("ada@example.com");
        (await api.PostAsync("/api/courses", Document(Plain))).Status.ShouldBe(201);
        (await api.PostAsync("/api/access-rules", """{"acceptable_use":true,"courses":["small"]}""")).Status.ShouldBe(201);

        var mine = await ada.GetAsync("/api/learning");
        mine.Status.ShouldBe(200, mine.Text);
        IsOpen(mine).ShouldBeFalse();
        mine.Json["access"]!["missing"]!.AsArray().Select(m => m!["kind"]!.GetValue<string>()).ShouldBe(["acceptable_use", "course"]);
        mine.Json["acceptable_use"]!["demanded"]!.GetValue<bool>().ShouldBeTrue();
        StateIn(mine, "small").ShouldBe("open");

        // Step 1: the policy, in the version that holds and no other.
        (await ada.SendAsync(HttpMethod.Post, "/api/acceptable-use/acknowledge", """{"version":7}""")).Status.ShouldBe(409);
        (await ada.SendAsync(HttpMethod.Post, "/api/acceptable-use/acknowledge", """{"version":1}""")).Status.ShouldBe(204);
        (await ada.SendAsync(HttpMethod.Post, "/api/acceptable-use/acknowledge", """{"version":1}""")).Status.ShouldBe(204);

        // Step 2: the quiz opens behind the lessons, and its right answers come with the verdict.
        const string Quiz = "/api/learning/courses/small/quiz";
        var early = await ada.SendAsync(HttpMethod.Post, Quiz, Right);
        (early.Status, early["detail"].Contains("First things", StringComparison.Ordinal)).ShouldBe((409, true), early.Text);
        await ReadAllAsync(ada, "small");
        (await ada.SendAsync(HttpMethod.Post, "/api/learning/courses/small/lessons/3")).Status.ShouldBe(404);
        var reading = await ada.GetAsync("/api/learning/courses/small");
        reading.Text.ShouldNotContain("It is this.");
        reading.Text.ShouldNotContain("\"right\"");
        reading.Json["lessons"]!.AsArray().ShouldAllBe(l => l!["read"]!.GetValue<bool>());
        StateIn(await ada.GetAsync("/api/learning"), "small").ShouldBe("under_way");

        // Step 3: fail, then pass at the mark.
        var failed = await ada.SendAsync(HttpMethod.Post, Quiz, Wrong);
        (failed.Status, failed.Json["score"]!.GetValue<int>(), failed.Json["attempts_left"]!.GetValue<int>()).ShouldBe((200, 0, 2), failed.Text);
        failed.Json["questions"]![1]!["right_options"]!.AsArray().Select(o => o!.GetValue<int>()).ShouldBe([0, 1]);
        IsOpen(await ada.GetAsync("/api/learning")).ShouldBeFalse();
        var passed = await ada.SendAsync(HttpMethod.Post, Quiz, HalfRight);
        (passed.Status, passed.Json["score"]!.GetValue<int>(), passed.Json["passed"]!.GetValue<bool>()).ShouldBe((201, 50, true), passed.Text);
        var open = await ada.GetAsync("/api/learning");
        IsOpen(open).ShouldBeTrue(open.Text);
        StateIn(open, "small").ShouldBe("passed");
        (await ada.SendAsync(HttpMethod.Post, Quiz, Right)).Status.ShouldBe(409, "it is passed");

        var certificate = await ada.GetAsync($"/api/certificates/{passed["certificate_id"]}");
        certificate.Json["signed"]!.GetValue<bool>().ShouldBeTrue();
        (certificate["name"], certificate.Json["certificate"]!["person_id"]!.GetValue<string>()).ShouldBe(("ada", account.PersonId.ToString()));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_certificate_whose_text_was_changed_is_not_signed_any_more(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var account = await Browser.AccountAsync(node, "ada@example.com", "analyst");
        var person = node.Get<GovernanceCatalog>().Current.People[account.PersonId];
        var course = CourseParser.Read(Plain, out _)!;
        var certificates = node.Get<Certificates>();
        var ct = TestContext.Current.CancellationToken;
        var made = await certificates.MakeAsync(person, course, 90, ct);
        (await certificates.IsSignedAsync(made, ct)).ShouldBeTrue();
        (await certificates.IsSignedAsync(made with { Text = made.Text.Replace("\"score\":90", "\"score\":91", StringComparison.Ordinal) }, ct)).ShouldBeFalse();
        (await certificates.IsSignedAsync(made with { Signature = "nonsense" }, ct)).ShouldBeFalse();
        (await certificates.IsSignedAsync(made with { KeyId = "00000000" }, ct)).ShouldBeFalse();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Three_attempts_that_fail_close_the_quiz_for_an_hour_even_when_they_come_at_once(Engine engine)
    {
        var time = new ManualTime();
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "analyst");
        using var ada = new Browser(api);
        await ada.SignInAsync("ada@example.com");
        await api.PostAsync("/api/courses", Document(Plain));
        await ReadAllAsync(ada, "small");
        const string Quiz = "/api/learning/courses/small/quiz";
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ada.SendAsync(HttpMethod.Post, Quiz, Wrong)));
        answers.Count(a => a.Status == 200).ShouldBe(3, string.Join('\n', answers.Select(a => a.Text)));
        var closed = await ada.SendAsync(HttpMethod.Post, Quiz, Right);
        (closed.Status, closed["detail"].Contains("13:00", StringComparison.Ordinal)).ShouldBe((409, true), closed.Text);
        time.Advance(TimeSpan.FromMinutes(61));
        (await ada.SendAsync(HttpMethod.Post, Quiz, Right)).Status.ShouldBe(201);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_version_asks_again_only_where_it_says_so_and_two_publish_one_after_the_other(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        await Browser.AccountAsync(node, "ada@example.com", "analyst");
        using var ada = new Browser(api);
        await ada.SignInAsync("ada@example.com");
        await api.PostAsync("/api/access-rules", """{"acceptable_use":true}""");
        await ada.SendAsync(HttpMethod.Post, "/api/acceptable-use/acknowledge", """{"version":1}""");
        IsOpen(await ada.GetAsync("/api/learning")).ShouldBeTrue();

        var tag = (await api.GetAsync("/api/acceptable-use")).Tag!;
        var second = await api.SendAsync(HttpMethod.Put, "/api/acceptable-use", """{"text":"Be good."}""", ("If-Match", tag));
        (second.Status, second.Json["version"]!.GetValue<int>()).ShouldBe((200, 2), second.Text);
        IsOpen(await ada.GetAsync("/api/learning")).ShouldBeTrue();
        (await api.SendAsync(HttpMethod.Put, "/api/acceptable-use", """{"text":"Late."}""", ("If-Match", tag))).Status.ShouldBe(412);
        (await api.SendAsync(HttpMethod.Put, "/api/acceptable-use", """{"text":" "}""", AnyVersion)).Status.ShouldBe(400);
        var third = await api.SendAsync(HttpMethod.Put, "/api/acceptable-use", """{"text":"Be better.","asks_again":true}""", AnyVersion);
        third.Status.ShouldBe(200);
        IsOpen(await ada.GetAsync("/api/learning")).ShouldBeFalse();
        (await ada.SendAsync(HttpMethod.Post, "/api/acceptable-use/acknowledge", """{"version":2}""")).Status.ShouldBe(409);
        (await ada.SendAsync(HttpMethod.Post, "/api/acceptable-use/acknowledge", """{"version":3}""")).Status.ShouldBe(204);
        IsOpen(await ada.GetAsync("/api/learning")).ShouldBeTrue();
        (await api.GetAsync("/api/acceptable-use/versions")).Json["items"]!.AsArray().Count.ShouldBe(3);
        var owner = await api.SendAsync(HttpMethod.Put, "/api/acceptable-use", """{"text":"Mine"}""");
        owner.Status.ShouldBe(428);
        (await ada.SendAsync(HttpMethod.Put, "/api/acceptable-use", """{"text":"Mine"}""", AnyVersion)).Status.ShouldBe(403);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Who_is_asked_and_how_far_they_are_is_counted_by_course_and_workspace(Engine engine)
    {
        var time = new ManualTime();
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

        await AssignAsync("workspace", estate.Workspace.Id.ToString(), due: "2026-03-02T00:00:00Z");
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
                new[] { (ada.PersonId.ToString(), true, false), (bob.PersonId.ToString(), false, true), (cleo.PersonId.ToString(), false, false) },
                ignoreOrder: true
            );

        // A year later the certificate is over, and what it was demanded for with it.
        await api.PostAsync("/api/access-rules", """{"courses":["small"]}""");
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
        (await api.PostAsync("/api/courses", Document(other.Replace("version: 2", "version: 3", StringComparison.Ordinal)))).Status.ShouldBe(201);
        (await api.PostAsync("/api/courses", Document(Plain))).Status.ShouldBe(409);
        (await api.GetAsync("/api/courses/small/document"))["markdown"].ShouldContain("Read it all.");

        var shipped = (await api.GetAsync("/api/courses/ai-basics/document"))["markdown"];
        (await api.PostAsync("/api/courses", Document(shipped + "\n"))).Status.ShouldBe(409);
        (await api.PostAsync("/api/courses", Document(shipped.Replace("version: 1", "version: 2", StringComparison.Ordinal)))).Status.ShouldBe(201);
        var listed = (await api.GetAsync("/api/courses")).Json["items"]!.AsArray();
        listed.Count(c => c!["id"]!.GetValue<string>() == "ai-basics").ShouldBe(1);
        listed.Single(c => c!["id"]!.GetValue<string>() == "ai-basics")!["own"]!.GetValue<bool>().ShouldBeTrue();

        var bad = await api.PostAsync("/api/courses", Document(Plain.Replace("minutes: 8", "minutes: never", StringComparison.Ordinal)));
        (bad.Status, bad["detail"].StartsWith("Line 7:", StringComparison.Ordinal)).ShouldBe((400, true), bad.Text);
        var check = await api.PostAsync("/api/courses/check", Document("nothing"));
        (check.Status, check.Json["good"]!.GetValue<bool>(), check.Json["problems"]![0]!["line"]!.GetValue<int>()).ShouldBe((200, false, 1));
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
        var run = await ada.SendAsync(HttpMethod.Post, "/api/learning/exercise-runs", """{"course_id":"ai-basics","exercise":"ground-an-answer"}""");
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
        (await olga.SendAsync(HttpMethod.Post, $"/api/access-rules?organisation_id={other}", """{"acceptable_use":true}""")).Status.ShouldBe(404);
        (await api.GetAsync($"/api/courses/small/document?organisation_id={other}")).Status.ShouldBe(404);
        (await api.GetAsync("/api/learning")).Status.ShouldBe(403, "a token is nobody who learns");
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
        (await api.SendAsync(HttpMethod.Put, "/api/exercise-settings", body.Replace("sim/echo", "", StringComparison.Ordinal), AnyVersion)).Status.ShouldBe(400);
        (await api.SendAsync(HttpMethod.Delete, $"/api/use-cases/{estate.UseCase.Id}", null, AnyVersion)).Status.ShouldBe(204);
        (await api.GetAsync("/api/exercise-settings")).Json["use_case_id"].ShouldBeNull("the use case is gone");
    }
}
