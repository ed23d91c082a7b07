using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GmmVision.Web;

/// <summary>What can be asked for: the page, its data, health and metrics. The README lists it.</summary>
internal static class LiveApi
{
    public static void Map(IEndpointRouteBuilder routes, IReadOnlyList<LiveCamera> shown, ICameraKeeper? keeper)
    {
        ICamera[] Cameras() => [.. shown.Select(live => live.Camera)];      // those of the moment
        ICamera Find(string name) => FindLive(name).Camera;
        LiveCamera FindLive(string name) => shown.FirstOrDefault(live => live.Camera.Name == name)
            ?? throw new BadHttpRequestException("there is no camera of this name", StatusCodes.Status404NotFound);

        MapFile(routes, "/", "index.html", "text/html; charset=utf-8");
        MapFile(routes, "/app.js", "app.js", "text/javascript; charset=utf-8");
        MapFile(routes, "/style.css", "style.css", "text/css; charset=utf-8");
        MapFile(routes, "/icon.svg", "icon.svg", "image/svg+xml");
        MapFile(routes, "/manifest.json", "manifest.json", "application/manifest+json");

        LabApi.Map(routes, new LabShelf());
        routes.MapGet("/healthz", () => Health(Cameras()));
        routes.MapGet("/metrics", () => Results.Text(MetricsText.Format(Cameras().Select(camera => (camera.Name, camera.Meter.Read()))), MetricsText.ContentType));
        routes.MapGet("/api/cameras", () => Results.Json(Cameras().Select(CameraDocument.Of).ToArray(), LiveJson.Default.CameraDocumentArray));
        routes.MapGet("/api/cameras/{name}", (string name) => Results.Json(CameraDocument.Of(Find(name)), LiveJson.Default.CameraDocument));
        ICameraKeeper Keeper() => keeper ?? throw new BadHttpRequestException("cameras are added, changed and removed where watch runs with --config FILE", StatusCodes.Status404NotFound);
        routes.MapGet("/api/configuration", () => Results.Json(new ConfigurationDocument(keeper?.Names), LiveJson.Default.ConfigurationDocument));
        routes.MapPut("/api/cameras/{name}", async (string name, HttpContext context) =>
        {
            SourceBody body = await ReadAsync(() => JsonSerializer.DeserializeAsync(context.Request.Body, LiveJson.Default.SourceBody, context.RequestAborted)).ConfigureAwait(false) is { Source: not null } given ? given : throw new FormatException("a camera is given by {\"source\": \"rtsp://...\"}");
            await Keeper().SetAsync(name, body.Source, context.RequestAborted).ConfigureAwait(false);
            return Results.Json(CameraDocument.Of(Find(name)), LiveJson.Default.CameraDocument);
        });
        routes.MapDelete("/api/cameras/{name}", async (string name, HttpContext context) =>
        {
            await Keeper().RemoveAsync(name, context.RequestAborted).ConfigureAwait(false);
            return Results.NoContent();
        });
        routes.MapPut("/api/cameras/{name}/settings", async (string name, HttpContext context) =>
        {
            ICamera camera = Find(name);
            camera.Change(await ReadProfilesAsync(context, camera.Profiles).ConfigureAwait(false));
            return Results.Json(CameraDocument.Of(camera), LiveJson.Default.CameraDocument);
        });
        routes.MapPut("/api/cameras/{name}/zones", async (string name, HttpContext context) =>
        {
            ICamera camera = Find(name);
            CameraZone[]? zones = await ReadAsync(() => JsonSerializer.DeserializeAsync(context.Request.Body, LiveJson.Default.CameraZoneArray, context.RequestAborted)).ConfigureAwait(false);
            CameraZone.Validate(zones);
            camera.Change(zones!);
            return Results.Json(CameraDocument.Of(camera), LiveJson.Default.CameraDocument);
        });
        routes.MapPost("/api/cameras/{name}/relearn", (string name) =>
        {
            Find(name).Relearn();
            return Results.NoContent();
        });
        routes.MapGet("/api/events", (string? camera, HttpContext context) => Events(camera is null ? Cameras() : [Find(camera)], EventQuery.Of(context.Request.Query)));
        routes.MapPut("/api/cameras/{name}/events/{number:long}", async (string name, long number, HttpContext context) =>
        {
            KeptBody body = await ReadAsync(() => JsonSerializer.DeserializeAsync(context.Request.Body, LiveJson.Default.KeptBody, context.RequestAborted)).ConfigureAwait(false) ?? throw new FormatException("an event is changed by {\"kept\": true} or false");
            return Find(name).Archive.Keep(number, body.Kept) is { } happened ? Results.Text(happened.ToJson(), "application/json; charset=utf-8") : throw NoEvent(number);
        });
        routes.MapDelete("/api/cameras/{name}/events/{number:long}", (string name, long number) => Find(name).Archive.Delete(number) ? Results.NoContent() : throw NoEvent(number));
        routes.MapGet("/api/cameras/{name}/events/{number:long}/clip.mp4", (string name, long number, HttpContext context) =>
            Find(name).Archive.ClipSoFar(number) is { } send ? Results.Stream(target => send(target, context.RequestAborted), "video/mp4") : throw NoEvent(number, "under way, with a clip"));
        routes.MapGet("/api/cameras/{name}/recordings", (string name) => Results.Json(Find(name).Archive.Stretches().Select(StretchDocument.Of).ToArray(), LiveJson.Default.StretchDocumentArray));
        routes.MapGet("/api/cameras/{name}/recording.mp4", (string name, string? from, string? seconds, HttpContext context) =>
            Find(name).Archive.Recorded(TimeOf(from), LengthOf(seconds)) is { } send ? Results.Stream(target => send(target, context.RequestAborted), "video/mp4")
                : throw new BadHttpRequestException("nothing was recorded then (--record always keeps all that a camera sends)", StatusCodes.Status404NotFound));
        routes.MapGet("/api/cameras/{name}/files/{file}", (string name, string file) => ServeFile(Find(name), file));
        routes.MapGet("/api/cameras/{name}/picture.jpg", (string name, HttpContext context) => PictureStreams.OneAsync(FindLive(name).Pictures, context));
        routes.MapGet("/api/cameras/{name}/stream.mjpg", (string name, HttpContext context) => PictureStreams.MotionJpegAsync(FindLive(name).Pictures, context));
        routes.MapGet("/api/cameras/{name}/live", (string name, HttpContext context) => PictureStreams.SocketAsync(FindLive(name), context));
        routes.MapFallback(() => Results.Json(new ErrorDocument("there is nothing here; the page is at /, its data under /api"), LiveJson.Default.ErrorDocument, statusCode: StatusCodes.Status404NotFound));
    }

