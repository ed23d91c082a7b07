using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GmmVision.Recording.Clips;
using Xunit;

namespace GmmVision.Tests.Recording;

/// <summary>The camera's own packets, on their way through memory into clips: bytes of the network, whatever they are.</summary>
public sealed class PacketTests
{
    private const int Length = TransportStreamSplitter.PacketLength;

    private static byte[] Packet(int pid, bool begins, bool isKey = false, params byte[] content)
    {
        byte[] packet = new byte[Length];
        Array.Fill(packet, (byte)0xFF);
        (packet[0], packet[1], packet[2], packet[3]) = (0x47, (byte)(pid >> 8 | (begins ? 0x40 : 0)), (byte)pid, (byte)(isKey ? 0x30 : 0x10));
        if (isKey)
            (packet[4], packet[5]) = (1, 0x40);      // an adaptation field that says random access
        content.CopyTo(packet, isKey ? 6 : 4);
        return packet;
    }

    private static byte[] Programs => Packet(0, true, false, 0, 0, 0xB0, 13, 0, 1, 0xC1, 0, 0, 0, 1, 0xE1, 0x00, 0, 0, 0, 0);

    // Sound (AAC) in front of the video (H.264): the first video stream is the second of the table.
    private static byte[] Map => Packet(0x100, true, false, 0, 2, 0xB0, 23, 0, 1, 0xC1, 0, 0, 0xE1, 0x01, 0xF0, 0, 0x0F, 0xE1, 0x02, 0xF0, 0, 0x1B, 0xE1, 0x01, 0xF0, 0, 0, 0, 0, 0);

    private static byte[] Key(byte mark) => Packet(0x101, true, true, mark);

    private static byte[] Rest(byte mark) => Packet(0x101, false, false, mark);

    private static byte[] SoundKey => Packet(0x102, true, true, 9);

    private static byte[] Stream(params byte[][] packets) => [.. packets.SelectMany(packet => packet)];

    private static List<(byte[] Packet, bool IsKey)> Split(IEnumerable<byte[]> portions)
    {
        TransportStreamSplitter splitter = new();
        List<(byte[], bool)> packets = [];
        foreach (byte[] portion in portions)
            splitter.Feed(portion, (packet, isKey) => packets.Add((packet.ToArray(), isKey)));
        return packets;
    }

    [Fact]
    public void Key_frames_of_the_video_are_found_and_those_of_the_sound_are_none()
    {
        List<(byte[] Packet, bool IsKey)> packets = Split([Stream(Key(1), Programs, Map, Rest(2), SoundKey, Key(3), Rest(4))]);
        Assert.Equal([false, false, false, false, false, true, false], packets.Select(packet => packet.IsKey));      // the first before the tables: nobody knows yet
    }

    [Fact]
    public void Behind_damage_the_next_packet_is_found()
    {
        byte[] stream = Stream(Programs, Map, Key(1), Rest(2));
        List<(byte[] Packet, bool IsKey)> packets = Split([[1, 2, 3, 4, 5], stream[..(2 * Length)], [0, 0, 0], stream[(2 * Length)..]]);
        Assert.Equal(4, packets.Count);
        Assert.True(packets[2].IsKey);
    }

    [Property(MaxTest = 300)]
    public bool Any_portions_give_the_same_packets(PositiveInt[] sizes)
    {
        byte[] stream = Stream(Programs, Map, Key(1), Rest(2), Rest(3), Key(4), Rest(5));
        List<byte[]> portions = [];
        int at = 0;
        foreach (PositiveInt size in sizes)
        {
            int count = Math.Min(size.Get * 37 % 400 + 1, stream.Length - at);
            portions.Add(stream[at..(at + count)]);
            at += count;
        }
        portions.Add(stream[at..]);
        List<(byte[] Packet, bool IsKey)> whole = Split([stream]), split = Split(portions);
        return whole.Count == 7 && whole.Zip(split).All(pair => pair.First.IsKey == pair.Second.IsKey && pair.First.Packet.SequenceEqual(pair.Second.Packet)) && split.Count == 7;
    }

    [Property(MaxTest = 500)]
    public bool Whatever_comes_from_the_network_is_cut_into_packets_or_left(byte[][] portions) =>
        Split(portions.Select(portion => portion.SelectMany(value => value % 3 == 0 ? Packet(value, true, value % 2 == 0, value, value) : [value]).ToArray())).All(packet => packet.Packet.Length == Length && packet.Packet[0] == 0x47);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private static byte[] Read(PacketFeed feed)
    {
        List<byte> all = [];
        for (ReadOnlyMemory<byte> bytes; !(bytes = feed.Take()).IsEmpty;)
            all.AddRange(bytes.Span);
        return [.. all];
    }

