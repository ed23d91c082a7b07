using System.Globalization;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

/// <summary>Looks in /proc for processes that should be gone.</summary>
internal static class Children
{
    /// <summary>Ids of living ffmpegs of this process that were given an input; empty where there is no /proc.</summary>
    /// <param name="input">What stands in their command line: other tests run beside this one, and theirs are not meant.</param>
    private static HashSet<int> OfThisProcess(string input)
    {
        var found = new HashSet<int>();
        if (!Directory.Exists("/proc/self"))
            return found;
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) && Read(id) is (string command, int parent, char state)
                && parent == Environment.ProcessId && command == "ffmpeg" && state != 'Z' && Arguments(id).Contains(input, StringComparison.Ordinal))
                found.Add(id);
        }
        return found;
    }

    public static bool IsAlive(int id) => Read(id) is { State: not 'Z' };

    /// <summary>Waits for a process to be gone: the system, not this program, may be the one to end it.</summary>
    public static void AssertGone(int id)
    {
        Assert.True(SpinWait.SpinUntil(() => !IsAlive(id), TimeSpan.FromSeconds(20)), $"process {id} was left behind");
    }

    /// <summary>No ffmpeg of this process that was given an input runs any more.</summary>
    public static void AssertGone(string input)
    {
        foreach (int id in OfThisProcess(input))
            AssertGone(id);
    }

    private static string Arguments(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/cmdline");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static (string Command, int Parent, char State)? Read(int id)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            int open = text.IndexOf('('), close = text.LastIndexOf(')');
            string[] rest = text[(close + 2)..].Split(' ');
            return (text[(open + 1)..close], int.Parse(rest[1], CultureInfo.InvariantCulture), rest[0][0]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
