using System.Diagnostics;
using System.Globalization;

namespace GmmVision.Tests.Cli;

/// <summary>
/// Small files that were damaged by chance, each told by its kind and a seed: bits flipped anywhere or in the header, the end cut off, a block
/// lost, doubled or zeroed. Tests run a few, a benchmark a thousand.
/// </summary>
internal sealed class MutatedFile
{
    /// <summary>What is damaged.</summary>
    public static readonly string[] Kinds = ["mp4", "mkv", "avi", "ts", "jpg", "png", "gif"];

    private readonly string _folder;
    private readonly Dictionary<string, byte[][]> _whole = [];

    /// <summary>Makes the whole files.</summary>
    /// <param name="folder">For all files.</param>
    public MutatedFile(string folder)
    {
        _folder = folder;
        const string Moving = "testsrc=s=160x120:r=10:d=3", Sound = "sine=frequency=440:duration=3";
        _whole["mp4"] = [Make("mp4", "-f", "lavfi", "-i", Moving, "-f", "lavfi", "-i", Sound, "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac"),
            Make("mp4", "-f", "lavfi", "-i", Moving, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart")];
        _whole["mkv"] = [Make("mkv", "-f", "lavfi", "-i", Moving, "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p"),
            Make("mkv", "-f", "lavfi", "-i", Moving, "-c:v", "ffv1")];
        _whole["avi"] = [Make("avi", "-f", "lavfi", "-i", Moving, "-c:v", "mpeg4", "-g", "10"), Make("avi", "-f", "lavfi", "-i", Moving, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p")];
        _whole["ts"] = [Make("ts", "-f", "lavfi", "-i", Moving, "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p"),
            Make("ts", "-f", "lavfi", "-i", Moving.Replace("r=10", "r=25", StringComparison.Ordinal), "-c:v", "mpeg2video")];
        _whole["jpg"] = [Make("jpg", "-f", "lavfi", "-i", Moving, "-frames:v", "1")];
        _whole["png"] = [Make("png", "-f", "lavfi", "-i", Moving, "-frames:v", "1"), Make("png", "-f", "lavfi", "-i", Moving, "-frames:v", "1", "-pix_fmt", "rgba64be")];
        _whole["gif"] = [Make("gif", "-f", "lavfi", "-i", Moving)];
    }

    /// <summary>Writes a damaged file.</summary>
    /// <returns>Its path.</returns>
    public string Write(string kind, int seed)
    {
        Random random = new(seed);
        byte[][] whole = _whole[kind];
        byte[] data = [.. whole[random.Next(whole.Length)]];
        for (int i = random.Next(4) == 0 ? 2 : 1; i > 0; i--)
            data = Damage(data, random);
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{kind}-{seed}.{kind}"));
        File.WriteAllBytes(path, data);
        return path;
    }

    /// <summary>A command line that looks at it; which options it has hangs on the seed.</summary>
    public static string[] Arguments(string path, int seed, string output)
    {
        string[] command = Path.GetExtension(path) switch
        {
            ".jpg" or ".png" => ["segment", path],
            ".gif" when seed % 2 == 0 => ["segment", path],
            _ => (seed % 8) switch
            {
                0 => ["detect", path, "--clips"],
                1 => ["detect", path, "--overlay", "--mask"],
                2 => ["detect", path, "--skim"],
                3 => ["detect", path, "--jobs", "2"],
                4 => ["detect", path, "--start", "1", "--json"],
                _ => ["detect", path],
            },
        };
        return [.. command, "--output", output];
    }

    private static byte[] Damage(byte[] data, Random random)
    {
        int at = random.Next(data.Length), length = Math.Min(data.Length - at, 1 + random.Next(4096));
        switch (random.Next(8))
        {
            case 0: return data[..at];
            case 1: return [.. data[..at], .. data[(at + length)..]];
            case 2: return [.. data[..(at + length)], .. data[at..]];
            case 3:
                data.AsSpan(at, length).Clear();
                return data;
            default:
                // Half of the flips are in the header, which is what most faults hang on.
                int reach = random.Next(2) == 0 ? Math.Min(data.Length, 512) : data.Length;
                for (int flips = (int)Math.Pow(2, 8 * random.NextDouble()); flips > 0; flips--)
                    data[random.Next(reach)] ^= (byte)(1 << random.Next(8));
                return data;
        }
    }

    private byte[] Make(string extension, params string[] arguments)
    {
        string path = Path.Combine(_folder, "whole." + extension);
        using Process ffmpeg = Process.Start("ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", .. arguments, path]);
        ffmpeg.WaitForExit();
        if (ffmpeg.ExitCode != 0)
            throw new InvalidOperationException($"ffmpeg cannot make {path}.");
        byte[] made = File.ReadAllBytes(path);
        File.Delete(path);
        return made;
    }
}
