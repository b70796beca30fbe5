namespace Portico.OidcProvider;

/// <summary>Somebody who can sign in at the provider.</summary>
public sealed record OidcPerson(string Subject, string Email, string Name, string Password, IReadOnlyList<string> Groups)
{
    /// <summary>Null = the provider does not say.</summary>
    public bool? EmailVerified { get; init; } = true;

    /// <summary>An id of the directory beside the subject.</summary>
    public string? ObjectId { get; init; }
}
