using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace GmmVision.Recording.Events;

/// <summary>Posts each event as JSON to a URL, on wish with its picture (then as multipart/form-data with the parts "event" and "picture"); any answer in the 200s is a delivery. A redirection is followed once, on the same host.</summary>
public sealed class WebhookNotifier : QueuedNotifier
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly Uri _url;
    private readonly HttpClient _client;
    private readonly Func<CameraEvent, string?>? _pictureOf;

    /// <summary>Starts to deliver.</summary>
    /// <param name="url">http or https; a name and password in it are sent as basic authentication.</param>
    /// <param name="log">Takes a line.</param>
    /// <param name="pauses">Between attempts; <see cref="NotifierPauses.Patient"/> unless given.</param>
    /// <param name="pictureOf">Path of an event's picture, which is sent with it; null: none.</param>
    public WebhookNotifier(Uri url, Action<string> log, NotifierPauses? pauses = null, Func<CameraEvent, string?>? pictureOf = null)
        : base($"webhook {url.Scheme}://{url.Authority}", log, pauses ?? NotifierPauses.Patient)
    {
        (_url, _pictureOf) = (url, pictureOf);
#pragma warning disable CA2000      // the client owns its handler
        _client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }) { Timeout = Timeout };
#pragma warning restore CA2000
        if (url.UserInfo.Length > 0)
        {
            string credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo)));
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task DeliverAsync(CameraEvent happened, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await PostAsync(_url, happened, cancellation).ConfigureAwait(false);
        if (answer.StatusCode is not (HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || answer.Headers.Location is not Uri location)
        {
            Require(answer);
            return;
        }
        Uri target = new(_url, location);
        // Elsewhere a password would go with it, and nobody has asked for that.
        if (target.Scheme != _url.Scheme || !target.Host.Equals(_url.Host, StringComparison.OrdinalIgnoreCase))
            throw new DeliveryRefusedException($"it sends events on to {target.Scheme}://{target.Authority}, which is another place: give that as the webhook if it is right");
        using HttpResponseMessage second = await PostAsync(target, happened, cancellation).ConfigureAwait(false);
        if ((int)second.StatusCode is >= 300 and < 400)
            throw new DeliveryRefusedException("it sends events on from one address to the next without end: give the last one as the webhook");
        Require(second);
    }

    // Only the head of the answer is read: its body says nothing that is needed, and may never end.
    private async Task<HttpResponseMessage> PostAsync(Uri url, CameraEvent happened, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, url) { Content = await ContentAsync(happened, cancellation).ConfigureAwait(false) };
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
    }

    private async Task<HttpContent> ContentAsync(CameraEvent happened, CancellationToken cancellation)
    {
        string? path = _pictureOf?.Invoke(happened);
        byte[]? picture = path is null ? null : await ReadAsync(path, cancellation).ConfigureAwait(false);
#pragma warning disable CA2000      // the request owns its content, and that its parts
        StringContent json = new(happened.ToJson(), Encoding.UTF8, "application/json");
        if (picture is null)
            return json;
        ByteArrayContent jpeg = new(picture);
        jpeg.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        return new MultipartFormDataContent { { json, "event" }, { jpeg, "picture", Path.GetFileName(path)! } };
#pragma warning restore CA2000
    }

    // A picture that is gone (a retry long after) costs the picture, not the message.
    private static async Task<byte[]?> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Require(HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"it answered {(int)answer.StatusCode} {answer.ReasonPhrase}");
    }
}
