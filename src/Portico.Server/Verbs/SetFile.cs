using Portico.Guardrails.Models;

namespace Portico.Server.Verbs;

/// <summary>A set of models in a file on this machine.</summary>
static class SetFile
{
    /// <summary>What stands for the set that comes with the product.</summary>
    public const string Shipped = "shipped";

    /// <exception cref="PorticoException">It is not there, or is none.</exception>
    public static async Task<DetectorModels> ReadAsync(string path, CancellationToken ct)
    {
        if (path == Shipped)
            return DetectorModels.Shipped;
        if (!File.Exists(path))
            throw Verb.Mistake($"There is no file '{path}'.");
        try
        {
            return ModelBundle.Read(await File.ReadAllBytesAsync(path, ct));
        }
        catch (InvalidDataException e)
        {
            throw Verb.Mistake($"{path}: {e.Message}");
        }
    }
}
