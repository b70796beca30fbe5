using System.Net.Sockets;
using System.Text;

namespace Portico.Governance.Audit;

/// <summary>A signed checkpoint on its way outside.</summary>
/// <param name="Log">Whose.</param>
/// <param name="Size">Entries under it.</param>
/// <param name="Text">The signed note.</param>
public sealed record AnchoredNote(string Log, long Size, string Text);

/// <summary>A place outside, where whoever runs the machine cannot take a checkpoint back.</summary>
public interface IAnchorPlace
{
    /// <summary>As people know it, without anything secret.</summary>
    string Name { get; }

    /// <summary>Returns when the place has the checkpoint; to give it the same one twice does no harm.</summary>
    /// <exception cref="AnchorException">The place does not take it; the message says why.</exception>
    Task PutAsync(AnchoredNote note, CancellationToken ct);
}

/// <summary>A place did not take a checkpoint.</summary>
public sealed class AnchorException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A file to which checkpoints are appended.</summary>
sealed class FileAnchor(string path) : IAnchorPlace
{
    public string Name => path;

    public async Task PutAsync(AnchoredNote note, CancellationToken ct)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            await file.WriteAsync(Encoding.UTF8.GetBytes(note.Text), ct);
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AnchorException($"The file {path} takes no checkpoint: {e.Message}", e);
        }
    }
}

/// <summary>An address that gets them by POST and answers 2xx.</summary>
sealed class WebhookAnchor(Uri address) : IAnchorPlace, IDisposable
{
    static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(10);

    readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = LongestSend };

    public string Name => address.Host;

    public async Task PutAsync(AnchoredNote note, CancellationToken ct)
    {
        try
        {
            using var content = new StringContent(note.Text, Encoding.UTF8, "text/plain");
            using var answer = await http.PostAsync(address, content, ct);
            if (!answer.IsSuccessStatusCode)
                throw new AnchorException($"{address.Host} answered {(int)answer.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            throw new AnchorException($"{address.Host} cannot be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new AnchorException($"{address.Host} did not answer within {LongestSend.TotalSeconds:0} s.", e);
        }
    }

    public void Dispose() => http.Dispose();
}
