using System.CommandLine;
using System.Text.Json;
using Portico.Governance.Audit;

namespace Portico.Server.Verbs;

/// <summary>portico verify: whether an export of the audit log is as it was signed. Needs no server, no store and no network.</summary>
static class VerifyVerb
{
    static readonly Argument<string> Export = new("export") { Description = "The zip that 'portico audit export' or the console made." };
    static readonly Option<string?> Key = new("--key")
    {
        Description = "A file with the public key that is trusted (PEM), received from elsewhere than the export.",
    };
    static readonly Option<string[]> Anchor = new("--anchor")
    {
        Description = "A file of checkpoints that went outside; may be given again. Finds cut tails and forks.",
    };
    static readonly Option<bool> AsJson = new("--json") { Description = "Print the verdict as JSON." };

    static readonly JsonSerializerOptions Readable = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Command() =>
        new Command("verify", "Whether an export of the audit log is whole and unchanged; works anywhere, without a server.")
        {
            Export,
            Key,
            Anchor,
            AsJson,
        }.Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var verifier = new AuditVerifier();
        if (parsed.GetValue(Key) is { } key)
            Read("--key", key, await TextAsync(key, ct), verifier.Trust);
        foreach (var anchor in parsed.GetValue(Anchor) ?? [])
            Read("--anchor", anchor, await TextAsync(anchor, ct), verifier.Anchor);
        var path = parsed.GetRequiredValue(Export);
        if (!File.Exists(path))
            throw new PorticoException(ErrorTable.InvalidRequest, $"There is no file '{path}'.");
        await using var file = File.OpenRead(path);
        var verdict = verifier.Verify(file);
        if (parsed.GetValue(AsJson))
            Console.WriteLine(JsonSerializer.Serialize(verdict, Readable));
        else
            Show(verdict);
        return verdict.Faults.Count == 0 ? 0 : 1;
    }

    static async Task<string> TextAsync(string path, CancellationToken ct) =>
        File.Exists(path)
            ? await File.ReadAllTextAsync(path, ct)
            : throw new PorticoException(ErrorTable.InvalidRequest, $"There is no file '{path}'.");

    static void Read(string option, string path, string text, Action<string> read)
    {
        try
        {
            read(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or System.Security.Cryptography.CryptographicException)
        {
            throw new PorticoException(ErrorTable.InvalidRequest, $"{option} '{path}' cannot be read: {e.Message}", inner: e);
        }
    }

    static void Show(AuditVerdict verdict)
    {
        Console.WriteLine(
            $"{verdict.Entries:N0} entries of {verdict.Manifest?.Logs.Count ?? 0} logs, {verdict.Checkpoints:N0} signed checkpoints, {verdict.Anchors:N0} compared with outside"
        );
        foreach (var log in verdict.Manifest?.Logs ?? [])
            Console.WriteLine($"  {log.Id}: entries {log.First:N0} to {log.End - 1:N0}");
        foreach (var key in verdict.Keys)
            Console.WriteLine($"  signed by {key}");
        if (!verdict.KeyIsGiven)
            Console.WriteLine(
                "! The key came with the export. Compare its fingerprint with the one that the owner of the logs told you, or give it with --key: whoever makes a key of their own can sign anything."
            );
        if (verdict.Anchors == 0)
            Console.WriteLine("! No checkpoint from outside was compared (--anchor): a cut tail cannot be told.");
        Console.WriteLine();
        foreach (var fault in verdict.Faults)
            Console.WriteLine($"✗ {(fault.Log is null ? "" : fault.Log + ": ")}{fault.What}");
        Console.WriteLine(verdict.Faults.Count == 0 ? "✓ Everything is as it was signed." : $"{verdict.Faults.Count} faults.");
    }
}
