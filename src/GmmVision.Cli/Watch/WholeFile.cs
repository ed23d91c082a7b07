namespace GmmVision.Cli.Watch;

/// <summary>Replaces a file in one step: written under another name, flushed to the disk, renamed.</summary>
internal static class WholeFile
{
    /// <summary>Writes it.</summary>
    /// <exception cref="IOException">It could not be written; what was there before still is.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = path + ".tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
