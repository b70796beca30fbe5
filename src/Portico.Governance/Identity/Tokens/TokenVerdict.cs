using System.Text.Json;

namespace Portico.Governance.Identity.Tokens;

/// <summary>Why a token is not taken.</summary>
enum TokenFault
{
    None,

    /// <summary>It is no token, or has a member twice.</summary>
    Malformed,

    /// <summary>Its algorithm is none that is taken: <c>none</c>, one with a shared secret, or one that its key is not for.</summary>
    Algorithm,

    /// <summary>It names a key that the issuer does not publish.</summary>
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    Expired,
    NotYet,
    Nonce,

    /// <summary>It came with another access token.</summary>
    AccessToken,

    /// <summary>It lacks what a token of its kind has.</summary>
    Incomplete,
}

/// <summary>What came of a token. Claims are set exactly when there is no fault.</summary>
readonly record struct TokenVerdict(JsonElement Claims, DateTimeOffset Until, TokenFault Fault)
{
    public static TokenVerdict Refused(TokenFault fault) => new(default, default, fault);

    /// <summary>In words that hold nothing of the token.</summary>
    public string Says =>
        Fault switch
        {
            TokenFault.None => "it is good",
            TokenFault.Malformed => "it is not a signed JSON Web Token",
            TokenFault.Algorithm => "its algorithm is not taken: RS, PS or ES with SHA-2 and a fitting key are",
            TokenFault.UnknownKey => "the issuer publishes no key of its name",
            TokenFault.Signature => "its signature is wrong",
            TokenFault.Issuer => "it is of another issuer",
            TokenFault.Audience => "it is for somebody else",
            TokenFault.Expired => "its time is over",
            TokenFault.NotYet => "its time has not come; compare the clocks",
            TokenFault.Nonce => "it belongs to another sign-in",
            TokenFault.AccessToken => "it belongs to another access token",
            _ => "it lacks a claim that every such token has",
        };
}

/// <summary>What a token must say.</summary>
/// <param name="Issuer">Exactly.</param>
/// <param name="Audience">One that it must be for.</param>
sealed record TokenDemands(string Issuer, string Audience)
{
    /// <summary>The audience is a client, and the token one that was made for it: azp is looked at.</summary>
    public bool ForClient { get; init; }

    /// <summary>Null = none is asked for.</summary>
    public string? Nonce { get; init; }

    /// <summary>The access token that came with it; at_hash is looked at where it stands there.</summary>
    public string? AccessToken { get; init; }

    /// <summary>How long ago it may have been made; null = as long as it is good.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>It may have no end, as logout tokens of older providers: then it must have a maximum age.</summary>
    public bool EndIsOptional { get; init; }
}
