using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Portico.Tests.Governance.Identity;

/// <summary>A server that begins the head of an answer and sends a header after the other, without an end.</summary>
sealed class DrippingServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly List<Task> answers = [];
    readonly Task listening;

    public DrippingServer()
    {
        listener.Start();
        listening = ListenAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    async Task ListenAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            answers.Add(DripAsync(client));
        }
    }

    async Task DripAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), stop.Token);
            for (var i = 0; ; i++)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"X-{i}: a\r\n"), stop.Token);
                await Task.Delay(20, stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The other end left, or the test is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await listening;
        await Task.WhenAll(answers);
        listener.Dispose();
        stop.Dispose();
    }
}
