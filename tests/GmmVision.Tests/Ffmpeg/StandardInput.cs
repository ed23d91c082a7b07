using System.Diagnostics;
using System.Runtime.InteropServices;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

/// <summary>A pipe that takes the place of this process's standard input while "-" is opened.</summary>
internal sealed partial class StandardInput : IDisposable
{
    private static readonly Lock OneAtATime = new();

    private readonly string _fifo = Path.Combine(Path.GetTempPath(), $"gmmvision-stdin-{Guid.NewGuid():N}");
    private readonly Process _feeder;

    /// <param name="content">File that goes through the pipe.</param>
    /// <param name="staysOpen">Whether the pipe stays open behind it, so that a reader waits.</param>
    public StandardInput(string content, bool staysOpen)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("replacing standard input needs dup2");
        Clips.RunProgram("mkfifo", _fifo);
        string script = staysOpen ? "exec > \"$2\"; cat \"$1\"; exec sleep 60" : "exec cat \"$1\" > \"$2\"";
        _feeder = Process.Start(new ProcessStartInfo("sh") { ArgumentList = { "-c", script, "sh", content, _fifo } })!;
    }

    public IFrameSource Open()
    {
        lock (OneAtATime)
        {
            int saved = Dup(0), pipe = OpenFile(_fifo, 0);
            try
            {
                Assert.Equal(0, Dup2(pipe, 0));
                return FrameSources.Open("-");
            }
            finally
            {
                _ = Dup2(saved, 0);
                _ = Close(saved);
                _ = Close(pipe);
            }
        }
    }

    public void Dispose()
    {
        _feeder.Kill();
        _feeder.WaitForExit();
        _feeder.Dispose();
        File.Delete(_fifo);
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Dup(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
