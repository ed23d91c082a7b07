using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GmmVision.Ffmpeg;

/// <summary>
/// Where ffmpeg sends packets to: a socket in a folder that only this user can enter, and only of the very process that was
/// started here; where the system has no such sockets (Windows), a port of the loopback.
/// </summary>
internal sealed class PacketListener : IDisposable
{
    private readonly Socket _socket;
    private readonly string? _folder;

    public PacketListener()
    {
        if (OperatingSystem.IsWindows())
        {
            _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Url = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}");
        }
        else
        {
            _folder = Directory.CreateTempSubdirectory("gmmvision-packets-").FullName;      // mode 700
            string path = Path.Combine(_folder, "packets");
            _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            Url = "unix:" + path;
        }
        _socket.Listen(4);
    }

    /// <summary>What ffmpeg opens.</summary>
    public string Url { get; }

    /// <summary>Hands on what the child sends, until it ends or this is disposed, on a thread of its own.</summary>
    /// <param name="child">Its id; whoever else connects is turned away.</param>
    /// <param name="name">Of the source.</param>
    /// <param name="sink">Takes the bytes.</param>
    public void Forward(int child, string name, Action<ReadOnlySpan<byte>> sink) =>
        new Thread(() => Run(child, sink)) { IsBackground = true, Name = "packets of " + name }.Start();

    public void Dispose()
    {
        _socket.Dispose();
        Remove();
    }

    private void Run(int child, Action<ReadOnlySpan<byte>> sink)
    {
        try
        {
            using Socket connection = Accept(child);
            Remove();      // nobody else need find it
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = connection.Receive(buffer)) > 0;)
                sink(buffer.AsSpan(0, read));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // ffmpeg has ended, or the source was disposed; whoever reads frames is told why.
        }
    }

    private Socket Accept(int child)
    {
        while (true)
        {
            Socket connection = _socket.Accept();
            if (IsOf(connection, child))
                return connection;
            connection.Dispose();
        }
    }

    // Linux tells who is at the other end of such a socket (SO_PEERCRED: pid, uid, gid); elsewhere the folder must do.
    internal static bool IsOf(Socket connection, int child)
    {
        if (!OperatingSystem.IsLinux() || connection.AddressFamily != AddressFamily.Unix)
            return true;
        const int SocketLevel = 1, PeerCredentials = 17;
        Span<byte> credentials = stackalloc byte[12];
        return connection.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == credentials.Length && BinaryPrimitives.ReadInt32LittleEndian(credentials) == child;
    }

    private void Remove()
    {
        try
        {
            if (_folder is not null && Directory.Exists(_folder))
                Directory.Delete(_folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An empty folder among temporary ones, which the system clears.
        }
    }
}
