using System.Globalization;
using Portico.Governance.Audit;

namespace Portico.Server.Anchoring;

/// <summary>How objects of checkpoints are called: a folder for each log, in it numbers that sort as the log grows.</summary>
static class AnchorNames
{
    public const string Type = "text/plain; charset=utf-8";

    public static Uri AddressOf(Uri folder, AnchoredNote note) =>
        new(folder, string.Create(CultureInfo.InvariantCulture, $"{note.Log}/{note.Size:D15}.txt"));
}
