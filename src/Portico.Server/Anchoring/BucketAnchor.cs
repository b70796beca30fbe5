using System.Text;
using Portico.Core.Chat;
using Portico.Governance.Audit;
using Portico.Providers.Aws;

namespace Portico.Server.Anchoring;

/// <summary>A folder of a store that speaks S3: an object for each checkpoint, none of them written over.</summary>
sealed class BucketAnchor(AwsS3 store, Uri folder) : IAnchorPlace
{
    public string Name => folder.Host;

    public async Task PutAsync(AnchoredNote note, CancellationToken ct)
    {
        try
        {
            // False = it is there from a try whose answer was lost.
            await store.PutOnceAsync(AnchorNames.AddressOf(folder, note), Encoding.UTF8.GetBytes(note.Text), AnchorNames.Type, ct);
        }
        catch (UpstreamException e)
        {
            throw new AnchorException($"The object store {Name} takes no checkpoint: {e.Message}", e);
        }
    }
}
