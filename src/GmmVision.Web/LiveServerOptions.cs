using System.Net;

namespace GmmVision.Web;

/// <summary>Where the page is served, and to whom.</summary>
public sealed record LiveServerOptions
{
    /// <summary>HOST:PORT; 127.0.0.1:8080 unless given. Port 0 takes a free one.</summary>
    public string Listen { get; init; } = "127.0.0.1:8080";

    /// <summary>What a visitor must show; needed where others than this machine can connect.</summary>
    public string? Token { get; init; }

    /// <summary>The shortest token.</summary>
    public const int ShortestToken = 12;

    /// <summary>The address and port in <see cref="Listen"/>.</summary>
    /// <exception cref="ArgumentException">It is none, or a token is missing or too short.</exception>
    public IPEndPoint Validate()
    {
        int colon = Listen.LastIndexOf(':');
        string host = colon < 0 ? "" : Listen[..colon].Trim('[', ']');
        if (!int.TryParse(Listen.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out int port) || port > 65535)
            throw new ArgumentException($"--listen needs HOST:PORT such as 127.0.0.1:8080 or 0.0.0.0:8080, not '{Listen}'.");
        IPAddress? address = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.Any,
            _ => IPAddress.TryParse(host, out IPAddress? parsed) ? parsed : null,
        };
        if (address is null)
            throw new ArgumentException($"--listen needs the IP address of this machine's network card (or 0.0.0.0 for all, 127.0.0.1 for this machine only), not '{host}'.");
        if (Token is not null && (Token.Length < ShortestToken || Token.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '~'))))
            throw new ArgumentException($"--token needs at least {ShortestToken} letters and digits (and - _ . ~), not {Token.Length} characters.");
        if (Token is null && !IPAddress.IsLoopback(address))
            throw new ArgumentException($"--listen {Listen} lets others connect, so it needs a --token that they must show (at least {ShortestToken} letters and digits).");
        return new IPEndPoint(address, port);
    }
}
