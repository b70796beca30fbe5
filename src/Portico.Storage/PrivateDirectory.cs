namespace Portico.Storage;

/// <summary>Makes directories that only the user of this process may enter: they hold keys, prompts and money.</summary>
public static class PrivateDirectory
{
    /// <summary>Makes what is missing of the path; a directory that is there keeps its mode.</summary>
    public static void Create(string path)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(full);
        else
            Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
