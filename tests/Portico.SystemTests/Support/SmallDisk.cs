using System.Diagnostics;

namespace Portico.SystemTests.Support;

/// <summary>A file system of its own with little room, in memory. Making one takes the rights of root; without them the test is skipped and says so.</summary>
sealed class SmallDisk : IDisposable
{
    readonly TemporaryDirectory place = new();

    SmallDisk() { }

    public string Path => place.Path;

    string Filler => System.IO.Path.Combine(Path, "filler");

    public static SmallDisk MakeOrSkip(int megabytes)
    {
        var disk = new SmallDisk();
        var (code, says) = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path);
        if (code != 0)
            disk.place.Dispose();
        Assert.SkipWhen(code != 0, $"A small file system cannot be mounted here: {says}");
        return disk;
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var block = new byte[64 * 1024];
        for (var size = block.Length; size > 0; )
        {
            try
            {
                file.Write(block, 0, size);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    public void Free() => File.Delete(Filler);

    static (int Code, string Says) Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false }
            )!;
            var says = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, says.Trim());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }

    public void Dispose()
    {
        // Lazily: a connection of SQLite's pool may still be letting go.
        Run("umount", "-l", Path);
        place.Dispose();
    }
}
