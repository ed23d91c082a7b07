namespace GmmVision.Cli;

/// <summary>Folders for results, with errors in words of our own: which option, which path, what to do.</summary>
internal static class Folders
{
    /// <summary>Finds out, before any work is done, that a path can never be a folder.</summary>
    /// <exception cref="UserError">It, or a part of it, is a file.</exception>
    public static void Require(string path, string option)
    {
        for (string? part = Path.GetFullPath(path); part is not null; part = Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
                throw new UserError($"cannot write results into '{path}': '{Path.GetRelativePath(".", part)}' is a file, not a folder. Give another folder with {option}.");
            if (Directory.Exists(part))
                return;
        }
    }

    /// <summary>Makes it where it is missing.</summary>
    /// <exception cref="UserError">It cannot be made.</exception>
    public static void Create(string path, string option)
    {
        Require(path, option);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, option, exception);
        }
    }

    /// <summary>What to say when a folder cannot be written into.</summary>
    public static UserError Unusable(string path, string option, Exception exception)
    {
        // The errors of the system that have words of their own: no space, read-only, a name that is too long.
        string reason = exception is UnauthorizedAccessException ? "no permission" : (exception.HResult & 0xFFFF) switch
        {
            28 or 112 => "the disk is full",
            30 or 19 => "the file system is read-only",
            36 or 206 => "the name is too long",
            _ => exception.Message.TrimEnd('.'),
        };
        return new UserError($"cannot write results into '{path}': {reason}. Give another folder with {option}.", inner: exception);
    }
}
