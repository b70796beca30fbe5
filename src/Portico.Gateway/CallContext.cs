using Portico.Core.Chat;
using Portico.Gateway.Ledger;
using Portico.Gateway.Stages;
using Portico.Models.Retirement;
using Portico.Observability;

namespace Portico.Gateway;

/// <summary>How a call ended, given to every duty registered with <see cref="CallContext.OnEnd"/>.</summary>
/// <param name="Outcome">Completed, refused, failed or abandoned.</param>
/// <param name="Completion">What the provider reported, null unless completed.</param>
/// <param name="Error">Why not, null when completed or abandoned.</param>
readonly record struct CallEnd(CallOutcome Outcome, Completion? Completion, PorticoException? Error);

/// <summary>
/// What one call collects while it runs: the record, the trail, and the duties of its end.
/// Duties run once, last registered first, whatever the end was; a duty that throws does not keep the others from running.
/// </summary>
sealed class CallContext(CallRecord record, TimeProvider time, long startTimestamp)
{
    readonly List<Action<CallEnd>> duties = new(6);
    readonly List<TrailEntry> trail = [];
    List<CallFinding>? findings;
    int ended;

    public CallRecord Record => record;
    public TimeProvider Time => time;
    public long StartTimestamp => startTimestamp;
    public bool HasEnded => Volatile.Read(ref ended) != 0;

    /// <summary>What the upstream has sent of the answer so far.</summary>
    public OutputTally Tally { get; } = new();

    /// <summary>What the provider had reported when the answer ended or broke off.</summary>
    public Usage ReportedUsage { get; set; }

    /// <summary>The meters that apply, as far as the call has come; null before the first of them was asked.</summary>
    public MeterSet? Meters { get; set; }

    /// <summary>The announced end of the model that serves; null when none is known.</summary>
    public ModelRetirement? Retirement { get; set; }

    /// <summary>Gathers prompt and answer; null on routes that do not keep them.</summary>
    public KeptContents? Contents { get; set; }

    /// <summary>ScreenContent: what is kept of the words of the call; null = as they were said.</summary>
    public KeptWords? Words { get; set; }

    /// <summary>How much of it a line of a batch lay at its provider: no deadline of calls counts that.</summary>
    public long WaitedUs { get; set; }

    public long ElapsedUs => (long)time.GetElapsedTime(startTimestamp).TotalMicroseconds;

    /// <summary>Writes a fact into the trail. Stages write it and never read it.</summary>
    public void Note(string stage, string fact) => trail.Add(new TrailEntry(stage, fact, ElapsedUs));

    /// <summary>Notes what content rules found, up to the most that a record has.</summary>
    public void Found(IReadOnlyList<CallFinding> found)
    {
        if (found.Count == 0)
            return;
        findings ??= [];
        findings.AddRange(found.Take(CallFinding.Most - findings.Count));
    }

    /// <summary>Registers a duty that must be done when the call has ended, before the last byte leaves.</summary>
    public void OnEnd(Action<CallEnd> duty) => duties.Add(duty);

    /// <summary>What meters settle; goes into the record.</summary>
    public List<MeterSettlement> Settlements { get; } = new(8);

    /// <summary>Runs the duties, the first time only.</summary>
    /// <exception cref="AggregateException">Duties failed; all of them were run.</exception>
    public void End(CallEnd end)
    {
        if (Interlocked.Exchange(ref ended, 1) != 0)
            return;
        record.Trail = trail;
        record.Findings = findings ?? (IReadOnlyList<CallFinding>)[];
        record.Settlements = Settlements;
        List<Exception>? failures = null;
        for (var i = duties.Count - 1; i >= 0; i--)
        {
            try
            {
                duties[i](end);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                (failures ??= []).Add(e);
            }
        }
        Tally.Dispose();
        if (failures is not null)
            throw new AggregateException(failures);
    }
}
