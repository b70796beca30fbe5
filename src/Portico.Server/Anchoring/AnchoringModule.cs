using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Portico.Governance.Audit;
using Portico.Providers.Aws;
using Portico.Providers.Http;

namespace Portico.Server.Anchoring;

/// <summary>Object stores as places for checkpoints of the audit log: those that speak S3, and Azure's.</summary>
static class AnchoringModule
{
    public static void AddObjectStoreAnchor(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(AuditOptions.Section).Get<AuditOptions>() ?? new AuditOptions();
        if (options.AnchorBucket is not { Length: > 0 } address)
            return;
        var folder = new Uri(address.EndsWith('/') ? address : address + "/");
        services.AddSingleton<IAnchorPlace>(p =>
            BlobAnchor.IsBlobs(folder)
                ? new BlobAnchor(folder, new DefaultAzureCredential())
                : new BucketAnchor(
                    new AwsS3(
                        p.GetRequiredService<UpstreamHttp>(),
                        options.AnchorRegion is { Length: > 0 } region ? region : null,
                        new Secret("")
                    ),
                    folder
                )
        );
    }
}
