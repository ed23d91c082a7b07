using System.Globalization;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

/// <summary>Looks in /proc for processes that should be gone.</summary>
internal static class Children
{
    /// <summary>Ids of living children of this process with a name; empty where there is no /proc.</summary>
    public static HashSet<int> OfThisProcess(string name)
    {
        var found = new HashSet<int>();
        if (!Directory.Exists("/proc/self"))
            return found;
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) && Read(id) is (string command, int parent, char state)
                && parent == Environment.ProcessId && command == name && state != 'Z')
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

    /// <summary>Nothing runs that did not run before. Other tests run beside this one, so a new process gets time to end.</summary>
    public static void AssertGone(HashSet<int> before)
    {
        HashSet<int> now = OfThisProcess("ffmpeg");
        now.ExceptWith(before);
        foreach (int id in now)
            AssertGone(id);
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
