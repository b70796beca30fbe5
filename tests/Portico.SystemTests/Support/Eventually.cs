using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Portico.SystemTests.Support;

/// <summary>Waits for what must become true, with a bound.</summary>
static class Eventually
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    public static Task IsTrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        IsTrueAsync(() => Task.FromResult(condition()), what);

    public static Task IsTrueAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        IsTrueAsync(condition, () => what);

    /// <param name="condition">What must become true.</param>
    /// <param name="what">What is said when it does not.</param>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, Func<string> what)
    {
        for (var begun = Stopwatch.GetTimestamp(); ; )
        {
            if (await condition())
                return;
            if (Stopwatch.GetElapsedTime(begun) > Bound)
                throw new ShouldAssertException($"Within {Bound.TotalSeconds} s this did not become true: {what()}");
            await Task.Delay(10);
        }
    }
}
