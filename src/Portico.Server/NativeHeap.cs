using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Portico.Server;

/// <summary>
/// Gives memory back that the C library keeps for itself. Its allocator has up to eight heaps a processor, and what the compiler and SQLite freed in one of them serves no other: after 150,000
/// calls some ten megabytes lay about (<c>malloc_trim(3)</c>).
/// </summary>
sealed partial class NativeHeap(TimeProvider time) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                _ = Trim(0);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library than GNU's keeps no such heaps.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
