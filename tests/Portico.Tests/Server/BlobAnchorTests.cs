using System.Net;
using Azure.Core;
using Azure.Identity;
using Portico.Governance.Audit;
using Portico.Server.Anchoring;

namespace Portico.Tests.Server;

/// <summary>
/// Checkpoints in Azure Blob Storage. The script answers as https://learn.microsoft.com/rest/api/storageservices/put-blob and
/// https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes publish.
/// </summary>
public sealed class BlobAnchorTests
{
    static readonly Uri Folder = new("https://acme.blob.core.windows.net/audit/portico/");

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    sealed class Identity(string? failure = null) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            requestContext.Scopes.ShouldBe(["https://storage.azure.com/.default"]);
            return failure is null
                ? new(new AccessToken("token-1", DateTimeOffset.UtcNow.AddHours(1)))
                : throw new CredentialUnavailableException(failure);
        }
    }

    sealed class Blobs(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public Dictionary<string, string> Kept { get; } = new(StringComparer.Ordinal);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Method.ShouldBe(HttpMethod.Put);
            request.Headers.Authorization!.ToString().ShouldBe("Bearer token-1");
            request.Headers.GetValues("x-ms-blob-type").ShouldBe(["BlockBlob"]);
            request.Headers.GetValues("x-ms-version").Single().ShouldNotBeEmpty();
            request.Headers.IfNoneMatch.Single().Tag.ShouldBe("*");
            var path = request.RequestUri!.AbsolutePath;
            if (Kept.ContainsKey(path))
            {
                var there = new HttpResponseMessage(HttpStatusCode.Conflict);
                there.Headers.Add("x-ms-error-code", "BlobAlreadyExists");
                return there;
            }
            var made = answer(request);
            if (made.IsSuccessStatusCode)
                Kept[path] = await request.Content!.ReadAsStringAsync(cancellationToken);
            return made;
        }
    }

    [Fact]
    public async Task A_checkpoint_is_a_blob_of_its_own_and_none_is_written_over()
    {
        using var blobs = new Blobs(_ => new HttpResponseMessage(HttpStatusCode.Created));
        using var anchor = new BlobAnchor(Folder, new Identity(), blobs);
        await anchor.PutAsync(new AnchoredNote("log_1", 7, "seven\n"), Ct);
        await anchor.PutAsync(new AnchoredNote("log_1", 7, "another\n"), Ct);
        blobs.Kept.ShouldBe(new Dictionary<string, string> { ["/audit/portico/log_1/000000000000007.txt"] = "seven\n" });
    }

    [Fact]
    public async Task What_the_store_refuses_is_told_with_its_code()
    {
        using var blobs = new Blobs(_ =>
        {
            var refused = new HttpResponseMessage(HttpStatusCode.Forbidden);
            refused.Headers.Add("x-ms-error-code", "AuthorizationPermissionMismatch");
            return refused;
        });
        using var anchor = new BlobAnchor(Folder, new Identity(), blobs);
        var e = await Should.ThrowAsync<AnchorException>(() => anchor.PutAsync(new AnchoredNote("log_1", 7, "seven\n"), Ct));
        e.Message.ShouldBe("acme.blob.core.windows.net answered 403 (AuthorizationPermissionMismatch).");
    }

    [Fact]
    public async Task A_machine_without_an_identity_is_told_so()
    {
        using var blobs = new Blobs(_ => new HttpResponseMessage(HttpStatusCode.Created));
        using var anchor = new BlobAnchor(Folder, new Identity("ManagedIdentityCredential authentication unavailable."), blobs);
        var e = await Should.ThrowAsync<AnchorException>(() => anchor.PutAsync(new AnchoredNote("log_1", 7, "seven\n"), Ct));
        e.Message.ShouldContain("No Azure identity of this machine");
        blobs.Kept.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://acme.blob.core.windows.net/audit/", true)]
    [InlineData("https://bucket.s3.eu-central-1.amazonaws.com/portico/", false)]
    [InlineData("https://blob.core.windows.net.example.com/audit/", false)]
    public void The_address_tells_whose_store_it_is(string address, bool isBlobs) => BlobAnchor.IsBlobs(new Uri(address)).ShouldBe(isBlobs);
}
