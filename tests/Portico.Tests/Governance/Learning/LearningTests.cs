using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.Learning;
using Portico.Storage;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;
using static Portico.Tests.Governance.Learning.LearningCalls;

namespace Portico.Tests.Governance.Learning;

/// <summary>Learning over the API, on both engines: what is asked, done, certified, and who sees it.</summary>
public sealed class LearningTests(PostgresServer server) : IClassFixture<PostgresServer>
{
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
        (failed.Status, failed.Json["score"]!.GetValue<int>(), failed.Json["attempts_left"]!.GetValue<int>()).ShouldBe(
            (200, 0, 2),
            failed.Text
        );
        failed.Json["questions"]![1]!["right_options"]!.AsArray().Select(o => o!.GetValue<int>()).ShouldBe([0, 1]);
        IsOpen(await ada.GetAsync("/api/learning")).ShouldBeFalse();
        var passed = await ada.SendAsync(HttpMethod.Post, Quiz, HalfRight);
        (passed.Status, passed.Json["score"]!.GetValue<int>(), passed.Json["passed"]!.GetValue<bool>()).ShouldBe(
            (201, 50, true),
            passed.Text
        );
        var open = await ada.GetAsync("/api/learning");
        IsOpen(open).ShouldBeTrue(open.Text);
        StateIn(open, "small").ShouldBe("passed");
        (await ada.SendAsync(HttpMethod.Post, Quiz, Right)).Status.ShouldBe(409, "it is passed");

        var certificate = await ada.GetAsync($"/api/certificates/{passed["certificate_id"]}");
        certificate.Json["signed"]!.GetValue<bool>().ShouldBeTrue();
        (certificate["name"], certificate.Json["certificate"]!["person_id"]!.GetValue<string>()).ShouldBe(
            ("ada", account.PersonId.ToString())
        );
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
        (
            await certificates.IsSignedAsync(
                made with
                {
                    Text = made.Text.Replace("\"score\":90", "\"score\":91", StringComparison.Ordinal),
                },
                ct
            )
        ).ShouldBeFalse();
        (await certificates.IsSignedAsync(made with { Signature = "nonsense" }, ct)).ShouldBeFalse();
        (await certificates.IsSignedAsync(made with { KeyId = "00000000" }, ct)).ShouldBeFalse();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Three_attempts_that_fail_close_the_quiz_for_an_hour_even_when_they_come_at_once(Engine engine)
    {
        // Browsers keep cookies by the real clock.
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
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
        (
            closed.Status,
            closed["detail"]
                .Contains(
                    time.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture),
                    StringComparison.Ordinal
                )
        ).ShouldBe((409, true), closed.Text);
        time.Advance(TimeSpan.FromMinutes(61));
        await ada.SignInAsync("ada@example.com");
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
}
