using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Audit;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;
using Portico.Governance.Identity;
using Portico.Governance.Keys;
using Portico.Governance.Learning;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Approvals;
using Portico.Governance.Policy.Guardrails;
using Portico.Governance.Policy.Guards;
using Portico.Governance.Policy.Requests;
using Portico.Governance.Risks;
using Portico.Governance.SignIn;
using Portico.Governance.Views;
using Portico.Storage;

namespace Portico.Governance;

/// <summary>Who owns what and who may call: organisations, workspaces, use cases, people, keys, admin tokens.</summary>
public static class GovernanceModule
{
    public static IServiceCollection AddGovernance(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection(SignInOptions.Section).Get<SignInOptions>() ?? new SignInOptions());
        services.AddSingleton<RoleBook>();
        services.AddSingleton<AccountGrants>();
        services.AddSingleton<PeopleInReach>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<SignInPruner>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<SignInPruner>());
        services.AddSingleton(new MigrationSource("governance", typeof(GovernanceModule).Assembly));
        services.AddSingleton<GovernanceCatalog>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<GovernanceCatalog>());
        services.AddSingleton<GovernanceService>();
        services.AddSingleton<KeyService>();
        services.AddSingleton<AdminAccess>();
        services.AddSingleton<Idempotency>();
        services.AddAudit(configuration);
        services.AddKeys();
        services.AddSingleton<SavedViews>();
        services.AddSingleton<PolicyStore>();
        services.AddSingleton<PolicyReplayStore>();
        services.AddSingleton<PolicyService>();
        services.AddSingleton<PolicyGrants>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<PolicyGrants>());
        services.AddSingleton<DetectorModelCatalog>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<DetectorModelCatalog>());
        services.AddSingleton<DetectorModelSets>();
        services.AddSingleton<GuardKeys>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<GuardKeys>());
        services.AddSingleton<PolicyRequests>();
        services.AddSingleton<UseCaseApprovals>();
        AddLearning(services);
        services.AddRisks();
        services.AddIdentity();
        return services;
    }

    static void AddLearning(IServiceCollection services)
    {
        services.AddSingleton<LearningCatalog>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<LearningCatalog>());
        services.AddSingleton<AcceptableUses>();
        services.AddSingleton<CourseBook>();
        services.AddSingleton<Assignments>();
        services.AddSingleton<AccessRules>();
        services.AddSingleton<ExerciseRuns>();
        services.AddSingleton<Certificates>();
        services.AddSingleton<Learners>();
        services.AddSingleton<MyLearning>();
        services.AddSingleton<Completion>();
    }

    static void AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<KeyRing>();
        services.AddSingleton<PlatformBoxes>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<PlatformBoxes>());
        services.AddSingleton<KeyRotation>();
        services.AddSingleton<KeyRotationRound>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<KeyRotationRound>());
        services.AddSingleton<KeyDestructions>();
        services.AddSingleton<Holds>();
        services.AddSingleton<Reveals>();
        services.AddSingleton<Purges>();
        services.AddSubjects();
    }

    static void AddSubjects(this IServiceCollection services)
    {
        services.AddSingleton<SubjectStore>();
        services.AddSingleton<SubjectHolds>();
        services.AddSingleton<PackageZip>();
        services.AddSingleton<SubjectEnd>();
        // In this order they are copied and erased: the ways in first. Other modules add theirs behind.
        services.AddSingleton<ISubjectData, AccountData>();
        services.AddSingleton<ISubjectData, LearningData>();
        services.AddSingleton<ISubjectData, DecisionData>();
        services.AddSingleton<ISubjectData, AuditData>();
        services.AddSingleton(p => new Subjects(
            p.GetRequiredService<Database>(),
            p.GetRequiredService<GovernanceCatalog>(),
            p.GetRequiredService<PeopleInReach>(),
            p.GetRequiredService<SubjectStore>(),
            p.GetRequiredService<SubjectHolds>(),
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(p => new SubjectRunner(
            p.GetRequiredService<Database>(),
            p.GetRequiredService<SubjectStore>(),
            p.GetRequiredService<Subjects>(),
            p.GetRequiredService<SubjectHolds>(),
            p.GetServices<ISubjectData>(),
            p.GetRequiredService<LeaseStore>(),
            p.GetRequiredService<ChangeSignals>(),
            p.GetRequiredService<SubjectEnd>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<SubjectRunner>>()
        ));
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<SubjectRunner>());
    }

    static void AddAudit(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(AuditOptions.Section).Get<AuditOptions>() ?? new AuditOptions();
        services.AddSingleton(options);
        if (options.AnchorFile is { Length: > 0 } file)
            services.AddSingleton<IAnchorPlace>(new FileAnchor(file));
        if (options.AnchorUrl is { Length: > 0 } address)
            services.AddSingleton<IAnchorPlace>(_ => new WebhookAnchor(new Uri(address)));
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditKeys>();
        services.AddSingleton<AuditProofs>();
        services.AddSingleton<AuditActs>();
        services.AddSingleton<AuditExport>();
        services.AddSingleton<AuditSequencer>();
        services.AddSingleton<MachineActs>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<AuditSequencer>());
        services.AddSingleton<AuditAnchors>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<AuditAnchors>());
        services.AddSingleton<ApiAudit>();
    }

    public static void MapGovernance(this RouteGroupBuilder api)
    {
        GovernanceEndpoints.Map(api);
        PersonEndpoints.Map(api);
        KeyEndpoints.Map(api);
        AdminTokenEndpoints.Map(api);
        RoleEndpoints.Map(api);
        SessionEndpoints.Map(api);
        AccountEndpoints.Map(api);
        AuditEndpoints.Map(api);
        ViewEndpoints.Map(api);
        KeyringEndpoints.Map(api);
        HoldEndpoints.Map(api);
        RevealEndpoints.Map(api);
        SubjectEndpoints.Map(api);
        PolicyEndpoints.Map(api);
        PolicyRequestEndpoints.Map(api);
        GuardrailEndpoints.Map(api);
        DetectorModelEndpoints.Map(api);
        GuardEndpoints.Map(api);
        RiskEndpoints.Map(api);
        UseCaseApprovalEndpoints.Map(api);
        LearningEndpoints.Map(api);
        CourseEndpoints.Map(api);
        AssignmentEndpoints.Map(api);
        AccessRuleEndpoints.Map(api);
        ExerciseSettingsEndpoints.Map(api);
        IdentityModule.Map(api);
    }
}
