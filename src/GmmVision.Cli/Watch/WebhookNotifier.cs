using System.Net.Http.Headers;
using System.Text;
using GmmVision.Web;

namespace GmmVision.Cli.Watch;

/// <summary>Posts each event as JSON to a URL; any answer in the 200s is a delivery.</summary>
internal sealed class WebhookNotifier : QueuedNotifier
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly Uri _url;
    private readonly HttpClient _client;

    /// <summary>Starts to deliver.</summary>
    /// <param name="url">http or https; a name and password in it are sent as basic authentication.</param>
    /// <param name="log">Takes a line.</param>
    /// <param name="pauses">Between attempts; <see cref="NotifierPauses.Patient"/> unless given.</param>
    public WebhookNotifier(Uri url, Action<string> log, NotifierPauses? pauses = null)
        : base($"webhook {url.Scheme}://{url.Authority}", log, pauses ?? NotifierPauses.Patient)
    {
        _url = url;
        _client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }) { Timeout = Timeout };
        if (url.UserInfo.Length > 0)
        {
            string credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo)));
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
    }

    protected override async Task DeliverAsync(LiveEvent happened, CancellationToken cancellation)
    {
        using StringContent body = new(happened.ToJson(), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _client.PostAsync(_url, body, cancellation).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"it answered {(int)answer.StatusCode} {answer.ReasonPhrase}");
    }
}
