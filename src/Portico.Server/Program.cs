using System.CommandLine;
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
    BudgetsVerb.Command(),
    ModelsVerb.Command(),
    CallsVerb.Command(),
    BenchVerb.Command(),
    VersionVerb.Command(),
};

// The host of 'serve' handles signals itself: it drains streams, which may take longer than a command line's patience.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
