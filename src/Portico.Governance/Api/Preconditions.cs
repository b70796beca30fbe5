using Microsoft.AspNetCore.Http;

namespace Portico.Governance.Api;

/// <summary>ETag and If-Match: a change names the version it was made on, so that two people cannot overwrite each other unseen.</summary>
public static class Preconditions
{
    public static string Tag(long version) => $"\"v{version}\"";

    public static void SetTag(HttpContext http, long version) => http.Response.Headers.ETag = Tag(version);

    /// <exception cref="PorticoException">If-Match is missing or names another version.</exception>
    public static void Require(HttpContext http, long version)
    {
        var sent = http.Request.Headers.IfMatch.ToString();
        if (sent.Length == 0)
            throw new PorticoException(
                ErrorTable.PreconditionRequired,
                $"Send If-Match with the ETag you read, now {Tag(version)}, or * to overwrite."
            );
        // RFC 9110, 13.1.1: one of several tags is enough; weak ones never match.
        if (sent != "*" && !sent.Split(',', StringSplitOptions.TrimEntries).Contains(Tag(version), StringComparer.Ordinal))
            throw new PorticoException(ErrorTable.PreconditionFailed, $"You sent If-Match {sent}; it is at {Tag(version)} now.");
    }
}
