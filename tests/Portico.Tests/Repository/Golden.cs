using System.Text;

namespace Portico.Tests.Repository;

/// <summary>Compares text with a committed file. <c>UPDATE_GOLDEN=1</c> rewrites the file; its diff is then reviewed like code.</summary>
static class Golden
{
    public static void Check(string file, string text)
    {
        var path = Repo.PathOf(file);
        text = text.TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text, new UTF8Encoding(false));
            return;
        }
        var kept = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (kept == text)
            return;
        var (old, now) = (kept.Split('\n'), text.Split('\n'));
        var gone = old.Except(now, StringComparer.Ordinal).Select(l => "- " + l);
        var came = now.Except(old, StringComparer.Ordinal).Select(l => "+ " + l);
        Assert.Fail(
            $"{file} is not what the code says now. If that is meant, run the tests with UPDATE_GOLDEN=1 and look at the diff.\n"
                + string.Join('\n', gone.Concat(came).Take(40))
        );
    }
}
