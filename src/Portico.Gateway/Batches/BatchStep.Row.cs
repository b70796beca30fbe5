using System.Data.Common;

namespace Portico.Gateway.Batches;

/// <summary>The part of a step that lies in the store: its row, written before anything is sent and with every change.</summary>
sealed partial class BatchStep
{
    Task WriteDownAsync()
    {
        var lines = BatchStepRow.Joined(Left().Select(w => w.Line.Number).Order());
        return PatientlyAsync(async () =>
            row = await around.Node.Steps.AddAsync(
                around.Batch,
                row with
                {
                    Lines = lines,
                    CreatedUs = Micros.Now(Time),
                },
                CancellationToken.None
            )
        );
    }

    Task ChangeAsync(BatchStepRow changed) =>
        PatientlyAsync(async () =>
        {
            await around.Node.Steps.ChangeAsync(around.Batch, changed, CancellationToken.None);
            row = changed;
        });

    /// <summary>Nothing of the step is waited for any more.</summary>
    Task EndAsync(string? providerState) =>
        row.State == StepState.Alone
            ? Task.CompletedTask
            : ChangeAsync(row with { State = StepState.Ended, ProviderState = providerState, EndedUs = Micros.Now(Time) });

    /// <summary>A store that is away is waited for.</summary>
    async Task PatientlyAsync(Func<Task> write)
    {
        for (var wait = Tick; ; wait = Slower(wait, TimeSpan.FromSeconds(5)))
        {
            try
            {
                await write();
                return;
            }
            catch (Exception e) when (e is PorticoException or DbException or IOException or TimeoutException)
            {
                Log.StoreAway(around.Node.Logger, row.Id, e.Message);
                await Task.Delay(wait, Time, around.Gone);
            }
        }
    }

    async Task GiveBackAsync(string reason)
    {
        Log.GaveBack(around.Node.Logger, row.Id, reason);
        await ChangeAsync(
            row with
            {
                State = StepState.Alone,
                Problem = reason[..Math.Min(reason.Length, 500)],
                EndedUs = Micros.Now(Time),
            }
        );
        foreach (var waiter in Left())
        {
            Remove(waiter);
            waiter.Result.TrySetException(new StepGaveBackException(reason));
        }
    }
}
