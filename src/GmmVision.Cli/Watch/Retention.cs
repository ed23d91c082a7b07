namespace GmmVision.Cli.Watch;

/// <summary>Removes the oldest recordings so that what <see cref="RetentionRule"/> allows is kept, over all cameras together.</summary>
internal sealed class Retention(RetentionRule rule, IReadOnlyList<(ClipFolder Folder, EventLog Log)> cameras, TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>Looks once, and removes.</summary>
    /// <returns>How many files were removed.</returns>
    public int Apply()
    {
        int removed = 0;
        List<FileInfo> files = [.. cameras.SelectMany(camera => camera.Folder.Recordings()).OrderBy(file => file.Name, StringComparer.Ordinal)];
        long bytes = files.Sum(file => file.Length);
        DateTimeOffset? oldest = rule.Days is double days ? _clock.GetUtcNow() - TimeSpan.FromDays(days) : null;
        foreach (FileInfo file in files)
        {
            bool isTooOld = oldest is not null && ClipFolder.TimeOf(file.Name) < oldest;
            if (!isTooOld && !(bytes > rule.Bytes))
                break;
            bytes -= file.Length;
            try
            {
                file.Delete();
                removed++;
            }
            catch (IOException)
            {
                // Somebody plays it (Windows); it goes the next time.
            }
        }
        if (oldest is { } time)
        {
            foreach ((_, EventLog log) in cameras)
                log.RemoveBefore(time);
        }
        return removed;
    }
}
