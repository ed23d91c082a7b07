using System.Globalization;
using System.Text;
using System.Text.Json;
using GmmVision.Background;
using GmmVision.Cli;
using GmmVision.Cli.Archive;
using GmmVision.Cli.Detect;
using GmmVision.Cli.Watch;
using GmmVision.Ffmpeg;
using GmmVision.Ffmpeg.Nut;
using GmmVision.Imaging;
using GmmVision.Lab;
using GmmVision.Mixtures;
using GmmVision.Motion;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;
using GmmVision.Segmentation;

namespace GmmVision.Fuzz;

/// <summary>Everything here that reads what somebody else wrote: streams, files that a kill or a hand may have damaged, bodies, texts of the command line.</summary>
/// <param name="folder">For readers that want a file; in memory where there is such a place.</param>
internal sealed class FuzzTargets(string folder)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<FuzzTarget> All =>
    [
        new("nut", Nut(), ReadNut, typeof(InvalidDataException), typeof(EndOfStreamException), typeof(FfmpegException)),
        new("transport-stream", TransportStream(), ReadTransportStream),
        new("ring", TransportStream(), KeepInRing),
        new("configuration-yaml", [Bytes(Yaml)], bytes => WatchConfiguration.From(ConfigReader.Parse(Text(bytes), "watch.yaml"), "watch.yaml"), typeof(UserError)),
        new("camera-text", [Bytes(Yaml), Bytes(ConfigurationJson)], bytes =>
        {
            string text = CameraText.Set(Text(bytes), "watch.yaml", "added", "rtsp://a/b?c=\"d\"");
            _ = CameraText.Remove(text, "watch.yaml", "added");
        }, typeof(UserError), typeof(FormatException)),
        new("configuration-json", [Bytes(ConfigurationJson)], bytes => WatchConfiguration.From(ConfigReader.Parse(Text(bytes), "watch.json"), "watch.json"), typeof(UserError)),
        new("event-log", [Bytes(Events)], ReadEventLog),
        new("settings", [Settings()], bytes => SettingsFile.Read(File("settings.json", bytes), Camera, _ => { })),
        new("background-model", [Model()], ReadModel, typeof(InvalidDataException)),
        new("mixture", [Mixture()], ReadMixture, typeof(InvalidDataException)),
        new("segmentation-model", [Segmentation()], bytes => SegmentationModel.Load(new MemoryStream(bytes)), typeof(InvalidDataException)),
        new("table", [Bytes("a,b,name\n1,2,x\n3,,y\n-4e3,5.5,\"q \"\"r\"\"\"\n"), Bytes("a;b\n1,5;2\n")], bytes => Table.Read(new StringReader(Text(bytes)), "table.csv"), typeof(InvalidDataException)),
        new("table-model", [TableModelBytes()], ReadTableModel, typeof(InvalidDataException), typeof(ArgumentException)),
        new("zone", [Bytes("door:10,10 90.5,10 90,80"), Bytes("1,1 2,2 3,3")], ReadZone, typeof(FormatException)),
        new("png", [Png()], bytes => PngReader.ReadLabels(new MemoryStream(bytes)), typeof(InvalidDataException)),
        new("bodies", [Bytes("{\"day\":{\"history\":500,\"preset\":\"fast\",\"threshold\":0.001},\"night\":{},\"switching\":true,\"night_below\":50,\"day_above\":70}")], ReadBody, typeof(JsonException), typeof(FormatException)),
        new("manifest", [Bytes(List)], bytes => Manifest.Read(File("list.txt", bytes), withOptions: true, TextWriter.Null), typeof(UserError)),
        new("report", [Bytes(Report)], ReadReport),
        new("motion-grid", [Grid()], ReadGrid, typeof(InvalidDataException)),
        new("frame-log", [Frames()], bytes => FrameLog.Read(File("frames.motion", bytes), 0), typeof(InvalidDataException)),
        new("clock", [Bytes("%Y%m%d-%H%M%S\ncam-20261126-083000"), Bytes("%s\n1795680615")], ReadClock, typeof(UserError)),
        new("image-names", [Bytes("20261126T083015Z-000002.mp4")], bytes => ClipFolder.IsRecording(Text(bytes))),
    ];

    private static CameraSetup Camera => new() { Name = "yard", Source = "x.mp4" };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private string File(string name, byte[] content)
    {
        string path = Path.Combine(folder, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Written(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return stream.ToArray();
    }

    private static byte[] TableModelBytes() =>
        Written(TableFit.Of(Table.Read(new StringReader("a,b,c\n1,2,3\n4,5,7\n7,8,8\n2,2,1\n5,4,9\n"), "t"), new TableOptions { Components = 1, PrincipalComponents = 2 }).Model.Save);

    private static void ReadTableModel(byte[] bytes) =>
        TableModel.Load(new MemoryStream(bytes)).Judge(Table.Read(new StringReader("a,b,c\n1,2,3\n4,5,6\n"), "t"));

    private static byte[][] Nut()
    {
        FrameFormat format = new(16, 8, PixelLayout.Yuv420);
        return [Written(stream =>
        {
            NutWriter writer = new(stream, format);
            foreach (long time in (long[])[0, 3600, 7200, 1_000_000])
            {
                writer.WriteHeader(time, format.ByteCount);
                stream.Write(new byte[format.ByteCount]);
            }
        })];
    }

    private static void ReadNut(byte[] bytes)
    {
        NutReader reader = new(new MemoryStream(bytes));
        if (!reader.TryOpen())
            return;
        byte[] picture = new byte[64];
        while (reader.TryReadHeader(out long pts))
        {
            _ = reader.ToTicks(pts);
            reader.Read(picture.AsSpan(0, Math.Min(picture.Length, reader.Remaining)));
        }
    }

    // Tables of a program with H.264 at 256, then packets of which each fourth begins a key frame.
    private static byte[][] TransportStream()
    {
        byte[] Packet(int pid, bool begins, params byte[] content)
        {
            byte[] packet = new byte[TransportStreamSplitter.PacketLength];
            Array.Fill(packet, (byte)0xFF);
            (packet[0], packet[1], packet[2], packet[3]) = (0x47, (byte)(pid >> 8 | (begins ? 0x40 : 0)), (byte)pid, 0x10);
            content.CopyTo(packet, 4);
            return packet;
        }
        byte[] programs = Packet(0, true, 0, 0, 0xB0, 13, 0, 1, 0xC1, 0, 0, 0, 1, 0xE1, 0x00, 0, 0, 0, 0);
        byte[] map = Packet(0x100, true, 0, 2, 0xB0, 18, 0, 1, 0xC1, 0, 0, 0xE1, 0x01, 0xF0, 0, 0x1B, 0xE1, 0x01, 0xF0, 0, 0, 0, 0, 0);
        byte[] key = Packet(0x101, true, 0, 0, 1, 0xE0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1, 0, 0, 0, 1, 0x65, 0x88);
        byte[] rest = Packet(0x101, false, 1, 2, 3);
        return [[.. programs, .. map, .. key, .. rest, .. rest, .. rest, .. programs, .. map, .. key, .. rest]];
    }

    private static void ReadTransportStream(byte[] bytes)
    {
        TransportStreamSplitter splitter = new();
        int at = 0, packets = 0;
        for (int portion = 1; at < bytes.Length; portion = portion * 7 % 401 + 1)
        {
            int count = Math.Min(portion, bytes.Length - at);
            splitter.Feed(bytes.AsSpan(at, count), (packet, _) => packets += packet.Length == TransportStreamSplitter.PacketLength ? 1 : throw new InvalidOperationException("a packet of another length"));
            at += count;
        }
        _ = splitter.Tables;
        if (packets > bytes.Length / TransportStreamSplitter.PacketLength)
            throw new InvalidOperationException($"{packets} packets of {bytes.Length} bytes");
    }

    private static void KeepInRing(byte[] bytes)
    {
        const long Most = 2000;
        PacketRing ring = new(TimeSpan.FromSeconds(1), Most);
        for (int round = 0; round < 3; round++)
            ring.Append(bytes);
        if (ring.ByteCount > Most + 3L * bytes.Length)
            throw new InvalidOperationException($"the ring holds {ring.ByteCount} bytes");
        ring.Restart();
    }

    private const string Yaml = """
        output: /tmp/recordings
        keep: [30d, 50GB]
        listen: 127.0.0.1:8080
        token: choose-a-long-one
        webhook: http://127.0.0.1:5000/motion
        preset: balanced
        cameras:
          front: rtsp://user:password@192.168.1.20/stream1
          back:
            source: /dev/video0
            zone: ["door:100,200 300,200 300,470 100,470"]
            min-area: 0.1%
            night: {min-area: 0.01}
        """;

    private const string ConfigurationJson = """
        {"output": "/tmp/recordings", "keep": ["30d"], "cameras": {"front": {"source": "a.mp4", "realtime": true, "zone": ["1,1 9,1 9,9"], "threshold": 0.001, "merge-window": "2s"}}}
        """;

    private static readonly string Events = string.Concat(Enumerable.Range(1, 5).Select(i => new CameraEvent
    {
        Kind = i % 2 == 0 ? CameraEventKind.CameraLost : CameraEventKind.Motion,
        Camera = "yard",
        Number = i % 2 == 0 ? 0 : i,
        Start = new DateTimeOffset(2026, 11, 26, 8, i, 0, TimeSpan.Zero),
        End = new DateTimeOffset(2026, 11, 26, 8, i, 5, TimeSpan.Zero),
        Duration = 5,
        Clip = $"20261126T08{i:00}00Z-{i:000000}.mp4",
        Message = i % 2 == 0 ? "no picture for 10 s" : null,
    }.ToJson() + "\n"));

    private void ReadEventLog(byte[] bytes)
    {
        string path = File("events.jsonl", bytes);
        using EventLog log = EventLog.Open(path);
        if (log.LastNumber < 0)
            throw new InvalidOperationException($"the last number is {log.LastNumber}");
    }

    private byte[] Settings()
    {
        string path = Path.Combine(folder, "settings.json");
        new SettingsFile(new CameraProfiles(), [new CameraZone(ZoneKind.Include, "door", [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]])]).Write(path, Camera);
        return System.IO.File.ReadAllBytes(path);
    }

    private static byte[] Model() => Written(stream =>
    {
        using BackgroundModel model = new(new FrameFormat(9, 5, PixelLayout.Gray8), new BackgroundOptions { Threads = 1 });
        model.Apply(new Frame(model.Format), new Mask(9, 5));
        model.Save(stream);
    });

    private static void ReadModel(byte[] bytes)
    {
        using BackgroundModel model = BackgroundModel.Load(new MemoryStream(bytes), 1);
        if (model.Format.ByteCount < 1 << 16)
            model.Apply(new Frame(model.Format), new Mask(model.Format.Width, model.Format.Height));
    }

    private static byte[] Mixture() => Written(GaussianMixture.Fit(Samples(), 2, 2).Save);

    private static void ReadMixture(byte[] bytes)
    {
        GaussianMixture mixture = GaussianMixture.Load(new MemoryStream(bytes));
        if (mixture.Features <= 100)
            mixture.Predict(new double[mixture.Features], new int[1]);
    }

    private static double[] Samples()
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, 200).Select(i => random.NextDouble() + (i / 2 % 2) * 3)];
    }

    private static byte[] Segmentation()
    {
        Frame picture = new(new FrameFormat(24, 16, PixelLayout.Rgb, ColorRange.Full));
        new Random(1).NextBytes(picture.Data);
        return Written(SegmentationFit.Of(SegmentationSamples.Of(picture, new FeatureOptions(), 0, 0, null), new SegmentationOptions { Choice = ComponentChoice.Given, Components = 2, Restarts = 1 }, default).Model.Save);
    }

    private static void ReadZone(byte[] bytes)
    {
        Zone zone = Zone.Parse(Text(bytes));
        Mask mask = new(40, 30);
        zone.FillInto(mask);
        _ = zone.CrossesItself;
        const double Written = 0.0011;      // to the thousandth
        if (Zone.Parse(zone.ToText()).Corners.Zip(zone.Corners).Any(pair => Math.Abs(pair.First.X - pair.Second.X) > Written || Math.Abs(pair.First.Y - pair.Second.Y) > Written))
            throw new InvalidOperationException("a zone is read otherwise than it is written");
    }

    private static byte[] Png() => Written(stream => PngWriter.WriteGray(stream, new byte[20 * 10], 20, 10));

    private static void ReadBody(byte[] bytes)
    {
        using JsonDocument body = JsonDocument.Parse(bytes);
        ProfileReader.Read(body.RootElement, new CameraProfiles());
    }

    private const string List = """
        # cameras
        front/20261126-080000.mp4
        {"input": "back.mp4", "name": "b", "camera": "Back", "zones": ["door:1,1 9,1 9,9"], "exclude": [], "privacy": ["1,1 2,1 2,2"], "start": 1.5, "end": "00:10:00", "part": "1/2", "seconds": 300}
        """;

    private const string Report = """
        {"version": 1, "status": "complete", "notes": ["a note"], "input": {"name": "x-20261126-080000.mp4", "camera": "Front", "recorded": "2026-11-26T08:00:00Z", "width": 640, "height": 360, "frame_rate": 25, "frames": 750},
         "parameters": {"preset": "balanced", "threshold": 0.0002, "min_event_length": 0.2, "merge_window": 2, "time_before_event": 1.5, "time_post_event": 2, "start": 10, "part": "2/3", "zones": ["door:1,1 9,1 9,9"]},
         "fingerprint": {"input": "0123", "parameters": "4567"}, "scene_changes": [],
         "events": [{"number": 1, "start": {"frame": 1, "seconds": 0.04}, "end": {"frame": 50, "seconds": 2}, "peak": {"score": 0.1, "seconds": 1}, "box": {"x": 1, "y": 2, "width": 3, "height": 4}, "zones": ["door"], "thumbnail": "event-001.jpg", "clip": null}]}
        """;

    private void ReadReport(byte[] bytes)
    {
        string result = Path.Combine(folder, "archive", "x");
        Directory.CreateDirectory(result);
        System.IO.File.WriteAllBytes(Path.Combine(result, OutputFolder.ReportName), bytes);
        Collection collection = Collection.Read(Path.Combine(folder, "archive"), null, ClockPattern.Parse("%Y%m%d-%H%M%S"), default);
        using JsonDocument summary = JsonDocument.Parse(collection.Summary());
        using MemoryStream page = new();
        collection.WriteCsv(page);
        ArchivePage.Write(page, collection, ".");
    }

    private static byte[] Grid() => Written(stream => MotionGrid.Write(stream, 64, 36, Enumerable.Range(0, 20).Select(i => ((long)i * i, Enumerable.Range(0, MotionGrid.Cells).Select(cell => (byte)(cell % 7 == i % 7 ? 100 : 0)).ToArray()))));

    private static void ReadGrid(byte[] bytes) => new MotionSearch([Zone.Parse("1,1 30,1 30,30")], 0, 2).In(bytes);

    private byte[] Frames()
    {
        FrameLog log = new();
        for (int i = 0; i < 30; i++)
            log.Add(new FrameMotion(i, TimeSpan.FromSeconds(i * 0.04), i % 2 * 0.1, new Box(i, 2, 3, 4), 1));
        string path = Path.Combine(folder, "frames.motion");
        log.Write(path);
        return System.IO.File.ReadAllBytes(path);
    }

    private static void ReadClock(byte[] bytes)
    {
        string[] lines = Text(bytes).Split('\n', 2);
        if (ClockPattern.Parse(lines[0]).Of(lines[^1], null) is (DateTime start, _))
            _ = start.ToString("O", CultureInfo.InvariantCulture);
    }
}
