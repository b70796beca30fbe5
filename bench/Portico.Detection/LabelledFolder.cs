using Portico.Guardrails.Training;

namespace Portico.Detection;

/// <summary>The labelled sets of a folder: a folder each.</summary>
static class LabelledFolder
{
    public static LabelledSets Of(string folder) => new(set => File.ReadLines(Path.Combine(folder, set, LabelledSets.File)));
}
