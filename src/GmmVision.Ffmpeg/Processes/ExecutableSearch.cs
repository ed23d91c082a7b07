namespace GmmVision.Ffmpeg.Processes;

/// <summary>Looks for an executable as a shell does.</summary>
internal static class ExecutableSearch
{
    /// <summary>Full path of an executable given as a path or as a name on the PATH; null where there is none.</summary>
    public static string? Find(string nameOrPath)
    {
        if (nameOrPath.Contains(Path.DirectorySeparatorChar) || nameOrPath.Contains(Path.AltDirectorySeparatorChar))
            return IsExecutable(nameOrPath) ? Path.GetFullPath(nameOrPath) : null;
        string file = OperatingSystem.IsWindows() && !nameOrPath.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? nameOrPath + ".exe" : nameOrPath;
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.Combine(folder, file);
            if (IsExecutable(path))
                return path;
        }
        return null;
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
