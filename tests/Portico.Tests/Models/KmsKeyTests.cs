using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Portico.Core;
using Portico.Governance.Keys;
using Portico.Models;
using Portico.Tests.Repository;

namespace Portico.Tests.Models;

/// <summary>
/// The root as AWS KMS encrypted it. The scripted server answers as https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html publishes: JSON 1.1, the operation in
/// X-Amz-Target, a ciphertext that only the right key opens.
/// </summary>
public sealed class KmsKeyTests
{
    static readonly byte[] Plain = RandomNumberGenerator.GetBytes(32);
    static readonly byte[] Cipher = RandomNumberGenerator.GetBytes(184);

    sealed class ScriptedKms : IAsyncDisposable
    {
        WebApplication app = null!;

        public List<(string Target, string? Type, string Authorization, JsonNode Body)> Asked { get; } = [];
        public Func<JsonNode, (int Status, string Json)> Answer { get; set; } = _ => (200, Opened());
        public string Address => app.Urls.First();

        public static string Opened(byte[]? plain = null) =>
            $$"""{"KeyId":"arn:aws:kms:eu-central-1:111122223333:key/k1","Plaintext":"{{Convert.ToBase64String(plain ?? Plain)}}","EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}""";

        public static async Task<ScriptedKms> StartAsync()
        {
            var kms = new ScriptedKms();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            kms.app = builder.Build();
            kms.app.Run(async http =>
            {
                var body = (await JsonNode.ParseAsync(http.Request.Body))!;
                kms.Asked.Add(
                    (
                        http.Request.Headers["X-Amz-Target"].ToString(),
                        http.Request.ContentType,
                        http.Request.Headers.Authorization.ToString(),
                        body
                    )
                );
                var (status, json) = kms.Answer(body);
                http.Response.StatusCode = status;
                http.Response.ContentType = "application/x-amz-json-1.1";
                await http.Response.WriteAsync(json);
            });
            await kms.app.StartAsync();
            return kms;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    static MasterKey Read(ScriptedKms kms, TemporaryFolder folder, byte[]? file = null, string? key = null)
    {
        var path = Path.Combine(folder.Path, "root.kms");
        File.WriteAllBytes(path, file ?? Cipher);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    [KmsKey.RegionSetting] = "eu-central-1",
                    [KmsKey.EndpointSetting] = kms.Address,
                    [KmsKey.KeySetting] = key,
                }
            )
            .Build();
        return KmsKey.Read(configuration, path, new Secret("AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    }

    [Fact]
    public async Task The_root_is_what_KMS_decrypts_asked_once_and_signed()
    {
        await using var kms = await ScriptedKms.StartAsync();
        using var folder = new TemporaryFolder();
        var root = Read(kms, folder, key: "alias/portico");
        root.Id.ShouldBe(MasterKey.FromBytes(Plain, "a test").Id);
        root.Source.ShouldStartWith("AWS KMS in eu-central-1");
        var (target, type, authorization, body) = kms.Asked.ShouldHaveSingleItem();
        (target, type).ShouldBe(("TrentService.Decrypt", "application/x-amz-json-1.1"));
        authorization.ShouldStartWith("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/");
        authorization.ShouldContain("/eu-central-1/kms/aws4_request");
        authorization.ShouldContain("x-amz-target");
        Convert.FromBase64String(body["CiphertextBlob"]!.GetValue<string>()).ShouldBe(Cipher);
        body["KeyId"]!.GetValue<string>().ShouldBe("alias/portico");
    }

    [Fact]
    public async Task The_file_may_hold_base_64_as_the_command_line_prints_it()
    {
        await using var kms = await ScriptedKms.StartAsync();
        using var folder = new TemporaryFolder();
        Read(kms, folder, System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(Cipher) + "\n"));
        Convert.FromBase64String(kms.Asked.Single().Body["CiphertextBlob"]!.GetValue<string>()).ShouldBe(Cipher);
        kms.Asked.Single().Body["KeyId"].ShouldBeNull();
    }

    [Theory]
    [InlineData(400, """{"__type":"InvalidCiphertextException"}""")]
    [InlineData(400, """{"__type":"AccessDeniedException","message":"User is not authorized to perform: kms:Decrypt"}""")]
    [InlineData(400, """{"__type":"DisabledException","message":"key is disabled"}""")]
    public async Task What_KMS_refuses_is_told_and_may_pass_by_itself(int status, string json)
    {
        await using var kms = await ScriptedKms.StartAsync();
        kms.Answer = _ => (status, json);
        using var folder = new TemporaryFolder();
        var refused = Should.Throw<PorticoException>(() => Read(kms, folder));
        refused.Message.ShouldStartWith("AWS KMS at 127.0.0.1 does not open the root");
        refused.InnerException.ShouldNotBeNull("a node waits for it, sealed");
    }

    [Fact]
    public async Task What_is_no_root_is_told_and_not_repeated()
    {
        await using var kms = await ScriptedKms.StartAsync();
        using var folder = new TemporaryFolder();
        kms.Answer = _ => (200, ScriptedKms.Opened("sixteen bytes ok"u8.ToArray()));
        Should.Throw<PorticoException>(() => Read(kms, folder)).Message.ShouldContain("has 16 bytes; the root has 32");
        kms.Answer = _ => (200, """{"hello":1}""");
        Should.Throw<PorticoException>(() => Read(kms, folder)).Message.ShouldContain("is no answer of AWS KMS");
        Should.Throw<PorticoException>(() => Read(kms, folder, [])).Message.ShouldContain("not 0");
    }
}
