using Portico.Guardrails.Content;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Models;

namespace Portico.Tests.Guardrails.Models;

/// <summary>Sets of models for tests: as good as the shipped one, and ones that are not.</summary>
public static class ModelSets
{
    public static Dictionary<string, byte[]> Files() =>
        ModelFiles.All.ToDictionary(f => f, f => DetectorModels.Shipped.BytesOf(f).ToArray(), StringComparer.Ordinal);

    /// <summary>Finds what the shipped one finds; its digest is another.</summary>
    /// <param name="version">Makes each its own.</param>
    /// <param name="workspace">Whose it is.</param>
    public static DetectorModels Good(string version, string? workspace = null)
    {
        var files = Files();
        files[InjectionDetector.UserFile] = Told(files[InjectionDetector.UserFile], version);
        return DetectorModels.Of(version, workspace, workspace is null ? 0 : 1, files);
    }

    /// <summary>Finds an insult in everything: what is told by classes of content shows which set was asked.</summary>
    public static DetectorModels Touchy(string version, string? workspace = null)
    {
        var files = Files();
        files[ContentClassifier.WeightsFile] = Weights("content.harassment 20.0 0.0 0.0");
        files[InjectionDetector.UserFile] = Told(files[InjectionDetector.UserFile], version);
        return DetectorModels.Of(version, workspace, workspace is null ? 0 : 1, files);
    }

    /// <summary>Can be read and finds no attack.</summary>
    public static DetectorModels Blind()
    {
        var files = Files();
        files[InjectionDetector.UserFile] = new LinearModel(new sbyte[1 << 8], 8, 1, -20, "nothing").Write();
        files[InjectionDetector.WeightsFile] = "user -20 0 0 0 0 0 0 0 0\ndata -20 0 0 0 0 0 0 0 0\n"u8.ToArray();
        return DetectorModels.Of("blind", null, 0, files);
    }

    /// <summary>Of a class of content, with the other lines as they are shipped.</summary>
    static byte[] Weights(string line) =>
        System.Text.Encoding.UTF8.GetBytes(
            string.Concat(
                System
                    .Text.Encoding.UTF8.GetString(DetectorModels.Shipped.BytesOf(ContentClassifier.WeightsFile).Span)
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(l => (l.Split(' ')[0] == line.Split(' ')[0] ? line : l) + "\n")
            )
        );

    /// <summary>The same model with something more in its head.</summary>
    static byte[] Told(byte[] bytes, string version)
    {
        var head = BitConverter.ToInt32(bytes, 20);
        var more = System.Text.Encoding.UTF8.GetBytes($"made for a test: {version}");
        byte[] told = [.. bytes[..(24 + head)], .. more, .. bytes[(24 + head)..]];
        BitConverter.TryWriteBytes(told.AsSpan(20), head + more.Length).ShouldBeTrue();
        return told;
    }
}
