using System.Net.Sockets;
using System.Text;

namespace Portico.SystemTests.Support;

/// <summary>A socket on which a test writes HTTP by hand.</summary>
sealed class RawConnection : IDisposable
{
    readonly TcpClient client = new();
    NetworkStream stream = null!;

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var raw = new RawConnection();
        await raw.client.ConnectAsync(address.Host, address.Port);
        raw.client.NoDelay = true;
        raw.stream = raw.client.GetStream();
        return raw;
    }

    public Task SendAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    public static string ChatHead(string key, int contentLength) =>
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: portico\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {contentLength}\r\n\r\n";

    /// <summary>Everything until the other side closes, or the bound passes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, bound.Token);
        }
        catch (IOException)
        {
            // A reset after the answer: what arrived before it counts.
        }
        return Encoding.UTF8.GetString(all.ToArray());
    }

    /// <summary>Reads until the text holds this, and gives what was read.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        while (!seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            var n = await stream.ReadAsync(buffer, bound.Token);
            if (n == 0)
                throw new ShouldAssertException($"The other side closed before '{text}' came: {seen}");
            seen.Append(Encoding.UTF8.GetString(buffer, 0, n));
        }
        return seen.ToString();
    }

    /// <summary>Leaves at once, as a process that is killed.</summary>
    public void Reset()
    {
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();
    }

    public void Dispose() => client.Dispose();
}