    // A piece a second; the ring must reach back two.
    private static (PacketRing Ring, Clock Clock) Filled(int seconds)
    {
        Clock clock = new();
        PacketRing ring = new(TimeSpan.FromSeconds(2), clock: clock);
        ring.Append(Stream(Programs, Map));
        for (byte i = 0; i < seconds; i++)
        {
            ring.Append(Stream(Key(i), Rest(i), Rest(i)));
            clock.Now += TimeSpan.FromSeconds(1);
        }
        return (ring, clock);
    }

    [Fact]
    public void A_feed_begins_with_the_tables_and_the_key_frame_before_the_moment_and_goes_on()
    {
        (PacketRing ring, Clock clock) = Filled(10);
        DateTimeOffset begin = clock.Now - TimeSpan.FromSeconds(1.5);
        using PacketFeed feed = ring.Open(begin);
        Assert.Equal(Stream(Programs, Map, Key(8), Rest(8), Rest(8), Programs, Map, Key(9), Rest(9), Rest(9)), Read(feed));
        Assert.Equal(clock.Now - TimeSpan.FromSeconds(2), feed.Start);
        ring.Append(Rest(9));
        Assert.Equal(Rest(9), Read(feed));
        Assert.Equal(0, feed.Waiting);
        ring.Append(Key(10));
        Assert.Equal(Stream(Programs, Map, Key(10)), Read(feed));
        Assert.False(feed.IsEnded);
        ring.Restart();
        Assert.True(feed.IsEnded);
        Assert.Equal(0, ring.ByteCount);
        ring.Append(Stream(Rest(1), Programs, Map, Rest(2)));      // nothing can be played before the new stream's first key frame
        Assert.Equal(0, ring.ByteCount);
    }

