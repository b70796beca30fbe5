using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Approvals;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Policy;

/// <summary>Classes of risk and approvals of use cases over the API, on both engines: what is approved, by how many, for how long, and what asks anew.</summary>
public sealed class UseCaseApprovalTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    const string Lines = """
        approvals:
          minimal: 0
          limited: 1
          high: 2
          valid_days: 30

        """;

    sealed record House(TestNode Node, Estate Estate, ApiHost Api)
    {
        public string Address => $"/api/use-case-approvals/{Estate.UseCase.Id}";

        public Task<Answer> DoAsync(string act, string body = "{}") => Api.SendAsync(HttpMethod.Post, $"{Address}/{act}", body);

        public Caller Caller => Node.Get<GovernanceCatalog>().Current.AnyoneOf(Estate.UseCase.Id)!;

        public string? Refusal()
        {
            var now = Node.Get<TimeProvider>().GetUtcNow();
            return Caller.Policies.InForce is { } policy ? ApprovalCheck.Refusal(Caller, policy.At(now), now) : null;
        }

        public async Task WriteAsync(string text) =>
            (
                await Api.SendAsync(
                    HttpMethod.Put,
                    $"/api/policies/{Estate.Organisation.Id}",
                    new JsonObject { ["text"] = text }.ToJsonString(),
                    ("If-Match", "*")
                )
            ).Status.ShouldBe(200);
    }

    static async Task<House> OpenAsync(TestStore store)
    {
        var node = await store.OpenAsync();
        return new House(node, await Estate.MakeAsync(node), await ApiHost.StartAsync(node));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_use_case_needs_as_many_people_as_its_class_says_and_one_without_a_class_needs_most(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var house = await OpenAsync(store);
        await using var _ = house.Api;
        house.Refusal().ShouldBeNull();
        await house.WriteAsync(Lines);
        house.Refusal()!.ShouldContain("has no risk class yet, which counts as high, and needs 2 approvals");
        house.Refusal()!.ShouldContain("approvals.high, line 4 of version 1 of the policy of organisation 'Bank'");
        house.Refusal()!.ShouldContain("policies.approve");
        (await house.DoAsync("approve")).Status.ShouldBe(409);

        var classified = await house.DoAsync("classify", """{"risk_class":"limited"}""");
        classified.Status.ShouldBe(200, classified.Text);
        var standing = classified.Json["standing"]!;
        (standing["risk_class"]!.GetValue<string>(), standing["risk_set_by"]!.GetValue<string>()).ShouldBe(("limited", "test"));
        (standing["needed"]!.GetValue<int>(), standing["may_call"]!.GetValue<bool>()).ShouldBe((1, false));
        var approved = await house.DoAsync("approve", """{"note":"looked at"}""");
        approved.Json["standing"]!["may_call"]!.GetValue<bool>().ShouldBeTrue(approved.Text);
        approved.Json["history"]!.AsArray().ShouldHaveSingleItem()!["note"]!.GetValue<string>().ShouldBe("looked at");
        house.Refusal().ShouldBeNull();

        // A higher class is not what was approved; a second yes of the same person is none of two.
        await house.DoAsync("classify", """{"risk_class":"high"}""");
        house.Refusal()!.ShouldContain("needs 2 approvals before it makes calls; 0 of them are there");
        await house.DoAsync("approve");
        (await house.DoAsync("approve")).Json["standing"]!["given"]!.GetValue<int>().ShouldBe(1);
        house.Refusal()!.ShouldContain("1 of them is there");
        // A lower class keeps the approvals of the higher one.
        await house.DoAsync("classify", """{"risk_class":"limited"}""");
        house.Refusal().ShouldBeNull();
        await house.DoAsync("classify", """{"risk_class":"minimal"}""");
        house.Refusal().ShouldBeNull();
        (await house.DoAsync("classify", """{"risk_class":"none"}""")).Status.ShouldBe(400);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_changed_purpose_a_passed_time_and_a_reason_end_an_approval(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var house = await OpenAsync(store);
        await using var _ = house.Api;
        await house.WriteAsync(Lines);
        await house.DoAsync("classify", """{"risk_class":"limited"}""");
        await house.DoAsync("approve");
        house.Refusal().ShouldBeNull();

        async Task ChangeAsync(string body) =>
            (
                await house.Api.SendAsync(HttpMethod.Patch, $"/api/use-cases/{house.Estate.UseCase.Id}", body, ("If-Match", "*"))
            ).Status.ShouldBe(200);
        await ChangeAsync("""{"owner":"Mr Sun","purpose":"answers letters"}""");
        house.Refusal().ShouldBeNull();
        await ChangeAsync("""{"purpose":"decides about loans"}""");
        house.Refusal()!.ShouldContain("0 of them are there");
        await house.DoAsync("approve");
        house.Refusal().ShouldBeNull();

        var until = DateTimeOffset.Parse(
            (await house.Api.GetAsync(house.Address)).Json["standing"]!["until"]!.GetValue<string>(),
            System.Globalization.CultureInfo.InvariantCulture
        );
        var caller = house.Caller;
        ApprovalCheck.Refusal(caller, caller.Policies.InForce!.At(until), until.AddSeconds(-1)).ShouldBeNull();
        ApprovalCheck.Refusal(caller, caller.Policies.InForce!.At(until), until)!.ShouldContain("0 of them are there");

        (await house.DoAsync("revoke", """{"reason":" "}""")).Status.ShouldBe(400);
        var revoked = await house.DoAsync("revoke", """{"reason":"a complaint"}""");
        revoked.Json["history"]!.AsArray().Select(a => a!["reason"]!.GetValue<string>()).ShouldAllBe(r => r == "a complaint");
        house.Refusal().ShouldNotBeNull();
        (await house.DoAsync("revoke", """{"reason":"again"}""")).Status.ShouldBe(409);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_list_tells_what_waits_below_a_level(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var house = await OpenAsync(store);
        await using var _ = house.Api;
        var other = await Estate.MakeAsync(house.Node, "Other");
        await house.WriteAsync(Lines);
        async Task<List<string>> ListAsync(string query) =>
            (await house.Api.GetAsync("/api/use-case-approvals?" + query)).Json["items"]!
                .AsArray()
                .Select(i => i!["use_case_id"]!.GetValue<string>())
                .ToList();
        (await ListAsync("waiting=true")).ShouldBe([house.Estate.UseCase.Id.ToString()]);
        (await ListAsync($"level={other.Organisation.Id}")).ShouldBe([other.UseCase.Id.ToString()]);
        (await ListAsync($"level={other.Workspace.Id}&waiting=true")).ShouldBeEmpty();
        (await house.Api.GetAsync("/api/use-case-approvals?level=ws_01k8zbm3w0e9tafx2m1q4v7h5c")).Status.ShouldBe(404);
        (await house.Api.GetAsync("/api/use-case-approvals/uc_01k8zbm3w0e9tafx2m1q4v7h5c")).Status.ShouldBe(404);
    }

    [Fact]
    public void More_approvals_are_stricter_and_a_level_below_asks_for_no_fewer()
    {
        static PolicyValue Of(string text) => PolicyReader.Read($"approvals:\n  high: {text}\n").Document!.Lines["approvals.high"].Value;
        Of("1").Meet(Of("2")).ShouldBe(Of("2"));
        Of("1").Join(Of("2")).ShouldBe(Of("1"));
        (Of("1").Contradicts(Of("2")), Of("2").Contradicts(Of("1"))).ShouldBe((true, false));
        PolicyReader.Read("approvals:\n  high: 3\n").Problems.ShouldHaveSingleItem().Message.ShouldContain("from 0 to 2");
        PolicyReader.Read("approvals:\n  valid_days: 0\n").Problems.ShouldHaveSingleItem().Message.ShouldContain("from 1 to 3650");
    }
}
