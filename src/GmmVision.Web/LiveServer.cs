using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using GmmVision.Ffmpeg;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GmmVision.Web;

/// <summary>The live page and its API, for all cameras of a process.</summary>
public sealed class LiveServer : IAsyncDisposable
{
    /// <summary>A request's body is at most this long; nothing that the page sends is a tenth of it.</summary>
    public const int LargestBody = 64 * 1024;

    private const int MostConnections = 4000;
    private const string TokenCookie = "gmmvision_token";
    private readonly WebApplication _application;
    private readonly byte[]? _token;
    private readonly bool _isLoopback;

    private LiveServer(WebApplication application, LiveServerOptions options, IPEndPoint endPoint)
    {
        _application = application;
        _token = options.Token is null ? null : Encoding.UTF8.GetBytes(options.Token);
        _isLoopback = IPAddress.IsLoopback(endPoint.Address);
    }

    /// <summary>Where it listens: http://127.0.0.1:8080</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts to serve.</summary>
    /// <param name="cameras">All cameras; the first one is shown first. Read anew for every request, so that the list may become another one.</param>
    /// <param name="options">Where, and to whom.</param>
    /// <param name="keeper">Where visitors may add, change and remove cameras; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">The port is taken, or the address is not of this machine.</exception>
    public static Task<LiveServer> StartAsync(IReadOnlyList<LiveCamera> cameras, LiveServerOptions options, ICameraKeeper? keeper = null) =>
        StartAsync(routes => LiveApi.Map(routes, cameras, keeper), options);

    /// <summary>Starts to serve the lab alone.</summary>
    /// <param name="lab">Pictures, tables and made sets.</param>
    /// <param name="options">Where, and to whom.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">The port is taken, or the address is not of this machine.</exception>
    public static Task<LiveServer> StartAsync(LabShelf lab, LiveServerOptions options) => StartAsync(routes => LabApi.MapAlone(routes, lab), options);

    private static async Task<LiveServer> StartAsync(Action<WebApplication> map, LiveServerOptions options)
    {
        IPEndPoint endPoint = options.Validate();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();      // signals belong to the program, not to its page
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(300));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = MostConnections / 8;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(endPoint);
        });
        WebApplication application = builder.Build();
        LiveServer server = new(application, options, endPoint);
        application.Use(server.GuardAsync);
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15) });
        map(application);
        try
        {
            await application.StartAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            string reason = exception is SocketException ? "it is not an address of this machine" : "another program listens there, or this user may not";
            throw new IOException($"cannot serve the page at {options.Listen}: {reason}; give another one with --listen HOST:PORT", exception);
        }
        server.Address = application.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    /// <summary>Ends all connections and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMilliseconds(500));
        try
        {
            await _application.StopAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Who still hangs on is cut off below.
        }
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    // Who may come in. The page itself holds no secrets and asks for the token; everything else needs it. Without a token
    // only this machine can connect, but a page of somebody else in this machine's browser could try: hence host and origin.
    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        if (_isLoopback && context.Request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]"))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "this page answers to its own address only").ConfigureAwait(false);
            return;
        }
        string origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Authority == context.Request.Host.Value))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "a page of another origin may not ask here").ConfigureAwait(false);
            return;
        }
        if (_token is not null && !IsOpen(context.Request.Path) && !HasToken(context))
        {
            headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "a token is needed: as 'Authorization: Bearer TOKEN', or once as ?token=TOKEN").ConfigureAwait(false);
            return;
        }
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.Response.HasStarted && exception is FormatException or BadHttpRequestException or System.Text.Json.JsonException)
        {
            int status = (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            string message = exception is System.Text.Json.JsonException ? "the body is not the JSON that is expected here" : exception.Message;
            await RefuseAsync(context, status, message).ConfigureAwait(false);
        }
        catch (FfmpegException exception) when (!context.Response.HasStarted)      // nothing that can be played
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, exception.Message).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.Response.HasStarted && exception is IOException or UnauthorizedAccessException)
        {
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, exception.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The visitor has gone.
        }
    }

    private static bool IsOpen(PathString path) => path.Value is "/" or "/lab" or "/lab.js" or "/lab.css" or "/app.js" or "/style.css" or "/icon.svg" or "/manifest.json" or "/healthz";

    private bool HasToken(HttpContext context)
    {
        string given = context.Request.Headers.Authorization.ToString();
        if (given.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && IsToken(given["Bearer ".Length..].Trim()))
            return true;
        if (context.Request.Cookies.TryGetValue(TokenCookie, out string? cookie) && IsToken(cookie))
            return true;
        if (!context.Request.Query.TryGetValue("token", out Microsoft.Extensions.Primitives.StringValues query) || !IsToken(query.ToString()))
            return false;
        context.Response.Cookies.Append(TokenCookie, query.ToString(),
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = TimeSpan.FromDays(365), Secure = context.Request.IsHttps });
        return true;
    }

    private bool IsToken(string given) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(_token!));

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new ErrorDocument(message), LiveJson.Default.ErrorDocument, cancellationToken: context.RequestAborted);
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
