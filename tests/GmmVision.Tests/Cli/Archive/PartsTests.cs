using System.Text.Json;
using GmmVision.Cli.Archive;
using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests.Cli.Archive;

/// <summary>Long inputs that are divided by time, looked at part by part, and joined.</summary>
public sealed class PartsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-parts").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);

    [Slow]
    [Fact]
    public void Parts_that_are_joined_have_the_events_of_parts_that_one_machine_looks_at_side_by_side()
    {
        SmallVideo.Repeat(In("long.mp4"));
        (int code, string list, string error) = CommandLineRun.Here("manifest", In("long.mp4"), "--part-length", "5:00");
        Assert.True(code == 0, error);
        string[] lines = list.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("\"part\":\"1/2\",\"end\":300.", lines[0]);
        File.WriteAllText(In("list.jsonl"), list);
        for (int part = 1; part <= 2; part++)
            Assert.Equal(0, CommandLineRun.Here("detect", "--manifest", In("list.jsonl"), "--shard", $"{part}/2", "--output", In("parts")).Code);
        Assert.Equal(0, CommandLineRun.Here("collect", In("parts"), "--manifest", In("list.jsonl")).Code);
        Assert.Equal(0, CommandLineRun.Here("detect", In("long.mp4"), "--jobs", "2", "--output", In("whole")).Code);
        Assert.Equal(0, CommandLineRun.Here("collect", In("whole")).Code);

        // But for the pictures, which lie in the parts' folders.
        string[] joined = Rows("parts"), whole = Rows("whole");
        Assert.True(whole.Length > 2 * SmallVideo.LongCopies - 5, $"{whole.Length}");
        Assert.Equal(whole, joined);
        Assert.All(File.ReadAllLines(In("parts", "events.csv"))[1..], line => Assert.True(File.Exists(In("parts", line.Split(',')[^2])), line));
        Assert.Equal(0, CommandLineRun.Here("search", In("parts"), "--zone", "70,50 90,50 90,69 70,69").Code);

        // Done is done, for parts too.
        Assert.Contains("2 were done already", CommandLineRun.Here("detect", "--manifest", In("list.jsonl"), "--resume", "--output", In("parts")).Output);
        Directory.Delete(In("parts", "long", "part-2-of-2"), recursive: true);
        (code, _, error) = CommandLineRun.Here("collect", In("parts"), "--manifest", In("list.jsonl"), "--failed", In("again.jsonl"));
        Assert.Equal(1, code);
        Assert.Contains("part 2 of 2 is not there", error);
        Assert.Equal(lines[1..], File.ReadAllLines(In("again.jsonl")));

        string[] Rows(string folder) => [.. File.ReadAllLines(In(folder, "events.csv"))[1..].Select(line => string.Join(',', line.Split(',')[2..^2]))];
    }

    [Fact]
    public void What_cannot_be_divided_is_told()
    {
        string input = JsonSerializer.Serialize(SmallVideo.Path);
        File.WriteAllText(In("list.jsonl"), $"{{\"input\":{input},\"part\":\"1/2\",\"end\":5}}\n{{\"input\":{input},\"part\":\"2/2\",\"start\":5}}\n");
        foreach (string option in (string[])["--mask", "--clips", "--skim", "--save-model"])
            Assert.Equal(2, CommandLineRun.Here("detect", "--manifest", In("list.jsonl"), option, "--output", In("out")).Code);
        Assert.False(Directory.Exists(In("out")));
        File.WriteAllText(In("list.jsonl"), $"{{\"input\":{input},\"part\":\"3/2\"}}\n");
        Assert.Equal(2, CommandLineRun.Here("detect", "--manifest", In("list.jsonl"), "--output", In("out")).Code);
        File.WriteAllText(In("list.jsonl"), $"{{\"input\":{input},\"part\":\"2/2\"}}\n");
        Assert.Contains("needs a \"start\"", CommandLineRun.Here("detect", "--manifest", In("list.jsonl"), "--output", In("out")).Error);

        // A bare stream, in which nothing can be found by its time.
        SmallVideo.Remux(In("bare.h264"));
        File.WriteAllText(In("list.jsonl"), $"{{\"input\":{JsonSerializer.Serialize(In("bare.h264"))},\"part\":\"2/2\",\"start\":5}}\n");
        (int code, string output, _) = CommandLineRun.Here("detect", "--manifest", In("list.jsonl"), "--output", In("out"));
        Assert.Equal(1, code);
        Assert.Contains("as a whole in the manifest", output);
        Assert.Equal(2, CommandLineRun.Here("manifest", SmallVideo.Path, "--part-length", "10").Code);
        Assert.Equal(1, CommandLineRun.Here("manifest", In("list.jsonl")).Code);
    }

    [Fact]
    public void A_list_of_a_folder_has_all_videos_below_it_with_their_lengths()
    {
        Directory.CreateDirectory(In("cams", "front", "26"));
        foreach (string path in (string[])[In("cams", "b.mp4"), In("cams", "front", "26", "a.mp4")])
            File.Copy(SmallVideo.Path, path);
        File.WriteAllText(In("cams", "b.jpg"), "a thumbnail beside it");
        (int code, _, string error) = CommandLineRun.Here("manifest", In("cams"), "--output", In("list.jsonl"));
        Assert.True(code == 0, error);
        IReadOnlyList<ManifestEntry> entries = Manifest.Read(In("list.jsonl"), withOptions: true, TextWriter.Null);
        Assert.Equal([In("cams", "b.mp4"), In("cams", "front", "26", "a.mp4")], entries.Select(entry => entry.Input));
        Assert.All(entries, entry => Assert.InRange(entry.Seconds!.Value, 9.9, 10.2));
    }

    [Fact]
    public void A_log_of_frames_keeps_all_that_events_are_made_of()
    {
        Random random = new(1);
        FrameMotion[] frames = [.. Enumerable.Range(0, 500).Select(i => new FrameMotion(i + 7, TimeSpan.FromTicks(400_000L * i + random.Next(100)), i % 3 == 0 ? 0 : random.NextDouble(), i % 3 == 0 ? default : new Box(random.Next(5000), random.Next(5000), random.Next(1, 5000), random.Next(1, 5000)), i % 3 == 0 ? 0 : (ulong)random.NextInt64() << 1))];
        FrameLog log = new();
        foreach (FrameMotion frame in frames)
            log.Add(frame);
        log.Write(In("frames.motion"));
        Assert.Equal(frames, FrameLog.Read(In("frames.motion"), 7));
        byte[] whole = File.ReadAllBytes(In("frames.motion"));
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = whole[..random.Next(whole.Length)];
            if (damaged.Length > 0)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(In("frames.motion"), damaged);
            try
            {
                FrameLog.Read(In("frames.motion"), 0);
            }
            catch (InvalidDataException)
            {
            }
        }
    }
}
