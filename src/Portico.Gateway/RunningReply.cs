using System.Runtime.CompilerServices;
using Portico.Core.Chat;
using Portico.Gateway.Guards;
using Portico.Gateway.Stages;
using Portico.Observability;

namespace Portico.Gateway;

/// <summary>
/// The one place where an answer is enumerated: measures first output, keeps the tally, and ends the call exactly once.
/// The duties of the end run before the batch with the last byte is handed on, so a caller never holds an answer that the ledger lacks.
/// </summary>
sealed class RunningReply(ModelReply reply, CallContext context, CancellationToken callerGone) : IAsyncDisposable
{
    readonly ModelEventStream events = reply.Events;

    /// <summary>What is read on the way is counted as it came, not as it goes on.</summary>
    readonly bool isCountedBelow = reply.Events is ScreenedReply or GuardedReply;

    public ReadOnlyMemory<ModelEvent> Batch => events.Batch;
    public Dialect Dialect => events.Dialect;
    public bool IsWhole => events.IsWhole;

    /// <summary>Reads the next batch; false after the last one.</summary>
    /// <exception cref="PorticoException">The answer failed; the call has ended as failed.</exception>
    /// <exception cref="OperationCanceledException">The caller left; the call has ended as abandoned.</exception>
    // Pooled, as the streams' own reads are: a chunk allocates nothing.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        try
        {
            if (!await events.ReadAsync(ct))
            {
                if (!context.HasEnded)
                    throw new UpstreamException(
                        ErrorTable.UpstreamCut,
                        Fault.Upstream,
                        "The provider ended the answer before it was complete."
                    );
                return false;
            }
        }
        catch (OperationCanceledException) when (callerGone.IsCancellationRequested)
        {
            End(new CallEnd(CallOutcome.Abandoned, null, null));
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var error = Failures.ForCaller(e);
            // A rule of a policy that ends an answer refuses; whatever else ends one has failed.
            var isRefusal =
                error.Kind == ErrorTable.ContentFilter
                || error.Kind == ErrorTable.ApprovalRequired
                || error.Kind == ErrorTable.PolicyDenied;
            End(new CallEnd(isRefusal ? Failures.OutcomeOf(error) : CallOutcome.Failed, null, error));
            throw error;
        }
        Examine(events.Batch.Span);
        return true;
    }

    void Examine(ReadOnlySpan<ModelEvent> batch)
    {
        // The end has come with what was used: nothing of this batch will have to be counted.
        var isCounted = isCountedBelow || batch is [.., { Completion.Usage.Source: not UsageSource.None }];
        foreach (ref readonly var e in batch)
        {
            context.Contents?.Add(e, events.Dialect, events.IsWhole);
            if (context.Record.FirstOutputUs == 0 && (e.HasOutput || e.Text is { Length: > 0 } || e.ToolCall is not null))
                context.Record.FirstOutputUs = Math.Max(1, context.ElapsedUs);
            if (e.Kind == ModelEventKind.Completed)
                End(new CallEnd(CallOutcome.Completed, e.Completion, null));
            else if (!isCounted)
                context.Tally.Add(e, events.Dialect, events.IsWhole);
        }
    }

    /// <exception cref="PorticoException">A duty failed: the record could not be kept, so the caller does not get the end of the answer.</exception>
    void End(CallEnd end)
    {
        try
        {
            if (!context.HasEnded)
                context.ReportedUsage = events.ReportedUsage;
            context.End(end);
        }
        catch (AggregateException e)
        {
            throw Failures.ForCaller(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Not ended here: the writer stopped early, because the caller left or the writer itself failed.
            End(new CallEnd(CallOutcome.Abandoned, null, null));
        }
        finally
        {
            await events.DisposeAsync();
        }
    }
}

/// <summary>Turns any failure of a call into the row of the error table that the caller sees.</summary>
static class Failures
{
    public static PorticoException ForCaller(Exception e) =>
        e switch
        {
            PorticoException known => known,
            AggregateException several when several.InnerExceptions.OfType<PorticoException>().FirstOrDefault() is { } known => known,
            UpstreamException upstream => new PorticoException(upstream.Kind, upstream.Message, upstream.UpstreamParam, upstream)
            {
                RetryAfter = upstream.RetryAfter,
            },
            OperationCanceledException => new PorticoException(
                ErrorTable.UpstreamTimeout,
                "The call's deadline passed before the answer was complete.",
                inner: e
            ),
            _ => new PorticoException(
                ErrorTable.Internal,
                "Portico failed while it handled this call. The request id finds it in the log.",
                inner: e
            ),
        };

    /// <summary>Refused = we said no; failed = the upstream or we broke.</summary>
    public static CallOutcome OutcomeOf(PorticoException e) =>
        e.InnerException is not UpstreamException && e.Kind.Status < 500 ? CallOutcome.Refused : CallOutcome.Failed;
}
