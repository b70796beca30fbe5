using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.Http;

public sealed class KeptTokensTests
{
    readonly ManualTime time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    readonly ProviderConnection connection = Anthropics.Connection();

    [Fact]
    public async Task While_a_token_serves_a_renewal_that_fails_is_not_tried_by_every_call()
    {
        var asked = 0;
        var fails = false;
        var tokens = new KeptTokens(
            time,
            _ =>
            {
                Interlocked.Increment(ref asked);
                return Volatile.Read(ref fails)
                    ? Task.FromException<(string, TimeSpan)>(new UpstreamException(ErrorTable.UpstreamFailed, Fault.Upstream, "away"))
                    : Task.FromResult(($"token-{asked}", TimeSpan.FromHours(1)));
            },
            _ => "one"
        );
        (await tokens.GetAsync(connection, CancellationToken.None)).ShouldBe("token-1");
        Volatile.Write(ref fails, true);
        time.Advance(TimeSpan.FromMinutes(56));
        (await tokens.GetAsync(connection, CancellationToken.None)).ShouldBe("token-1");
        await Eventually.HoldsAsync(() => Volatile.Read(ref asked) == 2, Patience);
        for (var i = 0; i < 1_000; i++)
        {
            (await tokens.GetAsync(connection, CancellationToken.None)).ShouldBe("token-1");
            await Task.Yield();
        }
        asked.ShouldBe(2);

        time.Advance(TimeSpan.FromSeconds(16));
        Volatile.Write(ref fails, false);
        var before = asked;
        await Eventually.HoldsAsync(
            async () => await tokens.GetAsync(connection, CancellationToken.None) == $"token-{before + 1}",
            Patience
        );
    }

    [Fact]
    public async Task A_token_that_no_longer_serves_is_asked_for_by_every_call_that_needs_it()
    {
        var asked = 0;
        var tokens = new KeptTokens(
            time,
            _ =>
                ++asked == 1
                    ? Task.FromException<(string, TimeSpan)>(new UpstreamException(ErrorTable.UpstreamFailed, Fault.Upstream, "away"))
                    : Task.FromResult(("fresh", TimeSpan.FromHours(1))),
            _ => "one"
        );
        await Should.ThrowAsync<UpstreamException>(() => tokens.GetAsync(connection, CancellationToken.None).AsTask());
        (await tokens.GetAsync(connection, CancellationToken.None)).ShouldBe("fresh");
    }
}
