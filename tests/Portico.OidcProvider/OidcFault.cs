namespace Portico.OidcProvider;

/// <summary>What the provider does wrong from now on.</summary>
public enum OidcFault
{
    None,

    /// <summary>ID tokens say <c>alg: none</c> and have no signature.</summary>
    AlgorithmNone,

    /// <summary>ID tokens are signed by HS256 with the public key as the secret.</summary>
    PublicKeyAsSecret,

    /// <summary>Signed by a key that is published under no name, with the name of the one that is.</summary>
    ForgedSignature,

    /// <summary>Signed by a key that is not published.</summary>
    UnknownKey,

    /// <summary>The payload was changed after it was signed.</summary>
    ChangedPayload,
    WrongIssuer,
    WrongAudience,

    /// <summary>For several, and authorized for another client.</summary>
    OtherClient,
    Expired,
    NotYet,
    NoEnd,
    WrongNonce,
    NoNonce,
    WrongAccessHash,

    /// <summary>The groups do not fit, and are told by userinfo alone.</summary>
    GroupsElsewhere,

    /// <summary>The discovery document names another issuer.</summary>
    OtherIssuerInDiscovery,

    /// <summary>Userinfo is of another subject.</summary>
    OtherSubjectInUserInfo,

    /// <summary>Every answer is 503.</summary>
    Down,

    /// <summary>Every answer is 500, with a page.</summary>
    Broken,

    /// <summary>Answers begin and do not end.</summary>
    Slow,

    /// <summary>Requests are taken and not answered, until <see cref="OidcServer.Answer"/>.</summary>
    Silent,

    /// <summary>Answers have megabytes.</summary>
    Huge,
}
