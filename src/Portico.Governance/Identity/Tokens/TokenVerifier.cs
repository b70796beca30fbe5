namespace Portico.Governance.Identity.Tokens;

/// <summary>Verifies tokens by the published keys of their issuer.</summary>
sealed class TokenVerifier(IssuerDirectory issuers, TimeProvider time)
{
    /// <summary>A key that is not known may be a new one: then the keys are read once more.</summary>
    /// <exception cref="IssuerAwayException">The keys cannot be read.</exception>
    public async Task<TokenVerdict> VerifyAsync(string? text, TokenDemands demands, bool allowSpecial, CancellationToken ct)
    {
        var token = SignedToken.Read(text);
        // What is none is told from what it lacks before anybody is asked.
        if (token is null)
            return TokenVerdict.Refused(TokenFault.Malformed);
        var documents = await issuers.FindAsync(demands.Issuer, allowSpecial, ct);
        var verdict = TokenJudge.Judge(token, documents.Keys, demands, time.GetUtcNow());
        if (verdict.Fault != TokenFault.UnknownKey)
            return verdict;
        var newer = await issuers.FindNewerAsync(demands.Issuer, allowSpecial, documents, ct);
        return ReferenceEquals(newer, documents) ? verdict : TokenJudge.Judge(token, newer.Keys, demands, time.GetUtcNow());
    }
}
