using System.Diagnostics;
using System.Runtime.CompilerServices;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;

namespace GmmVision.Tests.Ffmpeg;

/// <summary>
/// Lets the test program be started a second time as a program that only reads a video, so that a test can kill it or
/// take ffmpeg away from it without harm to the tests.
/// </summary>
internal static class HostRole
{
    private const string Variable = "GMMVISION_TEST_READ";

    [ModuleInitializer]
    public static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not string path)
            return;
        try
        {
            using var source = (FfmpegFrameSource)FrameSources.Open(path);
            source.TryRead(new Frame(source.Format));
            Console.WriteLine(source.ProcessId);
            Thread.Sleep(Timeout.Infinite);      // the pipe is full now: ffmpeg waits, and so does this
        }
        catch (IOException exception)
        {
            Console.WriteLine(exception.Message);
            Environment.Exit(1);
        }
    }

    public static Process Start(string path, params (string Name, string Value)[] environment)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true, Environment = { [Variable] = path } };
        if (Path.GetFileNameWithoutExtension(info.FileName) == "dotnet")
            info.ArgumentList.Add(typeof(HostRole).Assembly.Location);
        foreach ((string name, string value) in environment)
            info.Environment[name] = value;
        return Process.Start(info)!;
    }
}
