using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GmmVision.Cli.Archive;

/// <summary>Tells whether an input is the one that a result was made of, without reading all of it.</summary>
internal static class InputStamp
{
    private const int Ends = 1 << 20;

    /// <summary>
    /// A hash of a file's size, time of change (whole seconds, which every file system keeps) and first and last MiB; of the names,
    /// sizes and times of the files of a folder. Null for what cannot be read again: addresses, stdin, and what is not there.
    /// </summary>
    public static string? Of(string path)
    {
        if (Detect.InputList.IsAddress(path))
            return null;
        try
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            FileInfo file = new(path);
            if (file.Exists)
                AddFile(hash, file);
            else if (Directory.Exists(path))
                AddFolder(hash, new DirectoryInfo(path));
            else
                return null;
            return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;      // its job says what is wrong with it
        }
    }

    private static void AddFile(IncrementalHash hash, FileInfo file)
    {
        using FileStream stream = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        long length = stream.Length;
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, length);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeSeconds());
        hash.AppendData(numbers);
        byte[] buffer = new byte[(int)Math.Min(length, Ends)];
        hash.AppendData(buffer, 0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        stream.Position = Math.Max(stream.Position, length - Ends);
        hash.AppendData(buffer, 0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
    }

    private static void AddFolder(IncrementalHash hash, DirectoryInfo folder)
    {
        foreach (FileInfo file in folder.EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.Name}\0{file.Length}\0{new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeSeconds()}\n")));
    }
}
