using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portico.Governance;
using Portico.Governance.Audit;
using Portico.Models;
using Portico.Observability;
using Portico.Providers;
using Portico.Storage;

namespace Portico.Benchmarks;

/// <summary>
/// The audit log at full speed on the embedded store: entries of the size of a call's, written by callers in parallel while the sequencer hashes, signs and stores them.
/// </summary>
static class AuditRun
{
    const double AskedPerSecond = 20_000;
    const double AskedVerifySeconds = 10;
    const double AskedProofMs = 1;
    const int Proofs = 500;
    const int Paced = 100_000;

    readonly record struct Entry(CallId Call, string Key);

    public static async Task<int> RunAsync(int entries)
    {
        var folder = Directory.CreateTempSubdirectory("portico-audit-").FullName;
        try
        {
            await using var services = Build(folder);
            await services.GetRequiredService<Migrator>().ApplyAsync(CancellationToken.None);
            var audit = services.GetRequiredService<AuditLog>();
            var sequencer = services.GetRequiredService<AuditSequencer>();
            await sequencer.ReplayAsync(CancellationToken.None);
            await sequencer.StartAsync(CancellationToken.None);
            await WriteAsync(audit, 20_000);
            await sequencer.FlushAsync(CancellationToken.None);

            var (cpu, clock) = (TimeSpan.Zero, Stopwatch.GetTimestamp());
            await WriteAsync(audit, entries);
            var written = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            await sequencer.FlushAsync(CancellationToken.None);
            var stored = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            // At the pace that is asked for, by one caller: at full speed the sequencer reads the journal again, and callers wait for each other.
            const int Part = 400;
            cpu = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < Paced; i += Part)
            {
                await WriteAsync(audit, Part, 1);
                await Task.Delay(TimeSpan.FromSeconds(Part / AskedPerSecond));
            }
            await sequencer.FlushAsync(CancellationToken.None);
            var cpuUs = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / Paced;
            var all = (double)entries + Paced + 20_000;
            await sequencer.StopAsync(CancellationToken.None);

            var proofMs = await ProofsAsync(services, audit.Id, entries);
            clock = Stopwatch.GetTimestamp();
            using var export = new FileStream(
                Path.Combine(folder, "audit.zip"),
                FileMode.Create,
                FileAccess.ReadWrite,
                FileShare.None,
                64 * 1024
            );
            await services.GetRequiredService<AuditExport>().WriteAsync(export, null, null, CancellationToken.None);
            var exported = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            export.Position = 0;
            clock = Stopwatch.GetTimestamp();
            var verdict = new AuditVerifier().Verify(export);
            var verified = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            if (verdict.Faults.Count > 0)
                throw new InvalidOperationException(verdict.Faults[0].What);

            var store = new DirectoryInfo(folder).EnumerateFiles("*.db*", SearchOption.AllDirectories).Sum(f => f.Length);
            Console.WriteLine($"{entries:N0} entries, 4 callers, SQLite. A call has two.\n");
            Console.WriteLine("| | asked | measured |\n|---|---|---|");
            Line("entries a second, stored and signed", $">= {AskedPerSecond:N0}", $"{entries / stored:N0}");
            Line("entries a second, in the journal", "", $"{entries / written:N0}");
            Line("CPU of an entry at 20,000 a second, all of it", "", $"{cpuUs:0.0} us");
            Line("bytes of an entry in the store, tiles and checkpoints included", "", $"{store / all:0}");
            Line(
                "proof of an entry, p50 / p99",
                $"<= {AskedProofMs} ms",
                $"{proofMs[Proofs / 2]:0.00} / {proofMs[Proofs * 99 / 100]:0.00} ms"
            );
            Line("export", "", $"{exported:0.0} s, {export.Length / 1e6:0.0} MB");
            Line(
                $"verify {verdict.Entries:N0} entries, {verdict.Checkpoints:N0} signatures",
                $"<= {AskedVerifySeconds} s a million",
                $"{verified:0.0} s"
            );
            return
                entries / stored >= AskedPerSecond
                && verified / verdict.Entries * 1e6 <= AskedVerifySeconds
                && proofMs[Proofs * 99 / 100] <= AskedProofMs
                ? 0
                : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void Line(string what, FormattableString asked, FormattableString measured) =>
        Line(what, FormattableString.Invariant(asked), measured);

    static void Line(string what, string asked, FormattableString measured) =>
        Console.WriteLine($"| {what} | {asked} | {FormattableString.Invariant(measured)} |");

    static ServiceProvider Build(string folder)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Storage:DataDirectory"] = folder })
            .Build();
        var services = new ServiceCollection();
        services.AddLogging(l => l.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton<IConfiguration>(configuration);
        services.AddStorage(configuration);
        services.AddProviders();
        services.AddGovernance(configuration);
        services.AddObservability(configuration);
        services.AddModels(configuration);
        return services.BuildServiceProvider();
    }

    static Task WriteAsync(AuditLog audit, int entries, int callers = 4) =>
        Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(c =>
                    Task.Run(() =>
                    {
                        for (var i = c; i < entries; i += callers)
                            audit.Write(
                                "call.intent",
                                new Entry(CallId.New(TimeProvider.System), "key_01kb3m5x9n8q7r6t5v4w3x2y1z"),
                                static (json, e) =>
                                {
                                    Span<char> id = stackalloc char[CallId.TextLength];
                                    e.Call.Write(id);
                                    json.WriteString("call", id);
                                    json.WriteString("operation", "chat");
                                    json.WriteString("organisation", "org_01kb3m5x9n8q7r6t5v4w3x2y1z");
                                    json.WriteString("workspace", "ws_01kb3m5x9n8q7r6t5v4w3x2y1z");
                                    json.WriteString("use_case", "uc_01kb3m5x9n8q7r6t5v4w3x2y1z");
                                    json.WriteString("key", e.Key);
                                    json.WriteString("requested", "gpt-5-mini");
                                }
                            );
                    })
                )
        );

    static async Task<double[]> ProofsAsync(ServiceProvider services, string log, int entries)
    {
        var proofs = services.GetRequiredService<AuditProofs>();
        var random = new Random(1);
        for (var i = 0; i < 50; i++)
            await proofs.EntryAsync(log, random.Next(entries), CancellationToken.None);
        var times = new double[Proofs];
        for (var i = 0; i < Proofs; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            await proofs.EntryAsync(log, random.Next(entries), CancellationToken.None);
            times[i] = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        }
        Array.Sort(times);
        return times;
    }
}
