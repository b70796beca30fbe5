using Portico.Storage;

namespace Portico.Server.Verbs;

/// <summary>The first thing a person sees.</summary>
static class Welcome
{
    public static void Print(TextWriter to, StartReport report, IServiceProvider services)
    {
        var storage = services.GetRequiredService<StorageOptions>();
        var where = string.IsNullOrWhiteSpace(storage.PostgresConnection)
            ? $"SQLite in {storage.DataDirectory}"
            : $"PostgreSQL, journal in {storage.DataDirectory}";
        var address = report.Address.ToString().TrimEnd('/');
        to.WriteLine($"Portico {ProductVersion.Text} listens on {address}   ({where})");
        to.WriteLine();
        foreach (var line in report.Found)
            to.WriteLine($"  {(line.Found ? "✓" : "–")} {line.Name, -18} {line.Detail}");
        to.WriteLine();
        if (report.Made is { } made)
            PrintMade(to, made, address);
        else
            to.WriteLine($"  Keys of earlier starts work on. A new one: {Verb.Program} keys create NAME");
        to.WriteLine();
        to.WriteLine("  Try it:");
        to.WriteLine();
        PrintCurl(to, address, report.Made?.Key.Secret.Reveal());
        to.Flush();
    }

    static void PrintMade(TextWriter to, DemoSeed.Made made, string address)
    {
        to.WriteLine($"  organisation   {made.Organisation.Name}  ({made.Organisation.Id})");
        to.WriteLine($"  workspace      {made.Workspace.Name}  ({made.Workspace.Id})");
        to.WriteLine($"  use case       {made.UseCase.Name}  ({made.UseCase.Id})");
        to.WriteLine($"  admin sign-in  {made.AdminToken.Reveal()}  (also in {made.TokenPath}, for the verbs of this machine)");
        to.WriteLine($"  service key    {made.Key.Secret.Reveal()}  (shown once)");
        if (Directory.Exists(ConsoleFiles.BuiltAt))
            to.WriteLine($"  console        {address}/console#setup={made.AdminToken.Reveal()}  (makes your account)");
    }

    /// <summary>To be pasted as it stands: with the key in it while it is shown, else with the variable that the guides use.</summary>
    static void PrintCurl(TextWriter to, string address, string? key)
    {
        to.WriteLine($"  curl {address}/v1/chat/completions \\");
        to.WriteLine($"    -H \"Authorization: Bearer {key ?? "$PORTICO_KEY"}\" -H 'Content-Type: application/json' \\");
        to.WriteLine("    -d '{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello, Portico\"}]}'");
        to.WriteLine();
    }
}
