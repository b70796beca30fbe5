using Portico.Governance.Forensics;

namespace Portico.Gateway.Files;

/// <summary>
/// What a caller wants gone and a legal hold keeps is refused: whoever is told that something was deleted may believe it. Which hold it is, is not a caller's to know.
/// </summary>
sealed class HeldKept(Holds holds)
{
    /// <param name="what">For the sentence: file, response.</param>
    /// <param name="param">The parameter that names it.</param>
    /// <param name="workspace">It belongs to.</param>
    /// <param name="key">By which it was kept.</param>
    /// <param name="person">For whom, where that is known.</param>
    /// <param name="ct">The caller.</param>
    /// <exception cref="PorticoException">It is held.</exception>
    public async Task RequireNoneAsync(string what, string param, string workspace, string key, string? person, CancellationToken ct)
    {
        if ((await holds.PlacesAsync(ct)).Holds(workspace, key, person))
            throw new PorticoException(
                ErrorTable.Conflict,
                $"A legal hold keeps this {what}: it cannot be deleted before the hold is released. Trying again does not help; ask whoever runs this gateway.",
                param
            );
    }
}