    internal static void MapFile(IEndpointRouteBuilder routes, string path, string resource, string type)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("GmmVision.Web.Page." + resource)
            ?? throw new InvalidOperationException($"The page's {resource} is not embedded.");
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        byte[] content = bytes.ToArray();
        routes.MapGet(path, () => Results.Bytes(content, type));
    }

    private static IResult Health(IReadOnlyList<ICamera> cameras)
    {
        // The program is healthy while it serves; a camera that is away is the camera's trouble, and named.
        return Results.Json(new HealthDocument("ok", [.. cameras.Select(camera => new CameraHealth(camera.Name, camera.Meter.Read().Up))]), LiveJson.Default.HealthDocument);
    }

    private static Task<CameraProfiles> ReadProfilesAsync(HttpContext context, CameraProfiles before) => ReadAsync(async ValueTask<CameraProfiles> () =>
    {
        using JsonDocument document = await JsonDocument.ParseAsync(context.Request.Body, new JsonDocumentOptions { MaxDepth = 8 }, context.RequestAborted).ConfigureAwait(false);
        return ProfileReader.Read(document.RootElement, before);
    });

    // Text that is no UTF-8 is found only when it is asked for, and then told by another exception than other damage.
    private static async Task<T> ReadAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("The body holds text that cannot be read.", exception);
        }
    }

    private static IResult Events(IEnumerable<ICamera> cameras, EventQuery query)
    {
        IEnumerable<CameraEvent> newest = cameras.SelectMany(query.From).OrderByDescending(happened => happened.Start).Take(query.Count);
        StringBuilder text = new("[");
        text.AppendJoin(',', newest.Select(happened => happened.ToJson()));
        return Results.Text(text.Append(']').ToString(), "application/json; charset=utf-8");
    }

    private static DateTimeOffset TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : throw new FormatException($"from is a time such as 2026-11-20T16:05:12Z, not '{text}'");

    private static TimeSpan LengthOf(string? text) =>
        text is null ? TimeSpan.FromMinutes(1)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 1 and <= 86400 ? TimeSpan.FromSeconds(seconds) : throw new FormatException($"seconds is 1 to 86400, not '{text}'");

    private static BadHttpRequestException NoEvent(long number, string state = "over") => new($"there is no event {number} that is {state}", StatusCodes.Status404NotFound);

    // Only names of the form that clips have, looked up in the camera's own folder: a path cannot be said.
    private static IResult ServeFile(ICamera camera, string file)
    {
        if (camera.Archive.Folder is null || !camera.Archive.IsRecording(file) || Path.GetFileName(file) != file)
            return Results.NotFound();
        string path = Path.Combine(camera.Archive.Folder, file);
        string type = Path.GetExtension(file) switch { ".mp4" => "video/mp4", ".jpg" => "image/jpeg", _ => "video/mp2t" };
        return File.Exists(path) ? Results.File(path, type, enableRangeProcessing: true, lastModified: File.GetLastWriteTimeUtc(path)) : Results.NotFound();
    }
}
