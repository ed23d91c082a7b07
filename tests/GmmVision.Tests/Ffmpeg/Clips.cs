using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

/// <summary>Renders tiny inputs with ffmpeg's own test sources, each once, into a folder that goes when the tests end.</summary>
public sealed class Clips : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<string>> _rendered = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("gmmvision-clips-").FullName;

    public string NewPath(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N")[..8])).FullName, name);

    /// <summary>A clip of ffmpeg's test picture; everything behind the source's size, rate and length is encoder options.</summary>
    public string Render(string name, string size = "64x48", int frames = 20, int rate = 10, params string[] options) =>
        Made(name, path => Run(["-f", "lavfi", "-i", TestPicture(size, rate), "-frames:v", frames.ToString(CultureInfo.InvariantCulture), .. options, path]));

    /// <summary>ffmpeg's test picture at any size: the source itself makes only even sides.</summary>
    public static string TestPicture(string size, int rate)
    {
        int[] sides = [.. size.Split('x').Select(side => int.Parse(side, CultureInfo.InvariantCulture))];
        return string.Create(CultureInfo.InvariantCulture, $"testsrc2=s={(sides[0] + 1) / 2 * 2}x{(sides[1] + 1) / 2 * 2}:r={rate},format=gbrp,crop={sides[0]}:{sides[1]}:0:0");
    }

    /// <summary>A file made by an action, once.</summary>
    public string Made(string name, Action<string> make) => _rendered.GetOrAdd(name, _ => new Lazy<string>(() =>
    {
        string path = Path.Combine(Folder, name);
        make(path);
        return path;
    })).Value;

    /// <summary>ffmpeg's own decoding, as the oracle.</summary>
    public static byte[] Decode(string path, params string[] options) => Run(["-i", path, .. options, "-f", "rawvideo", "pipe:1"]);

    public static byte[] Run(params string[] arguments) => RunProgram("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]);

    public static byte[] RunProgram(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in arguments)
            info.ArgumentList.Add(argument);
        using Process process = Process.Start(info)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors.Result}");
        return output.ToArray();
    }

    /// <summary>Presentation times of the decoded frames, in seconds, the first at 0.</summary>
    public static double[] Times(string path)
    {
        string text = System.Text.Encoding.ASCII.GetString(RunProgram("ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of", "csv=p=0", path));
        double[] times = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().TrimEnd(',')).Where(line => line.Length > 0)
            .Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        return [.. times.Select(time => time - times[0])];
    }

    /// <summary>Copies an MP4 file with another display matrix in its track header: turned clockwise by quarters.</summary>
    public static void Rotate(string from, string to, int quarters)
    {
        byte[] bytes = File.ReadAllBytes(from);
        int matrix = bytes.AsSpan().IndexOf("tkhd"u8) + 44;      // ISO/IEC 14496-12, version 0 of the box
        (int a, int b) = quarters switch { 1 => (0, 1), 2 => (-1, 0), 3 => (0, -1), _ => (1, 0) };
        int[] values = [a << 16, b << 16, 0, -b << 16, a << 16, 0, 0, 0, 1 << 30];
        for (int i = 0; i < values.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(matrix + 4 * i), values[i]);
        File.WriteAllBytes(to, bytes);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
