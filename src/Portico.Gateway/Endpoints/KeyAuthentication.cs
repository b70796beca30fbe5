using Microsoft.AspNetCore.Http;
using Portico.Governance;

namespace Portico.Gateway.Endpoints;

/// <summary>Finds the caller of a request from its service key. The tenant comes from the key and from nowhere else.</summary>
sealed class KeyAuthentication(GovernanceCatalog governance, TimeProvider time)
{
    const string Scheme = "Bearer ";

    /// <exception cref="PorticoException">No key, a key that is not live, or an address it does not work from.</exception>
    public Caller Authenticate(HttpContext http)
    {
        var secret = SecretOf(http.Request);
        if (secret.IsEmpty)
            throw new PorticoException(
                ErrorTable.InvalidApiKey,
                "No key was sent. Send a Portico key as 'Authorization: Bearer pk_live_…'."
            );
        var found = governance.Current.FindBySecret(secret, time.GetUtcNow());
        var caller = found.Caller ?? throw new PorticoException(ErrorTable.InvalidApiKey, Explain(found.Refusal));
        if (!caller.AllowsAddress(http.Connection.RemoteIpAddress))
            throw new PorticoException(ErrorTable.PermissionDenied, "This key does not work from this network address.");
        return ActingFor(http, caller);
    }

    /// <summary>Bearer as OpenAI's SDKs send it, api-key as Azure's, x-api-key as Anthropic's.</summary>
    static ReadOnlySpan<char> SecretOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return header.AsSpan(Scheme.Length).Trim();
        if (request.Headers["api-key"] is [{ Length: > 0 } azure])
            return azure.AsSpan().Trim();
        return request.Headers["x-api-key"] is [{ Length: > 0 } anthropic] ? anthropic.AsSpan().Trim() : default;
    }

    Caller ActingFor(HttpContext http, Caller caller)
    {
        var named = http.Request.Headers["x-portico-person"].ToString();
        if (named.Length == 0)
            return caller;
        if (!caller.Key.MayActForPeople)
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
