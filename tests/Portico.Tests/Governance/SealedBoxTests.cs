using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portico.Governance;
using Portico.Governance.Keys;

namespace Portico.Tests.Governance;

public sealed class SealedBoxTests
{
    static MasterKey Key(byte fill) => MasterKey.FromBase64(Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray()), "a test");

    static SealedBox Box(byte fill = 1, string purpose = "credentials") => Key(fill).BoxFor(purpose);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(10_000)]
    public void Gives_back_what_was_sealed(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);
        Box().Open(Box().Seal(plain, "row"), "row").ShouldBe(plain);
    }

    [Fact]
    public void Equal_secrets_look_different_when_sealed()
    {
        Box().SealText("sk-same", "row").ShouldNotBe(Box().SealText("sk-same", "row"));
        Encoding.UTF8.GetString(Box().Seal("sk-same"u8, "row")).ShouldNotContain("sk-same");
    }

    [Fact]
    public void A_box_with_any_byte_changed_does_not_open()
    {
        var box = Box().Seal("sk-secret"u8, "row");
        for (var i = 0; i < box.Length; i++)
        {
            var changed = box.ToArray();
            changed[i] ^= 1;
            Should.Throw<CryptographicException>(() => Box().Open(changed, "row"), $"byte {i}");
        }
        for (var length = 0; length < box.Length; length++)
            Should.Throw<CryptographicException>(() => Box().Open(box.AsSpan(0, length), "row"));
    }

    [Fact]
    public void A_box_opens_only_in_its_own_row_for_its_own_purpose()
    {
        var box = Box().Seal("sk-secret"u8, "conn_1");
        Should.Throw<CryptographicException>(() => Box().Open(box, "conn_2"));
        Should.Throw<CryptographicException>(() => Box(purpose: "contents").Open(box, "conn_1"));
    }

    [Fact]
    public void Another_master_key_is_told_by_id_and_not_by_value()
    {
        var refusal = Should.Throw<CryptographicException>(() => Box(2).Open(Box(1).Seal("x"u8, "row"), "row"));
        refusal.Message.ShouldContain("master key");
        refusal.Message.ShouldNotContain(Convert.ToHexStringLower(Enumerable.Repeat((byte)1, 8).ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base 64")]
    [InlineData("AAAA")]
    public void A_master_key_that_is_not_32_bytes_is_refused_with_the_way_to_make_one(string text) =>
        Should.Throw<InvalidOperationException>(() => MasterKey.FromBase64(text, "the environment")).Message.ShouldContain("openssl rand");

    [Fact]
    public void The_master_key_file_is_made_for_its_owner_alone_and_read_again()
    {
        var folder = Directory.CreateTempSubdirectory("portico-test-");
        try
        {
            var path = Path.Combine(folder.FullName, "new", "master.key");
            var box = MasterKey.FromFile(path).BoxFor("x").Seal("kept"u8, "row");
            MasterKey.FromFile(path).BoxFor("x").Open(box, "row").ShouldBe("kept"u8.ToArray());
            if (OperatingSystem.IsWindows())
                return;
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Should.Throw<InvalidOperationException>(() => MasterKey.FromFile(path)).Message.ShouldContain("chmod 600");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void No_record_that_holds_a_secret_prints_it()
    {
        const string Value = "pk_live_this_must_not_be_seen";
        var key = new ServiceKey
        {
            Id = KeyId.New(TimeProvider.System),
            Name = "k",
            Prefix = "pk_live_this",
            UseCaseId = UseCaseId.New(TimeProvider.System),
        };
        object[] holders =
        [
            new Secret(Value),
            new IssuedKey(key, new Secret(Value)),
            new KeyEndpoints.KeyWithSecret(key, Value),
            new Portico.Governance.Api.AdminTokenEndpoints.TokenWithSecret("admin_1", Value, ["owner"], []),
            new Portico.Models.ConnectionEndpoints.ConnectionBody { Name = "c", Credential = new Secret(Value) },
            new Portico.Providers.ProviderConnection(default, "openai", null, new Uri("http://127.0.0.1/"), new Secret(Value))
            {
                Headers = [new KeyValuePair<string, string>("x-api-key", Value)],
            },
            Key(1),
            Box(),
        ];
        foreach (var holder in holders)
            $"{holder}".ShouldNotContain(Value);
        JsonSerializer.Serialize(new Secret(Value)).ShouldNotContain(Value);
        JsonSerializer.Serialize(new IssuedKey(key, new Secret(Value))).ShouldNotContain(Value);
    }

    [Fact]
    public void A_mistyped_secret_is_told_from_one_that_could_exist()
    {
        var secret = SecretText.New(SecretText.ServicePrefix);
        SecretText.IsWellFormed(secret, SecretText.ServicePrefix).ShouldBeTrue();
        SecretText.IsWellFormed(secret, SecretText.AdminPrefix).ShouldBeFalse();
        for (var i = SecretText.ServicePrefix.Length; i < secret.Length; i++)
        {
            var typo = secret.ToCharArray();
            typo[i] = typo[i] == 'a' ? 'b' : 'a';
            SecretText.IsWellFormed(new string(typo), SecretText.ServicePrefix).ShouldBeFalse();
        }
        SecretText.IsIn($"{{\"secret\":\"{secret}\"}}").ShouldBeTrue();
        SecretText.IsIn($"{{\"prefix\":\"{secret[..SecretText.ShownLength]}\"}}").ShouldBeFalse();
    }
}
