using System.Net.Sockets;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

public sealed class PacketTapTests(Clips clips) : IClassFixture<Clips>
{
    [Theory]
    [InlineData(PacketKind.Copy, "mpeg2video")]
    [InlineData(PacketKind.Encode, "h264")]
    public void Packets_come_beside_every_frame(PacketKind kind, string codec)
    {
        string video = clips.Render("tapped.ts", "64x48", 25, 25, "-c:v", "mpeg2video", "-g", "5");
        using MemoryStream packets = new();
        using ManualResetEventSlim some = new();
        int frames = 0;
        using (FfmpegFrameSource source = FrameSources.OpenBare(video, new SourceOptions { Realtime = true, Packets = new PacketTap { Kind = kind, Sink = bytes => { lock (packets) packets.Write(bytes); some.Set(); } } }, TestContext.Current.CancellationToken))
        {
            Frame frame = new(source.Format);
            while (source.TryRead(frame, TestContext.Current.CancellationToken))
                frames++;
            Assert.True(some.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        }
        Assert.Equal(25, frames);
        string path = clips.NewPath("tapped.ts");
        lock (packets)
            File.WriteAllBytes(path, packets.ToArray());
        Assert.Equal(codec, MediaInfo.Read(path, cancellation: TestContext.Current.CancellationToken).Codec);
    }

    [Fact]
    public void Nobody_but_the_child_may_send()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells who is at the other end");
        using PacketListener listener = new();
        List<byte> got = [];
        listener.Forward(child: 1, "camera", bytes => got.AddRange(bytes.ToArray()));      // init is not this process
        string path = listener.Url["unix:".Length..];
#pragma warning disable CA1416      // skipped above
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
#pragma warning restore CA1416
        for (int i = 0; i < 3; i++)
        {
            using Socket stranger = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
            stranger.Connect(new UnixDomainSocketEndPoint(path));
            try
            {
                stranger.Send("not a camera"u8);
                Assert.Equal(0, stranger.Receive(new byte[1]));      // turned away
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
            {
                // Turned away as well, with what was sent unread.
            }
        }
        Assert.Empty(got);
    }

    [Fact]
    public void What_does_not_go_together_is_told()
    {
        PacketTap tap = new() { Kind = PacketKind.Copy, Sink = _ => { }, Blackened = [(0, 0, 1, 1)] };
        Assert.Contains("encoded", Assert.Throws<ArgumentException>(() => tap.Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("own pace", Assert.Throws<ArgumentException>(() => new SourceOptions { Loop = true }.Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("leave the start", Assert.Throws<ArgumentException>(() => new SourceOptions { Realtime = true, Start = TimeSpan.FromSeconds(1), Packets = tap with { Blackened = [] } }.Validate()).Message, StringComparison.Ordinal);
        string video = clips.Render("tapped.ts", "64x48", 25, 25, "-c:v", "mpeg2video", "-g", "5");
        Assert.Contains("own pace", Assert.Throws<ArgumentException>(() => FrameSources.OpenBare(video, new SourceOptions { Packets = tap with { Blackened = [] } }, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }
}
