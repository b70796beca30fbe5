using Portico.Guardrails.Models;

namespace Portico.Guardrails.Training;

/// <summary>
/// Remakes the files of the models from labelled sets and the product's own patterns: the same sets make the same bytes on every machine. Only sets whose licence allows it are asked for, and of
/// each the part that is not kept for scoring.
/// </summary>
/// <param name="sets">The labelled sets.</param>
/// <param name="report">Receives how far it is.</param>
/// <param name="reviews">Findings that people of one workspace decided, for a set of its own; null = none.</param>
public sealed class DetectorTraining(LabelledSets sets, Action<string> report, IReadOnlyList<ReviewedText>? reviews = null)
{
    readonly IReadOnlyList<ReviewedText> reviews = reviews ?? [];

    /// <summary>What is trained by itself.</summary>
    public static IReadOnlyList<string> Families => ModelFiles.Families;

    /// <summary>The files of a family, by name.</summary>
    /// <exception cref="ArgumentException">There is no such family.</exception>
    public IReadOnlyDictionary<string, byte[]> Run(string family) =>
        family switch
        {
            ModelFiles.Injection => new InjectionTraining(sets, report, reviews).Run(),
            ModelFiles.Content => new ContentTraining(sets, report, reviews).Run(),
            ModelFiles.Names => new NamesTraining(sets, report).Run(),
            _ => throw new ArgumentException($"No family is called '{family}'.", nameof(family)),
        };
}
