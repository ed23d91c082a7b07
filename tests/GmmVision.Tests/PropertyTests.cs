using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GmmVision.Ffmpeg.Nut;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Events;
using GmmVision.Recording.Mqtt;

namespace GmmVision.Tests;

/// <summary>What holds for every input, tried on inputs that nobody thought of.</summary>
public class PropertyTests
{
    [Property(MaxTest = 300)]
    public bool A_zone_reads_as_it_was_written(NonEmptyArray<(short X, short Y)> corners, PositiveInt scale, bool isNamed)
    {
        if (corners.Get.Length < 3)
            return true;
        double unit = 1.0 / (scale.Get % 1000 + 1);
        Zone zone = new(corners.Get.Select(corner => (corner.X * unit, corner.Y * unit)), isNamed ? "back door" : null), read = Zone.Parse(zone.ToText());
        return read.Name == zone.Name && read.Corners.Zip(zone.Corners).All(pair => Math.Abs(pair.First.X - pair.Second.X) < 1e-3 && Math.Abs(pair.First.Y - pair.Second.Y) < 1e-3) && read.ToText() == zone.ToText();
    }

    // Whenever the power goes: whole lines are there again, the torn one is cut off, and writing goes on behind them.
    [Property(MaxTest = 60)]
    public bool A_log_that_was_torn_anywhere_holds_its_whole_lines(NonEmptyArray<NonNull<string>> messages, PositiveInt cut)
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-").FullName;
        try
        {
            string path = System.IO.Path.Combine(folder, "events.jsonl");
            List<long> ends = [0];
            using (EventLog log = EventLog.Open(path))
            {
                for (int i = 0; i < messages.Get.Length; i++)
                {
                    log.Append(Event(i, messages.Get[i].Get));
                    ends.Add(new FileInfo(path).Length);
                }
            }
            long kept = cut.Get % (ends[^1] + 1);
            using (FileStream file = File.OpenWrite(path))
                file.SetLength(kept);
            int whole = ends.FindLastIndex(end => end <= kept);
            using (EventLog log = EventLog.Open(path))
            {
                if (log.Recent(int.MaxValue).Count != whole || log.TornBytes != kept - ends[whole] || log.LastNumber != whole)
                    return false;
                log.Append(Event(1000, "again"));
            }
            using EventLog after = EventLog.Open(path);
            return after.TornBytes == 0 && after.ForeignLines == 0 && after.Recent(int.MaxValue).Count == whole + 1 && after.LastNumber == 1001;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static CameraEvent Event(int i, string message) => new() { Kind = CameraEventKind.Motion, Camera = "yard", Number = i + 1, Start = new DateTimeOffset(2026, 11, 28, 8, 0, 0, TimeSpan.Zero).AddSeconds(i), Message = Printable(message) };

        // What is no text (half a surrogate pair) cannot be written as UTF-8 by anybody.
        static string Printable(string text) => string.Concat(text.Where(c => !char.IsSurrogate(c)));
    }

    // Against the simplest there is: a list, and a number of those that were pushed out.
    [Property(MaxTest = 300)]
    public bool A_queue_that_drops_does_as_a_list_would(PositiveInt length, bool[] puts)
    {
        int most = length.Get % 6 + 1;
        FrameQueue queue = new(new FrameFormat(2, 2, PixelLayout.Gray8), most, dropsOldest: true);
        List<long> model = [];
        long next = 0, dropped = 0;
        Stack<Frame> taken = new();
        foreach (bool put in puts)
        {
            if (put)
            {
                if (model.Count == most)
                {
                    model.RemoveAt(0);
                    dropped++;
                }
                Frame frame = queue.Rent();
                if (taken.Contains(frame))
                    return false;      // somebody works on it
                frame.Number = next;
                queue.Put(frame);
                model.Add(next++);
            }
            else if (queue.Take(TimeSpan.Zero) is { } got)
            {
                if (model.Count == 0 || got.Frame.Number != model[0])
                    return false;
                model.RemoveAt(0);
                taken.Push(got.Frame);
            }
            else if (model.Count > 0)
            {
                return false;
            }
            else if (taken.TryPop(out Frame? back))
            {
                queue.Return(back);
            }
        }
        return queue.Dropped == dropped;
    }

