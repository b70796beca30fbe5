using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Audit;
using Portico.Governance.Identity;
using Portico.Governance.Identity.Oidc;
using Portico.Governance.Identity.Scim;
using Portico.Governance.Identity.Workloads;
using Portico.Governance.SignIn;
using Portico.Models;
using Portico.Models.Approval;
using Portico.Observability;
using Portico.Observability.Contents;
using Portico.Providers;
using Portico.Storage;

namespace Portico.Tests.Support;

/// <summary>The management API of a node behind a real Kestrel on a free loopback port, with a client that is signed in.</summary>
public sealed class ApiHost : IAsyncDisposable
{
    readonly WebApplication app;

    ApiHost(WebApplication app) => this.app = app;

    public HttpClient Client { get; private set; } = null!;

    public static async Task<ApiHost> StartAsync(TestNode node)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            o.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        builder.Services.AddSingleton(node.Get<TimeProvider>());
        builder.Services.AddSingleton(node.Get<GovernanceCatalog>());
        builder.Services.AddSingleton(node.Get<GovernanceService>());
        builder.Services.AddSingleton(node.Get<KeyService>());
        builder.Services.AddSingleton(node.Get<AdminAccess>());
        builder.Services.AddSingleton(node.Get<RoleBook>());
        builder.Services.AddSingleton(node.Get<PeopleInReach>());
        builder.Services.AddSingleton(node.Get<Sessions>());
        builder.Services.AddSingleton(node.Get<Accounts>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Views.SavedViews>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Policy.Guardrails.DetectorModelCatalog>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Policy.Guardrails.DetectorModelSets>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Policy.Guards.GuardKeys>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Policy.PolicyStore>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Policy.PolicyService>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Policy.Requests.PolicyRequests>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Policy.Approvals.UseCaseApprovals>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Learning.LearningCatalog>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Learning.AcceptableUses>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Learning.CourseBook>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Learning.Assignments>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Learning.AccessRules>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Learning.ExerciseRuns>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Learning.Certificates>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Learning.Learners>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Learning.MyLearning>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Learning.Completion>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Risks.RiskRegister>());
        builder.Services.AddSingleton(node.Get<ModelsCatalog>());
        builder.Services.AddSingleton(node.Get<HubService>());
        builder.Services.AddSingleton(node.Get<Portico.Models.Connecting.ConnectionChecks>());
        builder.Services.AddSingleton(node.Get<Approvals>());
        builder.Services.AddSingleton(node.Get<Portico.Models.Prices.PriceImport>());
        builder.Services.AddSingleton(node.Get<Portico.Models.Rules.RuleService>());
        builder.Services.AddSingleton(node.Database);
        builder.Services.AddSingleton(node.Get<ProviderRegistry>());
        builder.Services.AddSingleton(node.Get<ICallStore>());
        builder.Services.AddSingleton(node.Get<JournalDrain>());
        builder.Services.AddSingleton(node.Get<Portico.Observability.Live.LiveCalls>());
        builder.Services.AddSingleton(node.Get<UsageReports>());
        builder.Services.AddSingleton(node.Get<UsageNames>());
        builder.Services.AddSingleton(node.Get<Portico.Models.Overview.ModelUses>());
        builder.Services.AddSingleton(node.Get<IPriceBook>());
        builder.Services.AddSingleton(node.Get<Portico.Observability.Rerating.ReratingStore>());
        builder.Services.AddSingleton(node.Get<Portico.Observability.Rerating.ReratingService>());
        builder.Services.AddSingleton(node.Get<RecordOptions>());
        builder.Services.AddSingleton(node.Get<Portico.Observability.Reviews.FindingReviews>());
        builder.Services.AddSingleton(node.Get<Portico.Observability.Findings.FindingList>());
        builder.Services.AddSingleton(node.Get<Portico.Observability.Findings.FindingReports>());
        builder.Services.AddSingleton(node.Get<Portico.Observability.Findings.FindingQueue>());
        builder.Services.AddSingleton(node.Get<ContentStore>());
        builder.Services.AddSingleton(node.Get<ContentKeeper>());
        builder.Services.AddSingleton(node.Get<ContentSearch>());
        builder.Services.AddSingleton(node.Get<ContentAccess>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Keys.KeyRing>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Keys.KeyRotation>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Keys.KeyDestructions>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Forensics.Holds>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Forensics.Reveals>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Forensics.Purges>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Forensics.Subjects.Subjects>());
        builder.Services.AddSingleton(node.Get<Portico.Governance.Forensics.Subjects.PackageZip>());
        builder.Services.AddSingleton(node.Get<StorageOptions>());
        builder.Services.AddSingleton(node.Get<AuditActs>());
        builder.Services.AddSingleton(node.Get<AuditKeys>());
        builder.Services.AddSingleton(node.Get<AuditProofs>());
        builder.Services.AddSingleton(node.Get<AuditExport>());
        builder.Services.AddSingleton(node.Get<AuditSequencer>());
        foreach (
            var type in (Type[])
                [
                    typeof(IdentityProviders),
                    typeof(ProviderCheck),
                    typeof(OidcSignIn),
                    typeof(ProviderSignOut),
                    typeof(BackChannelLogout),
                    typeof(WorkloadService),
                    typeof(WorkloadCheck),
                    typeof(SignInRules),
                    typeof(ScimTokens),
                    typeof(ScimEndpoints),
                ]
        )
            builder.Services.AddSingleton(type, node.Services.GetRequiredService(type));
        builder.Services.AddSingleton(node.Get<ApiAudit>());
        var built = builder.Build();
        var idempotency = node.Get<Idempotency>();
        built.UseRouting();
        built.UseScim();
        built.UseWhen(
            http => !http.Request.Path.StartsWithSegments("/scim", StringComparison.Ordinal),
            api => UseApi(api, node, idempotency)
        );
        var group = built.MapGroup("/api");
        group.MapGovernance();
        group.MapModels();
        group.MapObservability();
        built.MapScim();
        await built.StartAsync();
        var host = new ApiHost(built);
        var access = node.Get<AdminAccess>();
        var (_, token) = await access.CreateAsync("test", [Roles.Owner], CancellationToken.None);
        host.Client = host.ClientWith(token.Reveal());
        return host;
    }

    static void UseApi(IApplicationBuilder api, TestNode node, Idempotency idempotency)
    {
        var access = node.Get<AdminAccess>();
        var audit = node.Get<ApiAudit>();
        api.Use((http, next) => Problems.GuardAsync(http, () => next(http), NullLogger.Instance));
        api.Use((http, next) => audit.SeeRefusalsAsync(http, () => next(http)));
        api.Use((http, next) => access.SignInAsync(http, () => next(http)));
        api.Use((http, next) => audit.WriteActAsync(http, () => next(http)));
        api.Use((http, next) => idempotency.InvokeAsync(http, () => next(http)));
    }

    /// <summary>A browser of its own: it keeps cookies.</summary>
    public HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };

    public HttpClient ClientWith(string? token)
    {
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Sends JSON and reads what comes back, whatever its status.</summary>
    public async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        string? body = null,
        params (string Name, string Value)[] headers
    ) => await SendAsync(Client, method, path, body, headers);

    public static async Task<Answer> SendAsync(
        HttpClient client,
        HttpMethod method,
        string path,
        string? body = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(
            (int)response.StatusCode,
            text,
            response.Headers.ETag?.ToString(),
            response.Headers.Contains("Idempotency-Replayed"),
            response.Content.Headers.ContentType?.MediaType
        );
    }

    /// <summary>Another owner: what one person asks, another decides.</summary>
    public async Task<HttpClient> SecondAsync() =>
        ClientWith((await PostAsync("/api/admin-tokens", """{"name":"second","roles":["owner"]}"""))["secret"]);

    /// <summary>Somebody who has a role at one place alone.</summary>
    public async Task<HttpClient> AtAsync(string role, string place)
    {
        var made = await PostAsync("/api/admin-tokens", $$"""{"name":"at a place","grants":[{"role":"{{role}}","place":"{{place}}"}]}""");
        made.Status.ShouldBe(201, made.Text);
        return ClientWith(made["secret"]);
    }

    /// <summary>Lets this host's client read what was said in a workspace, as a second person; the id of the reveal.</summary>
    public async Task<string> RevealAsync(string workspace)
    {
        var asked = await PostAsync("/api/reveals", $$"""{"workspace_id":"{{workspace}}","reason":"a test reads"}""");
        asked.Status.ShouldBe(201, asked.Text);
        using var second = await SecondAsync();
        var approved = await SendAsync(second, HttpMethod.Post, $"/api/reveals/{asked["id"]}/approve", "{}");
        approved.Status.ShouldBe(200, approved.Text);
        return asked["id"];
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, string body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, headers);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}

/// <summary>An answer of the API.</summary>
public sealed record Answer(int Status, string Text, string? Tag, bool Replayed, string? MediaType)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string this[string field] => Json[field]!.GetValue<string>();
}
