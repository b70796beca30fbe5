using System.Globalization;
using Portico.Guardrails.Models;
using Portico.Guardrails.Training;

namespace Portico.Detection;

/// <summary>That the models which the product carries are what the listed sets make, byte for byte.</summary>
static class TrainingProof
{
    public static bool Run(LabelledSets sets)
    {
        var training = new DetectorTraining(sets, _ => { });
        var made = DetectorTraining
            .Families.AsParallel()
            .SelectMany(training.Run)
            .ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        Console.WriteLine("| file | bytes | remade |\n|---|---|---|");
        var isGood = made.Count == ModelFiles.All.Count;
        foreach (var file in DetectorModels.Shipped.Files)
        {
            var isSame =
                made.TryGetValue(file.Name, out var bytes) && bytes.AsSpan().SequenceEqual(DetectorModels.Shipped.BytesOf(file.Name).Span);
            isGood &= isSame;
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| {file.Name} | {file.Bytes:N0} | {(isSame ? "the same" : "other")} |")
            );
        }
        return isGood;
    }
}
