using System.Globalization;

namespace GmmVision.Recording.Cameras;

/// <summary>Host and port in a camera's URL, found as ffmpeg finds them: a password may hold an @, which <see cref="Uri"/> does not take.</summary>
internal readonly record struct NetworkAddress(string Host, int Port)
{
    /// <summary>The address; null where there is no host. The port is 0 where none is given.</summary>
    public static NetworkAddress? Of(string url)
    {
        ReadOnlySpan<char> rest = url.AsSpan(url.IndexOf("://", StringComparison.Ordinal) + 3);
        if (rest.IndexOfAny('/', '?', '#') is >= 0 and int end)
            rest = rest[..end];
        rest = rest[(rest.LastIndexOf('@') + 1)..];
        int colon = rest.LastIndexOf(':'), bracket = rest.LastIndexOf(']');
        ReadOnlySpan<char> host = colon > bracket ? rest[..colon] : rest, port = colon > bracket ? rest[(colon + 1)..] : "0";
        bool isWhole = host.StartsWith("[") == host.EndsWith("]");
        host = host.Trim("[]");
        return host.Length > 0 && isWhole && int.TryParse(port, CultureInfo.InvariantCulture, out int number) && number is >= 0 and < 65536 ? new(host.ToString(), number) : null;
    }
}
