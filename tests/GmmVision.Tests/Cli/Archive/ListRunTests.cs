using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace GmmVision.Tests.Cli.Archive;

/// <summary>Lists of videos, whole and in parts, with bad ones among them, killed and tried again, collected and searched.</summary>
public sealed class ListRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-list").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);

    private string MakeList(int copies)
    {
        Directory.CreateDirectory(In("in"));
        List<string> lines = [];
        for (int i = 0; i < copies; i++)
        {
            string path = In("in", $"yard-20261126-08{i:00}00.mp4");
            File.Copy(SmallVideo.Path, path);
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 11, 26, 9, i, 0, DateTimeKind.Utc));
            lines.Add(path);
        }
        File.WriteAllLines(In("list.txt"), lines);
        return In("list.txt");
    }

    private void Append(params string[] lines) => File.AppendAllLines(In("list.txt"), lines);

    /// <summary>Every file of the results with its bytes, but for when they were made.</summary>
    internal static SortedDictionary<string, string> Contents(string folder)
    {
        SortedDictionary<string, string> contents = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(folder, path);
            contents[name] = Path.GetExtension(path) == ".json"
                ? string.Join('\n', File.ReadAllLines(path).Where(line => !line.Contains("\"created\"", StringComparison.Ordinal) && !line.Contains("\"at\"", StringComparison.Ordinal)))
                : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));
        }
        return contents;
    }

    [Fact]
    public void Parts_give_what_the_whole_gives_and_a_bad_input_costs_itself_only()
    {
        string list = MakeList(4);
        File.WriteAllText(In("in", "bad.mp4"), "no video");
        Append(In("in", "bad.mp4"), In("in", "none.mp4"), $"{{\"input\":{JsonSerializer.Serialize(In("in", "yard-20261126-080000.mp4"))},\"name\":\"zoned\",\"camera\":\"Gate\",\"zones\":[\"corner:0,0 20,0 20,20\"],\"end\":3}}");
        (int code, string output, string error) = CommandLineRun.Here("detect", "--manifest", list, "--output", In("whole"));
        Assert.Equal(1, code);
        Assert.Contains("2 of 7 inputs could not be done", error);
        Assert.Contains("[7/7]", output);
        Assert.Contains("7 inputs: 5 done, 2 failed", output);
        int[] codes = [.. Enumerable.Range(1, 3).Select(i => CommandLineRun.Here("detect", "--manifest", list, "--shard", $"{i}/3", "--output", In("parts")).Code)];
        Assert.Contains(1, codes);
        Assert.Equal(Contents(In("whole")), Contents(In("parts")));

        using JsonDocument failed = JsonDocument.Parse(File.ReadAllText(In("whole", "bad", "failed.json")));
        Assert.Equal(In("in", "bad.mp4"), failed.RootElement.GetProperty("input").GetString());
        using JsonDocument zoned = JsonDocument.Parse(File.ReadAllText(In("whole", "zoned", "events.json")));
        Assert.Equal("Gate", zoned.RootElement.GetProperty("input").GetProperty("camera").GetString());
        Assert.Equal(75, zoned.RootElement.GetProperty("input").GetProperty("frames").GetInt32());
        Assert.Equal(0, zoned.RootElement.GetProperty("events").GetArrayLength());
    }

    [Slow]
    [Fact]
    public void Resume_does_exactly_what_is_not_done_with_these_settings()
    {
        string list = MakeList(3), changed = In("in", "yard-20261126-080100.mp4"), gone = In("out", "yard-20261126-080200");
        string[] command = ["detect", "--manifest", list, "--output", In("out"), "--resume"];
        Assert.Contains("3 inputs: 3 done;", CommandLineRun.Here(command).Output);
        Assert.Contains("3 inputs: 0 done, 3 were done already", CommandLineRun.Here(command).Output);
        File.SetLastWriteTimeUtc(changed, new DateTime(2026, 11, 27, 0, 0, 0, DateTimeKind.Utc));
        Directory.Delete(gone, recursive: true);
        Assert.Contains("3 inputs: 2 done, 1 were done already", CommandLineRun.Here(command).Output);
        Assert.Contains("3 inputs: 3 done;", CommandLineRun.Here([.. command, "--threshold", "0.001"]).Output);
        Assert.Contains("3 inputs: 3 done;", CommandLineRun.Here([.. command, "--threshold", "0.001", "--tracks"]).Output);
        Assert.Contains("3 were done already", CommandLineRun.Here([.. command, "--threshold", "0.001", "--tracks", "--threads", "1"]).Output);
        // Whose picture ends early was not done to its end, however often it is tried.
        File.WriteAllBytes(changed, File.ReadAllBytes(SmallVideo.Path)[..40_000]);
        (int code, string output, _) = CommandLineRun.Here(command);
        Assert.Equal(1, code);
        Assert.Contains("1 failed", output);
        Assert.Contains("2 done", output);
        Assert.Contains("1 failed", CommandLineRun.Here(command).Output);
    }

    [Fact]
    public void Events_have_the_time_of_day_where_a_name_or_the_container_tells_it()
    {
        MakeList(1);
        string file = In("in", "yard-20261126-080000.mp4"), result = In("out", "yard-20261126-080000");
        (int code, string output, string error) = CommandLineRun.Here("detect", file, "--output", In("out"), "--clock", "%Y%m%d-%H%M%S");
        Assert.True(code == 0, error);
        Assert.Contains("2026-11-26 08:00:0", output);
        using (JsonDocument report = JsonDocument.Parse(File.ReadAllText(Path.Combine(result, "events.json"))))
        {
            Assert.Equal("2026-11-26T08:00:00.000", report.RootElement.GetProperty("input").GetProperty("began").GetString());
            JsonElement start = report.RootElement.GetProperty("events")[0].GetProperty("start");
            Assert.Equal(new DateTime(2026, 11, 26, 8, 0, 0).AddSeconds(start.GetProperty("seconds").GetDouble()), start.GetProperty("time").GetDateTime(), TimeSpan.FromMilliseconds(1));
        }
        string[] csv = File.ReadAllLines(Path.Combine(result, "events.csv"));
        Assert.EndsWith(",start_time,end_time", csv[0], StringComparison.Ordinal);
        Assert.Equal(csv[0].Count(letter => letter == ','), csv[1].Count(letter => letter == ','));
        Assert.Contains("\"time\":\"2026-11-26T08:00:0", CommandLineRun.Here("detect", file, "--output", In("out"), "--clock", "%Y%m%d-%H%M%S", "--json").Output);

        // A file that says nothing of the kind is looked at all the same.
        Assert.Contains("does not tell when", CommandLineRun.Here("detect", file, "--output", In("out"), "--clock", "metadata").Output);
        Assert.DoesNotContain("\"time\"", File.ReadAllText(Path.Combine(result, "events.json")));
        Assert.Equal(2, CommandLineRun.Here("detect", file, "--output", In("out"), "--clock", "%H%M").Code);
    }

    [Fact]
    public void A_single_input_is_resumed_too()
    {
        Assert.Equal(0, CommandLineRun.Here("detect", SmallVideo.Path, "--output", In("out"), "--resume").Code);
        DateTime made = File.GetLastWriteTimeUtc(In("out", "small", "events.json"));
        Assert.Contains("done already", CommandLineRun.Here("detect", SmallVideo.Path, "--output", In("out"), "--resume").Output);
        Assert.Equal(made, File.GetLastWriteTimeUtc(In("out", "small", "events.json")));
    }

    [Slow]
    [Fact]
    public void Kills_lose_nothing_that_was_finished_and_the_next_try_does_the_rest()
    {
        string list = MakeList(6);
        string[] command = ["detect", "--manifest", list, "--resume", "--clips", "--output"];
        CommandLineRun.Here([.. command, In("whole")]);
        Random random = new(5);
        Dictionary<string, DateTime> finished = [];
        for (int kill = 0; kill < 6; kill++)
        {
            using (Process process = CommandLineRun.Start([.. command, In("killed")]))
            {
                Thread.Sleep(400 + random.Next(1200));
                process.Kill();
                process.WaitForExit();
            }
            foreach ((string name, DateTime time) in finished)
                Assert.Equal(time, File.GetLastWriteTimeUtc(name));
            foreach (string report in Directory.Exists(In("killed")) ? Directory.GetDirectories(In("killed")).Where(folder => Path.GetFileName(folder)[0] != '.').Select(folder => Path.Combine(folder, "events.json")) : [])
            {
                using JsonDocument whole = JsonDocument.Parse(File.ReadAllText(report));
                if (whole.RootElement.TryGetProperty("fingerprint", out _))
                    finished.TryAdd(report, File.GetLastWriteTimeUtc(report));
            }
        }
        (int code, string said, string error) = CommandLineRun.Run([.. command, In("killed")]);
        Assert.True(code == 0, error);
        Assert.Contains($"{6 - finished.Count} done", said);
        Assert.Equal(Contents(In("whole")), Contents(In("killed")));
        Assert.DoesNotContain(Directory.GetDirectories(In("killed")), folder => Path.GetFileName(folder)[0] == '.');
    }

    [Slow]
    [Fact]
    public void Two_processes_that_do_the_same_at_the_same_time_leave_one_whole_result()
    {
        string list = MakeList(3);
        CommandLineRun.Here("detect", "--manifest", list, "--output", In("whole"), "--clips");
        // The second kind of race is over results that both replace.
        foreach (string[] options in (string[][])[["--threshold", "0.01"], []])
        {
            Process[] both = [.. Enumerable.Range(0, 2).Select(_ => CommandLineRun.Start(["detect", "--manifest", list, "--resume", "--clips", "--output", In("out"), .. options]))];
            foreach (Process process in both)
            {
                Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                Assert.True(process.ExitCode == 0, $"{process.ExitCode}");
                process.Dispose();
            }
        }
        Assert.Equal(Contents(In("whole")), Contents(In("out")));
        Assert.DoesNotContain(Directory.GetDirectories(In("out")), folder => Path.GetFileName(folder)[0] == '.');
    }

    [Slow]
    [Fact]
    public void The_end_of_a_grace_period_loses_nothing_and_says_so_to_the_scheduler()
    {
        string list = MakeList(8);
        string[] command = ["detect", "--manifest", list, "--resume", "--output", In("out")];
        using (Process process = CommandLineRun.Start(command))
        {
            string? first = process.StandardOutput.ReadLine();
            Assert.StartsWith("[1/8]", first, StringComparison.Ordinal);
            CommandLineRun.Signal(process, "TERM");
            Assert.True(process.WaitForExit(20_000));
            Assert.Equal(143, process.ExitCode);
        }
        (int code, string output, _) = CommandLineRun.Run(command);
        Assert.Equal(0, code);
        Assert.Matches(@"8 inputs: [1-7] done, [1-7] were done already", output);
    }

    [Fact]
    public void Collect_joins_the_results_and_tells_what_is_missing()
    {
        string list = MakeList(3);
        File.WriteAllText(In("in", "bad.mp4"), "no video");
        Append(In("in", "bad.mp4"));
        CommandLineRun.Here("detect", "--manifest", list, "--output", In("out"), "--clips");
        Append($"{{\"input\":\"{In("in", "never.mp4")}\",\"zones\":[\"0,0 9,0 9,9\"]}}");
        Directory.CreateDirectory(In("out", "copy"));
        foreach (string file in Directory.GetFiles(In("out", "yard-20261126-080000")))
            File.Copy(file, In("out", "copy", Path.GetFileName(file)));
        (int code, string output, string error) = CommandLineRun.Here("collect", In("out"), "--clock", "%Y%m%d-%H%M%S", "--manifest", list, "--failed", In("again.txt"));
        Assert.Equal(1, code);
        Assert.Contains("3 results with 6 motion events", output);
        Assert.Contains("bad: cannot read video", error);
        Assert.Contains("never.mp4", error);
        Assert.Contains("1 are not in the manifest", error);
        Assert.Equal([In("in", "bad.mp4"), File.ReadAllLines(list)[^1]], File.ReadAllLines(In("again.txt")));

        string[] csv = File.ReadAllLines(In("out", "events.csv"));
        Assert.Equal(7, csv.Length);
        Assert.StartsWith("yard,yard-20261126-080000,yard-20261126-080000.mp4,1,2026-11-26T08:00:02.", csv[1], StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(In("out", "events.jsonl"));
        Assert.Equal(6, lines.Length);
        foreach (string line in lines)
        {
            using JsonDocument each = JsonDocument.Parse(line);
            Assert.True(File.Exists(In("out", each.RootElement.GetProperty("thumbnail").GetString()!)));
            Assert.True(File.Exists(In("out", each.RootElement.GetProperty("clip").GetString()!)));
        }
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(In("out", "summary.json")));
        Assert.Equal((3, 6, 750), (summary.RootElement.GetProperty("results").GetInt32(), summary.RootElement.GetProperty("events").GetInt32(), summary.RootElement.GetProperty("frames").GetInt32()));
        Assert.Equal("yard", summary.RootElement.GetProperty("cameras")[0].GetProperty("camera").GetString());
        Assert.Equal("2026-11-26T08:02:10.000", summary.RootElement.GetProperty("last").GetString());

        // Without the list the copy stands beside what it is a copy of, and is left out as such.
        (code, output, error) = CommandLineRun.Here("collect", In("out"), "--output", In("elsewhere"));
        Assert.Equal(1, code);
        Assert.Contains("3 results with 6 motion events", output);
        Assert.Contains("yard-20261126-080000: as copy", error);
        Assert.Contains("base\":\"../out/", File.ReadAllText(In("elsewhere", "index.html")));
    }

    [Fact]
    public void What_is_tried_again_has_the_name_that_it_had()
    {
        foreach (string camera in (string[])["cam1", "cam2"])
        {
            Directory.CreateDirectory(In(camera));
            File.WriteAllText(In(camera, "a.mp4"), "no video");
            File.WriteAllText(In(camera, "b.mp4"), "no video");
        }
        File.WriteAllLines(In("list.txt"), [In("cam1", "a.mp4"), In("cam2", "a.mp4"), In("cam2", "b.mp4"), $"{{\"input\":\"{In("cam1", "b.mp4")}\",\"end\":3}}"]);
        CommandLineRun.Here("detect", "--manifest", In("list.txt"), "--output", In("out"));
        foreach (string[] by in (string[][])[["--manifest", In("list.txt")], []])
        {
            CommandLineRun.Here(["collect", In("out"), "--failed", In("again.txt"), .. by]);
            string[] lines = File.ReadAllLines(In("again.txt"));
            Assert.Equal(4, lines.Length);
            Assert.Contains(lines, line => line.Contains("\"name\":\"cam2-b.mp4\"", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.Contains("\"end\":3,\"name\":\"cam1-b.mp4\"", StringComparison.Ordinal));
            File.WriteAllLines(In("again.txt"), lines[..1]);
            File.Copy(SmallVideo.Path, In("cam1", "a.mp4"), overwrite: true);
            Assert.Equal(0, CommandLineRun.Here("detect", "--manifest", In("again.txt"), "--output", In("out")).Code);
            Assert.True(File.Exists(In("out", "cam1-a.mp4", "events.json")));
            Assert.False(File.Exists(In("out", "cam1-a.mp4", "failed.json")));
            Directory.Delete(In("out"), recursive: true);
            File.WriteAllText(In("cam1", "a.mp4"), "no video");
            CommandLineRun.Here("detect", "--manifest", In("list.txt"), "--output", In("out"));
        }
    }

    [Fact]
    public void Collect_of_what_is_whole_ends_well_twice_with_the_same_bytes()
    {
        CommandLineRun.Here("detect", "--manifest", MakeList(2), "--output", In("out"));
        Assert.Equal(0, CommandLineRun.Here("collect", In("out"), "--json").Code);
        SortedDictionary<string, string> first = Contents(In("out"));
        Assert.Equal(0, CommandLineRun.Here("collect", In("out")).Code);
        Assert.Equal(first, Contents(In("out")));
        Assert.Equal(2, CommandLineRun.Here("collect", In("nowhere")).Code);
        Directory.CreateDirectory(In("empty"));
        Assert.Equal(1, CommandLineRun.Here("collect", In("empty")).Code);
        Assert.Equal(2, CommandLineRun.Here("collect", In("out"), "--clock", "%Q").Code);
    }

    [Fact]
    public void Search_tells_when_something_moved_in_a_part_of_the_picture()
    {
        CommandLineRun.Here("detect", "--manifest", MakeList(2), "--output", In("out"));
        string[] search = ["search", In("out"), "--clock", "%Y%m%d-%H%M%S", "--json"];
        // The box crosses the rows 50 to 70: its first edge is in the middle at 2.7 s, its last at 3.3 s.
        (int code, string output, string error) = CommandLineRun.Here([.. search, "--zone", "70,50 90,50 90,69 70,69"]);
        Assert.True(code == 0, error);
        JsonElement[] finds = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(4, finds.Length);
        Assert.Equal("2026-11-26T08:00:02", finds[0].GetProperty("time").GetString());
        Assert.Equal("yard-20261126-080100", finds[3].GetProperty("result").GetString());
        Assert.Empty(CommandLineRun.Here([.. search, "--zone", "0,0 159,0 159,20 0,20"]).Output);
        Assert.Equal(2, Count("--from", "2026-11-26T08:01", "--to", "2026-11-26"));
        Assert.Equal(2, Count("--to", "2026-11-26T08:00:30", "--camera", "YARD"));
        Assert.Equal(0, Count("--camera", "door"));
        Assert.Equal(1, Count("--most", "1"));
        Assert.Equal(2, CommandLineRun.Here("search", In("out"), "--from", "2026-11-26").Code);
        Assert.Equal(2, CommandLineRun.Here([.. search, "--from", "yesterday"]).Code);
        File.WriteAllText(In("out", "yard-20261126-080100", "motion.grid"), "GMMG");
        (code, output, error) = CommandLineRun.Here(search);
        Assert.Equal(1, code);
        Assert.Contains("yard-20261126-080100: this is no grid of motion", error);
        Assert.NotEmpty(output);

        int Count(params string[] options) => CommandLineRun.Here([.. search, .. options]).Output.Count(letter => letter == '\n');
    }

    [Theory]
    [InlineData("--manifest")]
    [InlineData("nothing")]
    [InlineData("--shard", "5/4", "x.mp4")]
    [InlineData("--shard", "auto", "x.mp4")]
    public void A_list_that_makes_no_sense_is_wrong_usage_and_writes_nothing(params string[] words)
    {
        string[] args = words[0] == "nothing" ? [] : words;
        Assert.Equal(2, CommandLineRun.Here(["detect", .. args, "--output", In("out")]).Code);
        Assert.False(Directory.Exists(In("out")));
    }

    [Fact]
    public void A_zone_of_an_entry_and_the_options_beside_it_are_checked_before_any_work()
    {
        MakeList(1);
        Append($"{{\"input\":\"x.mp4\",\"start\":9,\"end\":3}}");
        (int code, _, string error) = CommandLineRun.Here("detect", "--manifest", In("list.txt"), "--output", In("out"));
        Assert.Equal(2, code);
        Assert.Contains("line 2", error);
        Assert.False(Directory.Exists(In("out")));
    }
}
