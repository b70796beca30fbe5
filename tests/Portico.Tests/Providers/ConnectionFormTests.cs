using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Providers;
using Portico.Providers.OpenAi;

namespace Portico.Tests.Providers;

/// <summary>What people are asked for is what the families take: a form that is filled in gives a credential that is kept.</summary>
public sealed class ConnectionFormTests
{
    const string Any = "a-value";
    static readonly string Pem = MakePem(null);

    static string MakePem(string? passphrase)
    {
        using var rsa = RSA.Create(2048);
        return passphrase is null
            ? rsa.ExportPkcs8PrivateKeyPem()
            : rsa.ExportEncryptedPkcs8PrivateKeyPem(
                passphrase,
                new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)
            );
    }

    static IReadOnlyCollection<ProviderFamily> Families()
    {
        using var services = new ServiceCollection().AddProviders().BuildServiceProvider();
        return services.GetRequiredService<ProviderRegistry>().All;
    }

    public static TheoryData<string, string, string> Forms()
    {
        var forms = new TheoryData<string, string, string>();
        foreach (var family in Families())
        foreach (var service in family.Form!.Services)
        foreach (var credential in service.Credentials)
            forms.Add(family.Name, service.Label, credential);
        return forms;
    }

    [Theory, MemberData(nameof(Forms))]
    public void A_form_that_is_filled_in_makes_a_credential_that_the_family_keeps(string family, string service, string credential)
    {
        using var services = new ServiceCollection().AddProviders().BuildServiceProvider();
        var known = services.GetRequiredService<ProviderRegistry>().Get(family);
        var (place, form) = (
            known.Form!.Services.Single(s => s.Label == service),
            known.Form.Credentials.Single(c => c.Name == credential)
        );
        foreach (var withOptional in new[] { false, true })
        {
            var connection = new ProviderConnection(
                default,
                family,
                form.Preset ?? place.Preset ?? (place.PresetHelp is null ? null : "2024-10-21"),
                new Uri(AddressOf(family, place)),
                new Secret(TextOf(form, withOptional))
            );
            known.CheckConnection?.Invoke(connection).ShouldBeNull();
        }
    }

    [Theory, MemberData(nameof(Forms))]
    public void A_form_asks_for_as_many_fields_as_its_shape_has(string family, string service, string credential)
    {
        service.ShouldNotBeEmpty();
        var form = Families().Single(f => f.Name == family).Form!.Credentials.Single(c => c.Name == credential);
        switch (form.Shape)
        {
            case CredentialShape.None:
                (form.Fields.Count, form.Members.Count).ShouldBe((0, 0));
                form.Help.ShouldNotBeNull("who is asked for nothing is told why");
                break;
            case CredentialShape.Text:
                form.Fields.ShouldHaveSingleItem().Optional.ShouldBeFalse();
                break;
            default:
                (form.Fields.Count(f => !f.Optional) + form.Members.Count).ShouldBeGreaterThan(0, "an empty object says nothing");
                break;
        }
    }

    [Fact]
    public void Every_family_has_a_form_and_every_compatible_service_stands_in_it()
    {
        var families = Families();
        families.ShouldAllBe(f => f.Form != null);
        var compatible = families.Single(f => f.Name == "openai").Form!.Services.Select(s => s.Preset).OfType<string>();
        OpenAiPresets.All.Select(p => p.Name).Except(compatible).ShouldBe(["openai", "azure"], "a preset without a label cannot be chosen");
        foreach (var family in families)
            family.Form!.Services.Select(s => s.Label).ShouldBeUnique();
    }

    static string AddressOf(string family, ServiceForm place) =>
        place.BaseUrl
        ?? family switch
        {
            "azure-openai" => "https://house.openai.azure.com",
            "bedrock" => "https://bedrock-runtime.eu-central-1.amazonaws.com",
            "sagemaker" => "https://runtime.sagemaker.eu-central-1.amazonaws.com",
            "vertex" => "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1",
            "oci" => "https://inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com",
            _ => "http://127.0.0.1:9/v1",
        };

    /// <summary>As whoever fills it in makes the text.</summary>
    static string TextOf(CredentialForm form, bool withOptional)
    {
        if (form.Shape == CredentialShape.None)
            return "";
        if (form.Shape == CredentialShape.Text)
            return ValueOf(form, form.Fields[0]);
        var text = new JsonObject();
        foreach (var (name, value) in form.Members)
            text[name] = value;
        foreach (var field in form.Fields.Where(f => withOptional || !f.Optional))
            // A passphrase is for a key that has one.
            text[field.Name] = withOptional && field.Name == "private_key" ? MakePem(Any) : ValueOf(form, field);
        return text.ToJsonString();
    }

    static string ValueOf(CredentialForm form, CredentialField field) =>
        (form.Name, field.Name) switch
        {
            ("service_account", _) => JsonSerializer.Serialize(
                new Dictionary<string, string>
                {
                    ["type"] = "service_account",
                    ["client_email"] = "a@p.iam.gserviceaccount.com",
                    ["private_key_id"] = "1",
                    ["private_key"] = Pem,
                    ["token_uri"] = "https://oauth2.googleapis.com/token",
                    ["project_id"] = "p",
                }
            ),
            ("federation", _) => """
                {"type":"external_account","audience":"//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
                 "subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"https://sts.googleapis.com/v1/token",
                 "credential_source":{"file":"/var/run/token"}}
                """,
            (_, "access_key_id") => "AKIAIOSFODNN7EXAMPLE",
            (_, "private_key") => Pem,
            (_, "scope") => "api://house/.default",
            (_, "region") => "eu-central-1",
            (_, "user" or "tenancy" or "compartment_id") => $"ocid1.{field.Name}.oc1..example",
            (_, "fingerprint") => "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34",
            _ => Any,
        };
}
