using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Portico.Governance;
using Portico.Governance.Audit;
using Portico.Governance.Identity.Workloads;

namespace Portico.Gateway.Endpoints;

/// <summary>Finds the caller of a request from its service key, or from the token of a service that opens one. The tenant comes from the key and from nowhere else.</summary>
sealed class KeyAuthentication(GovernanceCatalog governance, WorkloadTokens tokens, ApiAudit audit, TimeProvider time)
{
    const string Scheme = "Bearer ";

    /// <summary>Completes at once for keys, and for tokens that were seen before.</summary>
    /// <exception cref="PorticoException">No key, a key that is not live, or an address it does not work from.</exception>
    public ValueTask<Caller> AuthenticateAsync(HttpContext http)
    {
        var digest = DigestOf(http, out var sent);
        if (!sent)
            throw new PorticoException(
                ErrorTable.InvalidApiKey,
                "No key was sent. Send a Portico key as 'Authorization: Bearer pk_live_…'."
            );
        var snapshot = governance.Current;
        var found = snapshot.FindBySecret(digest, time.GetUtcNow());
        if (found.Refusal == KeyRefusal.Unknown && digest is { } known && snapshot.TakesTokens)
        {
            found = tokens.Find(known, time.GetUtcNow());
            if (found.Refusal == KeyRefusal.Unknown && TokenOf(http) is { } token)
                return OpenAsync(http, token, known);
        }
        return ValueTask.FromResult(CallerOf(http, found));
    }

    async ValueTask<Caller> OpenAsync(HttpContext http, string token, SecretDigest digest)
    {
        KeyLookup found;
        try
        {
            found = await tokens.OpenAsync(token, digest, http.RequestAborted);
        }
        catch (PorticoException e)
        {
            audit.WriteRefusal(http, null, e.Kind);
            throw;
        }
        return CallerOf(http, found);
    }

    /// <summary>Null where what was sent has not the form of a token.</summary>
    static string? TokenOf(HttpContext http)
    {
        var sent = SecretOf(http.Request, http.Request.Headers.Authorization.ToString());
        return WorkloadTokens.HasForm(sent) ? sent.ToString() : null;
    }

    Caller CallerOf(HttpContext http, KeyLookup found)
    {
        try
        {
            var caller = found.Caller ?? throw new PorticoException(ErrorTable.InvalidApiKey, Explain(found.Refusal));
            RefuseUnlessFrom(caller, http.Connection.RemoteIpAddress);
            var person = http.Request.Headers["x-portico-person"].ToString();
            return person.Length == 0 ? caller : ActingFor(caller, person);
        }
        catch (PorticoException e)
        {
            audit.WriteRefusal(http, found.Caller?.KeyId ?? found.KeyId, e.Kind);
            throw;
        }
    }

    /// <exception cref="PorticoException">The key does not work now.</exception>
    public static void RefuseUnlessLive(Caller caller, DateTimeOffset now)
    {
        if (GovernanceSnapshot.RefusalOf(caller, now) is not KeyRefusal.None and var refusal)
            throw new PorticoException(ErrorTable.InvalidApiKey, Explain(refusal));
    }

    /// <exception cref="PorticoException">The key does not work from there.</exception>
    public static void RefuseUnlessFrom(Caller caller, IPAddress? address)
    {
        if (!caller.AllowsAddress(address))
            throw new PorticoException(ErrorTable.PermissionDenied, "This key does not work from this network address.");
    }

    /// <summary>What a connection sent last, and what came of it.</summary>
    sealed record Remembered(string Header, SecretDigest Digest);

    /// <summary>
    /// The digest of the secret that was sent. The web server gives the header of the request before again when it has not changed, as the same object:
    /// by that alone, and so without comparing secrets, a connection is spared the hash.
    /// </summary>
    static SecretDigest? DigestOf(HttpContext http, out bool sent)
    {
        var header = http.Request.Headers.Authorization.ToString();
        // One request at a time: what several streams share would need a lock, and another key may stand in another header.
        var items =
            HttpProtocol.IsHttp11(http.Request.Protocol) && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                ? http.Features.Get<IConnectionItemsFeature>()?.Items
                : null;
        if (
            items is not null
            && items.TryGetValue(typeof(Remembered), out var item)
            && item is Remembered known
            && ReferenceEquals(known.Header, header)
        )
        {
            sent = true;
            return known.Digest;
        }
        var secret = SecretOf(http.Request, header);
        sent = !secret.IsEmpty;
        var digest = sent ? SecretDigest.Of(secret) : null;
        if (items is not null && digest is { } found)
            items[typeof(Remembered)] = new Remembered(header, found);
        return digest;
    }

    /// <summary>Bearer as OpenAI's SDKs send it, api-key as Azure's, x-api-key as Anthropic's.</summary>
    static ReadOnlySpan<char> SecretOf(HttpRequest request, string header)
    {
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return header.AsSpan(Scheme.Length).Trim();
        if (request.Headers["api-key"] is [{ Length: > 0 } azure])
            return azure.AsSpan().Trim();
        return request.Headers["x-api-key"] is [{ Length: > 0 } anthropic] ? anthropic.AsSpan().Trim() : default;
    }

    /// <param name="caller">Who the key is.</param>
    /// <param name="named">Id or e-mail of the person it acts for.</param>
    /// <exception cref="PorticoException">The key may not, or the person is none of the organisation's.</exception>
    public Caller ActingFor(Caller caller, string named)
    {
        if (caller.Key is not { MayActForPeople: true })
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                "This key may not act for people. An administrator can allow it on the key.",
                "x-portico-person"
            );
        var people = governance.Current.People;
        var person = PersonId.TryParse(named, out var id)
            ? people.GetValueOrDefault(id)
            : people.Values.FirstOrDefault(p => string.Equals(p.Email, named, StringComparison.OrdinalIgnoreCase));
        if (person is null || person.Disabled || person.OrganisationId != caller.Organisation.Id)
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                "The person named in x-portico-person is not a member of this organisation.",
                "x-portico-person"
            );
        return caller.ActingFor(person);
    }

    static string Explain(KeyRefusal refusal) =>
        refusal switch
        {
            KeyRefusal.Disabled => "This key is disabled. An administrator can enable it.",
            KeyRefusal.Revoked => "This key was revoked. Ask for a new one.",
            KeyRefusal.Expired => "This key has expired. Ask for a new one or have it rotated.",
            KeyRefusal.PersonDisabled => "The person of this key is disabled.",
            _ => "The key is not known here. Check that it was copied whole and that the base URL is this Portico.",
        };
}
