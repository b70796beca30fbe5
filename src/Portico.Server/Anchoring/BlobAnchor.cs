using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Identity;
using Portico.Governance.Audit;

namespace Portico.Server.Anchoring;

/// <summary>
/// A folder of a container of Azure Blob Storage, with the identity of the machine: a block blob for each checkpoint, none of them written over
/// (https://learn.microsoft.com/rest/api/storageservices/put-blob).
/// </summary>
sealed class BlobAnchor(Uri folder, TokenCredential identity, HttpMessageHandler? handler = null) : IAnchorPlace, IDisposable
{
    /// <summary>The first version of the service that knows all that is asked here, and more.</summary>
    const string Version = "2023-11-03";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    static readonly TokenRequestContext Scope = new(["https://storage.azure.com/.default"]);

    readonly HttpClient http = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience };

    public string Name => folder.Host;

    /// <summary>Hosts of the service in Azure's clouds.</summary>
    public static bool IsBlobs(Uri address) =>
        new[] { ".blob.core.windows.net", ".blob.core.usgovcloudapi.net", ".blob.core.chinacloudapi.cn" }.Any(end =>
            address.Host.EndsWith(end, StringComparison.OrdinalIgnoreCase)
        );

    public async Task PutAsync(AnchoredNote note, CancellationToken ct)
    {
        try
        {
            var token = await identity.GetTokenAsync(Scope, ct);
            using var request = new HttpRequestMessage(HttpMethod.Put, AnchorNames.AddressOf(folder, note))
            {
                Content = new StringContent(note.Text, Encoding.UTF8, "text/plain"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
            request.Headers.Add("x-ms-version", Version);
            request.Headers.Add("x-ms-blob-type", "BlockBlob");
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            // 409 = it is there, from a try whose answer was lost.
            if (!answer.IsSuccessStatusCode && !IsThere(answer))
                throw new AnchorException($"{Name} answered {(int)answer.StatusCode}{Code(answer)}.");
        }
        catch (Exception e) when (e is AuthenticationFailedException or RequestFailedException)
        {
            throw new AnchorException($"No Azure identity of this machine gives a token for {Name}: {e.Message.Split('\n')[0].Trim()}", e);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            throw new AnchorException($"{Name} cannot be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new AnchorException($"{Name} did not answer within {Patience.TotalSeconds:0} s.", e);
        }
    }

    static bool IsThere(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed
        && Code(answer) is " (BlobAlreadyExists)" or " (ConditionNotMet)";

    /// <summary>https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2.</summary>
    static string Code(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("x-ms-error-code", out var codes) ? $" ({codes.First()})" : "";

    public void Dispose() => http.Dispose();
}
