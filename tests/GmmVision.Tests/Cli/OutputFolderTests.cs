using GmmVision.Cli;
using GmmVision.Cli.Detect;
using Xunit;

namespace GmmVision.Tests.Cli;

public sealed class OutputFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("gmmvision-output").FullName;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    private string[] Left() => [.. Directory.EnumerateFileSystemEntries(_parent, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_parent, path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Nothing_has_its_final_name_before_all_is_done()
    {
        using OutputFolder output = new(_parent, "street");
        File.WriteAllText(output["events.json"], "{}");
        Assert.DoesNotContain(Left(), path => path.StartsWith("street", StringComparison.Ordinal));
        output.Publish();
        Assert.Equal(["street", "street/events.json"], Left());
    }

    [Fact]
    public void What_is_given_up_leaves_nothing()
    {
        using (OutputFolder output = new(_parent, "street"))
            File.WriteAllText(output["events.json"], "{}");
        Assert.Empty(Left());
    }

    [Fact]
    public void An_earlier_runs_results_go_and_other_files_stay()
    {
        Directory.CreateDirectory(Path.Combine(_parent, "street"));
        foreach (string name in (string[])["events.json", "event-007.jpg", "notes.txt", "event-of-the-year.jpg"])
            File.WriteAllText(Path.Combine(_parent, "street", name), "old");
        using OutputFolder output = new(_parent, "street");
        File.WriteAllText(output["events.json"], "{}");
        File.WriteAllText(output["event-001.jpg"], "new");
        output.Publish();
        Assert.Equal(["street", "street/event-001.jpg", "street/event-of-the-year.jpg", "street/events.json", "street/notes.txt"], Left());
    }

    [Fact]
    public void Where_a_folder_has_the_name_of_a_new_file_the_old_results_stay_as_they_were()
    {
        string folder = Path.Combine(_parent, "street");
        Directory.CreateDirectory(Path.Combine(folder, "overlay.mp4"));
        foreach (string name in (string[])["events.json", "event-007.jpg", "background.png"])
            File.WriteAllText(Path.Combine(folder, name), "old");
        using (OutputFolder output = new(_parent, "street"))
        {
            foreach (string name in (string[])["background.png", "event-001.jpg", "overlay.mp4", "events.json"])
                File.WriteAllText(output[name], "new");
            Assert.Contains("there is a folder of that name", Assert.Throws<IOException>(() => output.Publish()).Message);
        }
        Assert.Equal(["street", "street/background.png", "street/event-007.jpg", "street/events.json", "street/overlay.mp4"], Left());
        Assert.All(Directory.GetFiles(folder), file => Assert.Equal("old", File.ReadAllText(file)));
    }

    [Fact]
    public void A_folder_without_a_report_is_somebody_elses_and_keeps_its_files()
    {
        Directory.CreateDirectory(Path.Combine(_parent, "street"));
        File.WriteAllText(Path.Combine(_parent, "street", "event-007.jpg"), "mine");
        using OutputFolder output = new(_parent, "street");
        output.Publish();
        Assert.Equal(["street", "street/event-007.jpg"], Left());
    }

    [Fact]
    public void What_a_killed_run_left_is_removed()
    {
        Directory.CreateDirectory(Path.Combine(_parent, ".street.partial-999999999"));
        using (new OutputFolder(_parent, "street"))
            Assert.Single(Directory.GetDirectories(_parent));
        Assert.Empty(Left());
    }

    [Fact]
    public void What_another_machine_may_still_write_is_left_alone_until_it_was_silent_for_a_day()
    {
        string fresh = Path.Combine(_parent, ".street.partial-01234567-1-abcdef"), stale = Path.Combine(_parent, ".street.partial-89abcdef-1-abcdef");
        foreach (string folder in (string[])[fresh, stale])
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "events.csv"), "");
        }
        File.SetLastWriteTimeUtc(Path.Combine(stale, "events.csv"), DateTime.UtcNow.AddDays(-2));
        Directory.SetLastWriteTimeUtc(stale, DateTime.UtcNow.AddDays(-2));
        HiddenFolder.RemoveDead(_parent);
        Assert.Equal([".street.partial-01234567-1-abcdef", ".street.partial-01234567-1-abcdef/events.csv"], Left());
    }

    [Fact]
    public void What_a_living_process_of_this_machine_makes_is_left_alone_whatever_its_number_says()
    {
        using OutputFolder output = new(_parent, "street");
        string other = output.Making + "0";      // as a container sees a folder of another, with the same name and number
        Directory.CreateDirectory(other);
        using (new FileStream(Path.Combine(other, ".lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            HiddenFolder.RemoveDead(_parent);
            Assert.True(Directory.Exists(other));
        }
        HiddenFolder.RemoveDead(_parent);
        Assert.False(Directory.Exists(other));
        Assert.True(Directory.Exists(output.Making));
    }

    [Fact]
    public void A_result_that_was_being_replaced_when_its_run_was_killed_is_put_back()
    {
        // Of another process of this machine, which holds no lock any more.
        string before = HiddenFolder.Before(_parent, "street").Replace($"-{Environment.ProcessId}-", "-999999999-", StringComparison.Ordinal);
        Directory.CreateDirectory(before);
        File.WriteAllText(Path.Combine(before, "events.json"), "old");
        HiddenFolder.RemoveDead(_parent);
        Assert.Equal(["street", "street/events.json"], Left());
    }

    [Fact]
    public void A_result_replaces_an_earlier_one_and_word_of_a_failure()
    {
        foreach (string name in (string[])["failed.json", "events.json"])
        {
            Directory.CreateDirectory(Path.Combine(_parent, "street"));
            File.WriteAllText(Path.Combine(_parent, "street", name), "old");
            using OutputFolder output = new(_parent, "street");
            File.WriteAllText(output["events.json"], "new");
            Assert.True(output.Publish());
            Assert.Equal(["street", "street/events.json"], Left());
        }
    }

    [Fact]
    public void What_another_process_has_put_there_meanwhile_stays_where_it_is_the_same()
    {
        foreach (bool isSame in (bool[])[true, false])
        {
            using OutputFolder output = new(_parent, "street");
            File.WriteAllText(output["events.json"], "ours");
            Directory.CreateDirectory(Path.Combine(_parent, "street"));
            File.WriteAllText(Path.Combine(_parent, "street", "events.json"), "theirs");
            Assert.Equal(!isSame, output.Publish(_ => isSame));
            Assert.Equal(isSame ? "theirs" : "ours", File.ReadAllText(Path.Combine(_parent, "street", "events.json")));
            Assert.Equal(["street", "street/events.json"], Left());
        }
    }

    [Fact]
    public void An_output_that_is_a_file_is_refused_with_its_name()
    {
        string file = Path.Combine(_parent, "file");
        File.WriteAllText(file, "");
        Assert.Contains(file, Assert.Throws<UserError>(() => new OutputFolder(file, "street")).Message);
    }
}
