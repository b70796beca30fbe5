using Portico.Core.Chat;

namespace Portico.Providers.Aws;

/// <summary>
/// Keys that come to an end, kept: they are renewed before it, and serve to it while that fails. One caller asks, the others wait for it.
/// </summary>
sealed class AwsRenewal(TimeProvider time, Func<ProviderConnection, CancellationToken, Task<AwsKeys>> ask)
{
    static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    readonly SemaphoreSlim turn = new(1, 1);
    AwsKeys? current;

    /// <summary>Those that need no renewal yet, or null.</summary>
    public AwsKeys? Fresh => current is { } keys && keys.Expires > time.GetUtcNow() + Early ? keys : null;

    /// <exception cref="UpstreamException">There are none, and no others are still valid.</exception>
    public async ValueTask<AwsKeys> GetAsync(ProviderConnection connection, CancellationToken ct)
    {
        if (Fresh is { } kept)
            return kept;
        await turn.WaitAsync(ct);
        try
        {
            return Fresh ?? (current = await ask(connection, ct));
        }
        catch (UpstreamException) when (current?.Expires > time.GetUtcNow())
        {
            return current;
        }
        finally
        {
            turn.Release();
        }
    }
}
