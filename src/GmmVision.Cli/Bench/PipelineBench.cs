using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;

namespace GmmVision.Cli.Bench;

/// <summary>Runs detect as a user does, in a process of its own, and ffmpeg alone on the same file, in turn.</summary>
internal sealed class PipelineBench
{
    public required string Video { get; init; }

    public required Preset Preset { get; init; }

    public int? Threads { get; init; }

    public int Rounds { get; init; } = 3;

    private string PresetName => Preset.ToString().ToLowerInvariant();

    /// <exception cref="UserError">The file is missing, or one of the two failed.</exception>
    public PipelineBenchResult Run(CancellationToken cancellation)
    {
        if (!File.Exists(Video))
            throw new UserError($"cannot read '{Video}': there is no such file.");
        string folder = Directory.CreateTempSubdirectory("gmmvision-bench").FullName;
        try
        {
            List<double> ffmpeg = [], detect = [];
            using Progress progress = new("rounds", Rounds, "rounds");
            for (int round = 0; round < Rounds; round++)
            {
                ffmpeg.Add(Time(FfmpegTools.Ffmpeg, ["-hide_banner", "-loglevel", "error", "-nostdin", "-i", Path.GetFullPath(Video), "-map", "0:V:0", "-fps_mode", "passthrough", "-pix_fmt", "yuv420p", "-f", "rawvideo", "pipe:1"], cancellation));
                detect.Add(Time(Environment.ProcessPath!, DetectArguments(folder), cancellation));
                progress.Report(round + 1);
            }
            return Describe(folder, Median(ffmpeg), Median(detect));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private List<string> DetectArguments(string folder)
    {
        List<string> arguments = ["detect", Path.GetFullPath(Video), "--output", folder, "--preset", PresetName];
        // Started by `dotnet GmmVision.Cli.dll`, the process is dotnet and the first argument the assembly.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            arguments.Insert(0, Environment.GetCommandLineArgs()[0]);
        if (Threads is int threads)
            arguments.AddRange(["--threads", threads.ToString(CultureInfo.InvariantCulture)]);
        return arguments;
    }

    private static double Time(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static process => ((Process)process!).Kill(entireProcessTree: true), process);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(1 << 20);
        while (process.StandardOutput.BaseStream.Read(buffer) > 0)
        {
        }
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == 0 ? seconds : throw new UserError($"{Path.GetFileName(program)} ended with exit code {process.ExitCode}: {errors.GetAwaiter().GetResult().Trim()}");
    }

    private PipelineBenchResult Describe(string folder, double ffmpeg, double detect)
    {
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(Directory.GetFiles(folder, Detect.OutputFolder.ReportName, SearchOption.AllDirectories).Single()));
        JsonElement input = report.RootElement.GetProperty("input");
        return new PipelineBenchResult(Path.GetFileName(Video), PresetName, input.GetProperty("width").GetInt32(), input.GetProperty("height").GetInt32(),
            input.GetProperty("frames").GetInt64(), ffmpeg, detect, report.RootElement.GetProperty("mask_hash").GetString()!);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
