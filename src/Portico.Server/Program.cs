using System.CommandLine;
using System.CommandLine.Help;
using Portico.Server.Verbs;

var root = new RootCommand("Portico: one governed door to every model.")
{
    ServeVerb.Command(),
    MigrateVerb.Command(),
    SeedVerb.Command(),
    DoctorVerb.Command(),
    ConfigVerb.Command(),
    ExplainVerb.Command(),
    KeysVerb.Command(),
    TokensVerb.Command(),
    IdentityVerb.Command(),
    ScimVerb.Command(),
    WorkloadsVerb.Command(),
    AccountsVerb.Command(),
    RolesVerb.Command(),
    BudgetsVerb.Command(),
    ConnectionsVerb.Command(),
    RoutesVerb.Command(),
    ModelsVerb.Command(),
    PolicyVerb.Command(),
    GuardrailsVerb.Command(),
    FindingsVerb.Command(),
    ScanVerb.Command(),
    RisksVerb.Command(),
    ImportVerb.Command(),
    CallsVerb.Command(),
    BatchesVerb.Command(),
    AuditVerb.Command(),
    CoursesVerb.Command(),
    AcceptableUseVerb.Command(),
    VerifyVerb.Command(),
    ForensicsVerbs.Reveals(),
    ForensicsVerbs.Holds(),
    SubjectsVerb.Command(),
    KeyringVerb.Command(),
    UnsealVerb.Command(),
    BenchVerb.Command(),
    VersionVerb.Command(),
};
root.SetAction(parsed => new HelpAction().Invoke(parsed));

var parsed = root.Parse(args);
if (Misuse.IsWrong(parsed))
    return Misuse.Explain(parsed, Console.Error);

// The host of 'serve' handles signals itself: it drains streams, which may take longer than a command line's patience.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
