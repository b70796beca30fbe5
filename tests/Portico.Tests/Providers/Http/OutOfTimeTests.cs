using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.Http;

/// <summary>Who is said to be late: a provider that stalls, or a call that may not take longer.</summary>
public sealed class OutOfTimeTests
{
    readonly ManualTime time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));

    /// <summary>A body that gives one piece and then nothing.</summary>
    sealed class StallingStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }

    async Task<UpstreamException> LateAsync(TimeSpan? overall, TimeSpan passed)
    {
        var connection = Anthropics.Connection();
        connection = connection with { Timeouts = connection.Timeouts with { Idle = TimeSpan.FromSeconds(30), Overall = overall } };
        var deadline = new UpstreamDeadline(time, overall, CancellationToken.None);
        await using var source = new UpstreamBytes(
            new HttpResponseMessage(),
            new StallingStream(),
            connection,
            deadline,
            CancellationToken.None
        );
        var reading = source.ReadAsync().AsTask();
        reading.IsCompleted.ShouldBeFalse();
        time.Advance(passed);
        return await Should.ThrowAsync<UpstreamException>(reading);
    }

    [Fact]
    public async Task A_stall_is_the_providers() =>
        (await LateAsync(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(31))).Message.ShouldBe(
            "The provider sent nothing for 30 s in the middle of the stream."
        );

    [Fact]
    public async Task The_end_of_the_calls_own_time_is_told_as_that()
    {
        var e = await LateAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11));
        e.Kind.ShouldBe(ErrorTable.UpstreamTimeout);
        e.Message.ShouldBe("The time that the call may take was over in the middle of the stream.");
    }
}
