using System.Net;
using System.Text;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;

namespace Portico.Tests.Providers.Http;

/// <summary>Results come line by line, however the bytes arrive.</summary>
public sealed class BatchResultReaderTests(ITestOutputHelper output)
{
    static readonly ProviderConnection Connection = new(
        ConnectionId.New(TimeProvider.System),
        "openai",
        null,
        new Uri("https://api.openai.com/v1"),
        new Secret("sk-x")
    );

    /// <summary>Gives as many bytes at a time as chance says, and breaks off where it is told.</summary>
    sealed class Dribble(byte[] bytes, Random random, int? breaksAt = null) : Stream
    {
        int at;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (at >= breaksAt)
                throw new IOException("The line is dead.");
            var n = Math.Min(Math.Min(buffer.Length, random.Next(1, 40_000)), (breaksAt ?? bytes.Length) - at);
            bytes.AsMemory(at, n).CopyTo(buffer);
            at += n;
            return n;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    static BatchResultReader Reader(Stream stream) =>
        new(
            new HttpResponseMessage(HttpStatusCode.OK),
            stream,
            Connection,
            new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None),
            line =>
                line.Span.StartsWith("skip"u8)
                    ? null
                    : new BatchResult(Encoding.UTF8.GetString(line.Span), BatchResultKind.Answer, 200, line, null)
        );

    static async Task<List<string>> AllAsync(BatchResultReader reader)
    {
        await using var _ = reader;
        var found = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { } result)
            found.Add(result.CustomId);
        return found;
    }

    [Fact]
    public async Task Lines_of_any_length_are_found_whole_in_any_pieces()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var lines = Enumerable
                .Range(0, random.Next(0, 30))
                .Select(i =>
                    (random.Next(5) == 0 ? "skip" : "line") + i + new string('x', random.Next(8) == 0 ? 150_000 : random.Next(200))
                )
                .ToList();
            var text = string.Concat(
                lines.Select(l =>
                    l
                    + (
                        random.Next(3) == 0 ? "\r\n"
                        : random.Next(4) == 0 ? "\n\n"
                        : "\n"
                    )
                )
            );
            if (random.Next(2) == 0)
                text = text.TrimEnd();
            var found = await AllAsync(Reader(new Dribble(Encoding.UTF8.GetBytes(text), random)));
            found.ShouldBe(lines.Where(l => l.StartsWith("line", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task What_breaks_off_is_the_providers_fault_and_what_came_before_was_had()
    {
        var bytes = Encoding.UTF8.GetBytes("line1\nline2\nli");
        await using var reader = Reader(new Dribble(bytes, new Random(1), breaksAt: bytes.Length));
        (await reader.ReadAsync(CancellationToken.None))!.CustomId.ShouldBe("line1");
        (await reader.ReadAsync(CancellationToken.None))!.CustomId.ShouldBe("line2");
        var e = await Should.ThrowAsync<UpstreamException>(() => reader.ReadAsync(CancellationToken.None));
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCut, Fault.Upstream));
    }
}