    [Fact]
    public void The_ring_holds_what_it_must_and_no_more_and_a_slow_reader_loses_nothing()
    {
        (PacketRing ring, Clock clock) = Filled(3);
        using PacketFeed slow = ring.Open(DateTimeOffset.MinValue);
        for (byte i = 3; i < 60; i++)
        {
            ring.Append(Stream(Key(i), Rest(i)));
            clock.Now += TimeSpan.FromSeconds(1);
        }
        Assert.InRange((clock.Now - ring.Oldest!.Value).TotalSeconds, 2, 4);
        Assert.InRange(ring.ByteCount, 2 * 4 * Length, 4 * 4 * Length);
        byte[] read = Read(slow);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (byte)i), Split([read]).Where(packet => packet.IsKey).Select(packet => packet.Packet[6]));
    }

    [Fact]
    public void A_longer_pre_roll_has_the_ring_reach_further_back_from_then_on()
    {
        (PacketRing ring, Clock clock) = Filled(10);
        Assert.InRange((clock.Now - ring.Oldest!.Value).TotalSeconds, 2, 4);
        ring.Reach(TimeSpan.FromSeconds(7));
        for (byte i = 0; i < 10; i++)
        {
            ring.Append(Stream(Key(i), Rest(i)));
            clock.Now += TimeSpan.FromSeconds(1);
        }
        Assert.InRange((clock.Now - ring.Oldest!.Value).TotalSeconds, 7, 9);
    }

    // Cameras with intra refresh send one key frame and no second.
    [Fact]
    public void Without_key_frames_the_ring_does_not_grow_for_ever_and_a_clip_under_way_loses_nothing()
    {
        const int Most = 400 * Length;
        PacketRing ring = new(TimeSpan.FromSeconds(2), Most);
        ring.Append(Stream(Programs, Map, Key(0)));
        using PacketFeed feed = ring.Open(DateTimeOffset.MinValue);
        int read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            ring.Append(Rest((byte)i));
            Assert.InRange(ring.ByteCount, 0, Most + 2 * Length);
            if (i % 100 == 0)
                read += Split([Read(feed)]).Count(packet => (packet.Packet[1] & 0x1F) == 1 && packet.Packet[2] == 1 && packet.Packet[3] == 0x10);
        }
        read += Split([Read(feed)]).Count(packet => (packet.Packet[1] & 0x1F) == 1 && packet.Packet[2] == 1 && packet.Packet[3] == 0x10);
        Assert.Equal(20_000, read);
        using PacketFeed late = ring.Open(DateTimeOffset.UtcNow);
        Assert.Equal([.. Programs, .. Map], Read(late)[..(2 * Length)]);
    }

    [Fact]
    public async Task Continuous_recording_is_cut_at_key_frames_and_nothing_is_lost_between_files()
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-").FullName;
        try
        {
            ClipFolder clips = new(folder);
            PacketRing ring = new(TimeSpan.FromSeconds(2));
            List<string> said = [];
            int sent = 0;
            using (ContinuousRecorder recorder = new(clips, ring, said.Add, stretch: TimeSpan.FromSeconds(1)))
            {
                ring.Append(Stream(Programs, Map));
                for (; sent < 35; sent++)
                {
                    ring.Append(Stream(Key((byte)sent), Rest((byte)sent)));
                    await Task.Delay(100, TestContext.Current.CancellationToken);
                }
                Assert.True(clips.Stretches()[^1].IsRunning);
                ring.Restart();      // the camera is lost and comes back: another file
                await GmmVision.Tests.Live.NotifierTests.WaitUntil(() => clips.Stretches().All(stretch => !stretch.IsRunning), 20);
                ring.Append(Stream(Programs, Map, Key((byte)sent), Rest((byte)sent)));
                sent++;
            }
            Assert.Empty(said);
            IReadOnlyList<RecordedStretch> stretches = clips.Stretches();
            Assert.InRange(stretches.Count, 4, 7);
            List<byte> keys = [];
            foreach (RecordedStretch stretch in stretches)
            {
                Assert.False(stretch.IsRunning);
                Assert.True(ClipFolder.IsRecording(stretch.File));
                byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(folder, stretch.File), TestContext.Current.CancellationToken);
                Assert.Equal([.. Programs, .. Map], bytes[..(2 * Length)]);
                keys.AddRange(Split([bytes]).Where(packet => packet.IsKey).Select(packet => packet.Packet[6]));
            }
            Assert.Equal(Enumerable.Range(0, sent).Select(i => (byte)i), keys);
            Assert.Equal(stretches.Select(stretch => stretch.File), clips.Recordings().Select(file => file.Name));      // as retention sees them
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Recording_that_cannot_be_written_is_told_once_and_goes_on_when_it_can()
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-").FullName, away = folder + "-away";
        try
        {
            ClipFolder clips = new(folder);
            Directory.Move(folder, away);      // the disk is pulled out
            PacketRing ring = new(TimeSpan.FromSeconds(2));
            System.Collections.Concurrent.ConcurrentQueue<string> said = new();
            using ContinuousRecorder recorder = new(clips, ring, said.Enqueue);
            ring.Append(Stream(Programs, Map, Key(0), Rest(0)));
            await GmmVision.Tests.Live.NotifierTests.WaitUntil(() => said.Any(line => line.StartsWith("cannot record, trying again: ", StringComparison.Ordinal)), 20);
            Directory.Move(away, folder);
            await GmmVision.Tests.Live.NotifierTests.WaitUntil(() => said.Contains("recording again"), 20);
            Assert.Equal(2, said.Count);
        }
        finally
        {
            Directory.Delete(Directory.Exists(folder) ? folder : away, recursive: true);
        }
    }

    [Fact]
    public void What_a_kill_left_of_continuous_recording_gets_its_name()
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-").FullName;
        try
        {
            ClipFolder clips = new(folder);
            File.WriteAllBytes(clips.PartPath("20261128T120000Z"), Stream(Programs, Map, Key(0)));
            File.WriteAllBytes(clips.PartPath("20261128T130000Z"), []);
            File.WriteAllBytes(clips.PartPath("20261399T130000Z"), [1]);      // no time: somebody else's
            using GmmVision.Recording.Events.EventLog log = clips.OpenLog("yard", _ => { });
            Assert.Equal(["20261128T120000Z.ts"], clips.Stretches().Select(stretch => stretch.File));
            Assert.Empty(log.Recent(10));      // it is no event
            Assert.True(File.Exists(clips.PartPath("20261399T130000Z")));
            Assert.Equal("20261128T120001Z", clips.NewStretch(new DateTimeOffset(2026, 11, 28, 12, 0, 0, 500, TimeSpan.Zero)));      // the second is taken
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_recorder_writes_what_comes_until_its_end_and_a_stream_without_pictures_leaves_no_clip()
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-").FullName;
        try
        {
            ClipFolder clips = new(folder);
            PacketRing ring = new(TimeSpan.FromSeconds(2));
            ClipRecorder empty = new(clips, "20261128T120000Z-000001", ring.Open(DateTimeOffset.UtcNow), TestContext.Current.CancellationToken);
            empty.EndAt(DateTimeOffset.UtcNow);
            Assert.Equal(new ClipResult(null, null, null, null), await empty.Result.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));

            ring.Append(Stream(Programs, Map, Key(1), Rest(2)));
            ClipRecorder cut = new(clips, "20261128T120000Z-000002", ring.Open(DateTimeOffset.UtcNow), TestContext.Current.CancellationToken);
            ring.Append(Rest(3));
            string part = clips.PartPath("20261128T120000Z-000002");
            await NotifierWait(() => File.Exists(part) && new FileInfo(part).Length == 5 * Length);
            ring.Restart();      // the camera was lost: what there is becomes the clip
            ClipResult result = await cut.Result.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            // No decoder finds a picture in these bytes, so the packets themselves are kept.
            Assert.Equal((null, "20261128T120000Z-000002.ts"), (result.Error, result.File));
            Assert.Equal(Stream(Programs, Map, Key(1), Rest(2), Rest(3)), await File.ReadAllBytesAsync(Path.Combine(folder, result.File!), TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static Task NotifierWait(Func<bool> condition) => GmmVision.Tests.Live.NotifierTests.WaitUntil(condition, 20);
    }
}
