using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace GmmVision.Web;

/// <summary>A camera's pictures over HTTP: one, a motion-JPEG stream, or the page's socket.</summary>
internal static class PictureStreams
{
    private const int LongestQuestion = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), StatusPeriod = TimeSpan.FromSeconds(1);

    /// <summary>The next picture.</summary>
    public static async Task OneAsync(PictureDesk desk, HttpContext context)
    {
        using PictureViewer viewer = desk.Join();
        viewer.Ask();
        byte[]? message = await viewer.WaitAsync(Patience, context.RequestAborted).ConfigureAwait(false);
        if (message is null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsJsonAsync(new ErrorDocument("the camera delivers no picture now"), LiveJson.Default.ErrorDocument, cancellationToken: context.RequestAborted).ConfigureAwait(false);
            return;
        }
        context.Response.ContentType = "image/jpeg";
        await context.Response.Body.WriteAsync(PictureOf(message), context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Pictures one after the other, as cameras, browsers and Home Assistant understand it.</summary>
    public static async Task MotionJpegAsync(PictureDesk desk, HttpContext context)
    {
        const string Boundary = "frame";
        context.Response.ContentType = "multipart/x-mixed-replace; boundary=" + Boundary;
        using PictureViewer viewer = desk.Join();
        while (!context.RequestAborted.IsCancellationRequested && !desk.IsClosed)
        {
            viewer.Ask();
            if (await viewer.WaitAsync(Patience, context.RequestAborted).ConfigureAwait(false) is not { } message)
                continue;
            ReadOnlyMemory<byte> picture = PictureOf(message);
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: {picture.Length}\r\n\r\n"), context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.WriteAsync(picture, context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.WriteAsync("\r\n"u8.ToArray(), context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The page's socket. It sends a picture message for each question that says "next", and the camera's numbers as text
    /// once a second, also when there are no pictures.
    /// </summary>
    public static async Task SocketAsync(LiveCamera live, HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            throw new BadHttpRequestException("this address speaks WebSocket only; pictures are at picture.jpg and stream.mjpg");
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using PictureViewer viewer = live.Pictures.Join();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        Task listening = ListenAsync(socket, viewer, end);
        try
        {
            long nextStatus = 0;
            while (!end.IsCancellationRequested && !live.Pictures.IsClosed)
            {
                if (Environment.TickCount64 >= nextStatus)
                {
                    nextStatus = Environment.TickCount64 + (long)StatusPeriod.TotalMilliseconds;
                    await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(ReadingDocument.Of(live.Camera), LiveJson.Default.ReadingDocument), WebSocketMessageType.Text, true, end.Token).ConfigureAwait(false);
                }
                if (await viewer.WaitAsync(StatusPeriod, end.Token).ConfigureAwait(false) is { } message)
                    await socket.SendAsync(message, WebSocketMessageType.Binary, true, end.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException)
        {
            // The visitor has gone.
        }
        await end.CancelAsync().ConfigureAwait(false);
        await listening.ConfigureAwait(false);
    }

    private static async Task ListenAsync(WebSocket socket, PictureViewer viewer, CancellationTokenSource end)
    {
        byte[] buffer = new byte[LongestQuestion];
        try
        {
            while (!end.IsCancellationRequested)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), end.Token).ConfigureAwait(false);
                if (result.MessageType != WebSocketMessageType.Text || !result.EndOfMessage)
                    break;
                Answer(buffer.AsMemory(0, result.Count), viewer);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException or JsonException or InvalidOperationException or FormatException)
        {
            // Gone, or somebody who does not speak as the page does.
        }
        await end.CancelAsync().ConfigureAwait(false);
    }

    private static void Answer(ReadOnlyMemory<byte> question, PictureViewer viewer)
    {
        using JsonDocument document = JsonDocument.Parse(question);
        JsonElement root = document.RootElement;
        if (root.TryGetProperty("side", out JsonElement side) && Enum.TryParse(side.GetString(), ignoreCase: true, out SideView view) && Enum.IsDefined(view))
            viewer.Side = view;
        if (root.TryGetProperty("pixel", out JsonElement pixel))
            viewer.Pixel = pixel.ValueKind == JsonValueKind.Array && pixel.GetArrayLength() == 2 ? (pixel[0].GetInt32(), pixel[1].GetInt32()) : null;
        if (root.TryGetProperty("next", out _))
            viewer.Ask();
    }

    private static ReadOnlyMemory<byte> PictureOf(byte[] message)
    {
        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(message);
        using JsonDocument header = JsonDocument.Parse(message.AsMemory(4, headerLength));
        return message.AsMemory(4 + headerLength, header.RootElement.GetProperty("lengths")[0].GetInt32());
    }
}
