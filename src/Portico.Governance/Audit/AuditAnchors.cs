using System.Data.Common;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>
/// Takes signed checkpoints of this node's log outside, where whoever runs the machine cannot take them back: to a file, an address, or both. What did not arrive is tried again
/// with the newest.
/// </summary>
public sealed partial class AuditAnchors : BackgroundService
{
    static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(10);

    readonly AuditStore store;
    readonly AuditLog audit;
    readonly AuditOptions options;
    readonly TimeProvider time;
    readonly ILogger<AuditAnchors> logger;
    readonly HttpClient http;

    public AuditAnchors(Database database, AuditLog audit, AuditOptions options, TimeProvider time, ILogger<AuditAnchors> logger)
    {
        (this.audit, this.options, this.time, this.logger) = (audit, options, time, logger);
        store = new AuditStore(database);
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = LongestSend };
    }

    /// <summary>Why the last checkpoint did not go outside; null when it did, or when there is nowhere to go.</summary>
    public string? Failure { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (string.IsNullOrEmpty(options.AnchorFile) && string.IsNullOrEmpty(options.AnchorUrl))
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AnchorAsync(stoppingToken);
                Failure = null;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
                when (e
                        is PorticoException
                            or DbException
                            or IOException
                            or UnauthorizedAccessException
                            or HttpRequestException
                            or OperationCanceledException
                )
            {
                if (Failure is null)
                    Log.NotAnchored(logger, e.Message);
                Failure = e.Message;
            }
            await Task.Delay(TimeSpan.FromSeconds(options.AnchorSeconds), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes the newest checkpoint outside, unless it is there.</summary>
    internal async Task AnchorAsync(CancellationToken ct)
    {
        if (await store.LogAsync(audit.Id, ct) is not { } log || log.Size == log.AnchoredSize)
            return;
        var note = (await store.NotesAsync(log.Id, log.Size, log.Size, 1, ct)).Single();
        if (options.AnchorFile is { Length: > 0 } path)
        {
            await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            await file.WriteAsync(Encoding.UTF8.GetBytes(note), ct);
            file.Flush(flushToDisk: true);
        }
        if (options.AnchorUrl is { Length: > 0 } address)
        {
            using var content = new StringContent(note, Encoding.UTF8, "text/plain");
            using var answer = await http.PostAsync(address, content, ct);
            if (!answer.IsSuccessStatusCode)
                throw new HttpRequestException($"{new Uri(address).Host} answered {(int)answer.StatusCode}.");
        }
        await store.AnchoredAsync(log.Id, log.Size, ct);
    }

    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A checkpoint of the audit log did not go outside; it is tried again: {Reason}")]
        public static partial void NotAnchored(ILogger logger, string reason);
    }
}
