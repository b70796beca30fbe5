using System.Text;
using Portico.Guardrails.Content;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Names;

namespace Portico.Guardrails.Models;

/// <summary>The files of a set of models: their names, whose they are, and what their heads say they were made from.</summary>
public static class ModelFiles
{
    public const string Injection = "injection";
    public const string Content = "content";
    public const string Names = "names";

    /// <summary>What is trained by itself.</summary>
    public static IReadOnlyList<string> Families { get; } = [Injection, Content, Names];

    /// <summary>Every file of a set, in its order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        InjectionDetector.UserFile,
        InjectionDetector.DataFile,
        InjectionDetector.WeightsFile,
        .. ContentKinds.All.Select(k => ContentClassifier.FileOf(k.Id)),
        ContentClassifier.WeightsFile,
        NameModel.File,
    ];

    /// <summary>The family of a file.</summary>
    public static string FamilyOf(string file) => file == NameModel.File ? Names : file[..file.IndexOf('-', StringComparison.Ordinal)];

    /// <summary>What its head says: sets with their licences and counts, seed. Calibration tables have none.</summary>
    /// <exception cref="InvalidDataException">It is no file of a model.</exception>
    internal static IReadOnlyList<string> SourcesOf(string file, ReadOnlySpan<byte> bytes) =>
        file == NameModel.File ? [.. NameModel.Read(bytes).Header.Split('\n').Skip(1)]
        : file.EndsWith(".model", StringComparison.Ordinal)
            ? [.. LinearModel.Read(bytes).Provenance.Split("; ", StringSplitOptions.RemoveEmptyEntries)]
        : [];

    /// <summary>The file of the assembly.</summary>
    internal static byte[] Resource(string name)
    {
        using var stream =
            typeof(ModelFiles).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidDataException($"The assembly carries no model '{name}'.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A table of calibrations: in a line each a name, the bias, the weights.</summary>
    /// <param name="bytes">UTF-8.</param>
    /// <param name="weights">How many stand behind each bias.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    internal static IReadOnlyList<(string Name, Calibration Weights)> Table(ReadOnlySpan<byte> bytes, int weights)
    {
        var rows = new List<(string, Calibration)>();
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ');
            var numbers = new double[parts.Length - 1];
            for (var at = 0; at < numbers.Length; at++)
                if (
                    !double.TryParse(
                        parts[at + 1],
                        System.Globalization.NumberStyles.Float,
                        System.Globalization.CultureInfo.InvariantCulture,
                        out numbers[at]
                    ) || !double.IsFinite(numbers[at])
                )
                    throw new InvalidDataException($"The calibration of {parts[0]} has something that is no number.");
            if (numbers.Length != weights + 1)
                throw new InvalidDataException($"The calibration of {parts[0]} has {numbers.Length} numbers and needs {weights + 1}.");
            rows.Add((parts[0], new Calibration(numbers[1..], numbers[0])));
        }
        return rows;
    }
}
