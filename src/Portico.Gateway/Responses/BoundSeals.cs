using System.Security.Cryptography;
using Portico.Governance.Keys;

namespace Portico.Gateway.Responses;

/// <summary>
/// Where a provider thought: sealed reasoning opens for the account that sealed it, and what its tools left behind is of that account. So it is the connection
/// that binds; the deployment is where it went before.
/// </summary>
/// <param name="Connection">As a text, <c>conn_…</c>.</param>
/// <param name="Deployment">As a text, <c>dep_…</c>.</param>
sealed record Place(string Connection, string Deployment)
{
    public override string ToString() => $"{Connection} {Deployment}";

    /// <summary>Null when the text is none.</summary>
    public static Place? Parse(string? text) =>
        text?.Split(' ') is [var connection, var deployment] ? new Place(connection, deployment) : null;
}

/// <summary>
/// How a provider's seal travels to callers that keep their conversation themselves: with the place it belongs to, sealed again under a key of the platform for the
/// workspace. What was made for another workspace does not open.
/// </summary>
/// <param name="box">The platform's, as it is now.</param>
sealed class BoundSeals(Func<Box> box)
{
    const string Prefix = "bound:";

    public string Seal(Place place, string seal, string workspace) => Prefix + box().SealText($"{place}\n{seal}", workspace);

    public static bool IsOne(string seal) => seal.StartsWith(Prefix, StringComparison.Ordinal);

    /// <param name="seal">As the caller has it.</param>
    /// <param name="workspace">Whose it must be.</param>
    /// <param name="path">Where it stands.</param>
    /// <exception cref="PorticoException">It does not open, in words that do not tell why.</exception>
    public (Place Place, string Seal) Open(string seal, string workspace, string path)
    {
        try
        {
            var plain = box().OpenText(seal[Prefix.Length..], workspace).Reveal();
            var line = plain.IndexOf('\n', StringComparison.Ordinal);
            if (line > 0 && Place.Parse(plain[..line]) is { } place)
                return (place, plain[(line + 1)..]);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw Closed(path, e);
        }
        throw Closed(path, null);
    }

    static PorticoException Closed(string path, Exception? inner) =>
        new(
            ErrorTable.InvalidRequest,
            $"'{path}' does not open: it was changed, or is not of this workspace. Send it as it came, or leave its item out.",
            path,
            inner
        );
}