    [Property(MaxTest = 200)]
    public bool Pictures_come_out_of_NUT_as_they_went_in(NonEmptyArray<byte[]> seeds, PositiveInt width, PositiveInt height, bool isColor)
    {
        FrameFormat format = new(width.Get % 40 + 1, height.Get % 30 + 1, isColor ? PixelLayout.Yuv420 : PixelLayout.Gray8);
        using MemoryStream stream = new();
        NutWriter writer = new(stream, format);
        List<(long Pts, byte[] Data)> pictures = [];
        long pts = 0;
        foreach (byte[] seed in seeds.Get)
        {
            byte[] data = new byte[format.ByteCount];
            new Random(seed.Aggregate(17, (hash, value) => hash * 31 + value)).NextBytes(data);
            pts += seed.Length * 1000 + 1;
            writer.WriteHeader(pts, data.Length);
            stream.Write(data);
            pictures.Add((pts, data));
        }
        stream.Position = 0;
        NutReader reader = new(stream);
        if (!reader.TryOpen() || (reader.Width, reader.Height) != (format.Width, format.Height))
            return false;
        foreach ((long due, byte[] data) in pictures)
        {
            if (!reader.TryReadHeader(out long read) || read != due || reader.Remaining != data.Length)
                return false;
            byte[] got = new byte[data.Length];
            reader.Read(got);
            if (!got.SequenceEqual(data))
                return false;
        }
        return !reader.TryReadHeader(out _);
    }

    // Against a flood fill, pixel by pixel.
    [Property(MaxTest = 200)]
    public bool Connected_components_are_those_of_a_flood_fill(PositiveInt width, PositiveInt height, int seed, bool eight)
    {
        Mask mask = new(width.Get % 90 + 1, height.Get % 20 + 1);
        Random random = new(seed);
        for (int y = 0; y < mask.Height; y++)
            for (int x = 0; x < mask.Width; x++)
                mask[x, y] = random.Next(5) < 3;
        ConnectedComponentLabeler labeler = new(mask.Width, mask.Height);
        (Box, int)[] found = [.. labeler.Label(mask, eight ? Connectivity.Eight : Connectivity.Four).ToArray().Select(region => (region.Box, region.Area))];
        return found.OrderBy(Key).SequenceEqual(Flood(mask, eight).OrderBy(Key));

        static string Key((Box Box, int Area) region) => string.Create(CultureInfo.InvariantCulture, $"{region.Box} {region.Area}");
    }

    [Property(MaxTest = 300)]
    public bool Names_of_zones_become_topics_that_differ_and_hold_no_other_signs(NonNull<string>[] names)
    {
        string[] slugs = HomeAssistant.Slugs([.. names.Select(name => name.Get)]);
        return slugs.Distinct().Count() == names.Length && slugs.All(slug => slug.Length > 0 && slug.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'));
    }

    private static IEnumerable<(Box, int)> Flood(Mask mask, bool eight)
    {
        bool[,] seen = new bool[mask.Width, mask.Height];
        for (int y = 0; y < mask.Height; y++)
        {
            for (int x = 0; x < mask.Width; x++)
            {
                if (!mask[x, y] || seen[x, y])
                    continue;
                int left = x, right = x, top = y, bottom = y, area = 0;
                Stack<(int X, int Y)> open = new([(x, y)]);
                seen[x, y] = true;
                while (open.TryPop(out (int X, int Y) at))
                {
                    area++;
                    (left, right, top, bottom) = (Math.Min(left, at.X), Math.Max(right, at.X), Math.Min(top, at.Y), Math.Max(bottom, at.Y));
                    for (int dy = -1; dy <= 1; dy++)
                    {
                        for (int dx = -1; dx <= 1; dx++)
                        {
                            (int nx, int ny) = (at.X + dx, at.Y + dy);
                            if ((!eight && dx != 0 && dy != 0) || nx < 0 || ny < 0 || nx >= mask.Width || ny >= mask.Height || seen[nx, ny] || !mask[nx, ny])
                                continue;
                            seen[nx, ny] = true;
                            open.Push((nx, ny));
                        }
                    }
                }
                yield return (new Box(left, top, right - left + 1, bottom - top + 1), area);
            }
        }
    }
}
