namespace Portico.Guardrails.Secrets;

/// <summary>How much a word before a value says of it.</summary>
enum ContextStrength
{
    /// <summary>What follows is chosen by people: short, any characters.</summary>
    Password,

    /// <summary>What follows is made by machines.</summary>
    Token,

    /// <summary>The same, but the word has other uses as well: "key", "access".</summary>
    Weak,
}

/// <summary>A word that credentials are named with.</summary>
/// <param name="Text">Small letters.</param>
/// <param name="Strength">What it says of the value behind it.</param>
/// <param name="MayFollowLetters">It stands within longer words as well: "mypassword".</param>
sealed record ContextWord(string Text, ContextStrength Strength, bool MayFollowLetters)
{
    public static readonly IReadOnlyList<ContextWord> All =
    [
        .. Words(
            "password passwd passphrase passwort passcode kennwort contrasena contrasenia motdepasse senha wachtwoord",
            ContextStrength.Password,
            true
        ),
        .. Words(
            "pass pwd pw psw psswd userpass dbpass dbpasswd dbpwd mypass smtppass ftppass adminpass rootpass sudopass",
            ContextStrength.Password,
            false
        ),
        .. Words("passw passwrd pssword", ContextStrength.Password, false),
        .. Words(
            "secret token apikey api_key api-key api.key apitoken authtoken accesstoken credential credentials creds",
            ContextStrength.Token,
            true
        ),
        .. Words(
            "accesskey access_key access-key privatekey private_key private-key secretkey secret_key secret-key sharedkey shared_key",
            ContextStrength.Token,
            true
        ),
        .. Words(
            "authkey auth_key auth-key masterkey master_key encryptionkey encryption_key encrypt_key signingkey signing_key accountkey",
            ContextStrength.Token,
            true
        ),
        .. Words(
            "account_key license_key licensekey license-key servicekey subscriptionkey subscription-key subscription_key app_key",
            ContextStrength.Token,
            true
        ),
        .. Words(
            "appkey app-key presharedkey preshared_key deploykey deploy_key storagekey storage_key webhookkey hmac",
            ContextStrength.Token,
            true
        ),
        .. Words(
            "clientsecret client_secret appsecret consumerkey consumer_key consumersecret connectionstring",
            ContextStrength.Token,
            true
        ),
        .. Words(
            "key auth access private salt nonce clientid client_id client-id sid pat session cookie dsn otp seed",
            ContextStrength.Weak,
            false
        ),
        .. Words(
            "hash_key account_id accountsid license licence cert authorization login jwt sas bearer webhook user_key appid app_id",
            ContextStrength.Weak,
            false
        ),
    ];

    static IEnumerable<ContextWord> Words(string words, ContextStrength strength, bool mayFollowLetters) =>
        words.Split(' ').Select(w => new ContextWord(w, strength, mayFollowLetters));

    /// <summary>Goes on with such a word right away, in small letters: "shortcutaccess".</summary>
    public static bool IsNext(scoped ref TextWindow text, int at)
    {
        foreach (var word in (ReadOnlySpan<string>)["access", "secret", "token", "key", "private", "api", "auth"])
        {
            if (text.Has(at, word))
                return true;
        }
        return false;
    }
}
