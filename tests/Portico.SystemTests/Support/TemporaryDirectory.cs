namespace Portico.SystemTests.Support;

/// <summary>A directory of its own for one test, gone with it.</summary>
sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("portico-system-").FullName;

    public string Path { get; }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that was killed a moment ago may still be letting go of a file; the system's own cleaning takes the rest.
        }
    }
}
