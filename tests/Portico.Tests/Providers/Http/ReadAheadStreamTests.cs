using Portico.Providers.Http;

namespace Portico.Tests.Providers.Http;

public class ReadAheadStreamTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gives_every_byte_in_order_however_it_is_asked_and_however_it_arrives(bool synchronously)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var sent = new byte[200_000];
        random.NextBytes(sent);
        await using var inner = new Trickle(sent, new Random(seed + 1));
        await using var stream = new ReadAheadStream(inner);
        var got = new MemoryStream();
        while (true)
        {
            var piece = new byte[random.Next(4) == 0 ? random.Next(1, 40_000) : random.Next(1, 5_000)];
            var read = synchronously ? stream.Read(piece) : await stream.ReadAsync(piece);
            if (read == 0)
                break;
            got.Write(piece, 0, read);
        }
        Assert.True(sent.AsSpan().SequenceEqual(got.ToArray()), $"seed {seed}");
    }

    [Fact]
    public async Task Asks_the_socket_once_for_what_has_arrived_together()
    {
        await using var inner = new Trickle(new byte[12_000], null);
        await using var stream = new ReadAheadStream(inner);
        var piece = new byte[4_096];
        var total = 0;
        while (total < 12_000)
            total += await stream.ReadAsync(piece);
        Assert.Equal(1, inner.Reads);
    }

    [Fact]
    public async Task A_read_that_is_given_up_loses_nothing()
    {
        var pipe = new System.IO.Pipelines.Pipe();
        await using var inner = pipe.Reader.AsStream();
        await using var stream = new ReadAheadStream(inner);
        using var gone = new CancellationTokenSource();
        var waiting = stream.ReadAsync(new byte[10], gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await pipe.Writer.WriteAsync("hello"u8.ToArray());
        var piece = new byte[10];
        Assert.Equal(5, await stream.ReadAsync(piece));
        Assert.Equal("hello"u8, piece.AsSpan(0, 5));
    }

    /// <summary>Gives pieces of chance sizes, now and then after a while; without chance all that is asked for.</summary>
    sealed class Trickle(byte[] bytes, Random? random) : MemoryStream(bytes)
    {
        public int Reads { get; private set; }

        int Most(int asked) => random is null ? asked : Math.Min(asked, random.Next(1, 9_000));

        public override int Read(Span<byte> destination)
        {
            Reads++;
            return base.Read(destination[..Most(destination.Length)]);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
        {
            Reads++;
            if (random?.Next(2) == 0)
                await Task.Yield();
            return await base.ReadAsync(destination[..Most(destination.Length)], cancellationToken);
        }
    }
}
