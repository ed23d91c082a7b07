using System.Text;
using System.Text.Json.Serialization.Metadata;
using GmmVision.Imaging;
using GmmVision.Lab;
using GmmVision.Segmentation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace GmmVision.Web;

/// <summary>What can be asked of the lab: its page, and what the library computes for it.</summary>
internal static class LabApi
{
    private const int LargestTable = 20 * 1024 * 1024;

    // What is asked for is computed on all processors: two at a time, so that a visitor who drags a slider leaves the cameras theirs.
    private static readonly SemaphoreSlim Turns = new(2);

    /// <summary>The lab alone, which then is the first page.</summary>
    public static void MapAlone(IEndpointRouteBuilder routes, LabShelf lab)
    {
        Map(routes, lab);
        routes.MapGet("/", () => Results.Redirect("/lab"));
        routes.MapGet("/healthz", () => Results.Json(new HealthDocument("ok"), LiveJson.Default.HealthDocument));
        LiveApi.MapFile(routes, "/style.css", "style.css", "text/css; charset=utf-8");
        LiveApi.MapFile(routes, "/icon.svg", "icon.svg", "image/svg+xml");
        routes.MapFallback(() => Results.Json(new ErrorDocument("there is nothing here; the page is at /lab, its data under /api/lab"), LiveJson.Default.ErrorDocument, statusCode: StatusCodes.Status404NotFound));
    }

    /// <summary>The lab's page and data.</summary>
    public static void Map(IEndpointRouteBuilder routes, LabShelf lab)
    {
        LiveApi.MapFile(routes, "/lab", "lab.html", "text/html; charset=utf-8");
        LiveApi.MapFile(routes, "/lab.js", "lab.js", "text/javascript; charset=utf-8");
        LiveApi.MapFile(routes, "/lab.css", "lab.css", "text/css; charset=utf-8");

        routes.MapGet("/api/lab", () => Results.Json(lab.Items.Select(LabAnswers.Item).ToArray(), LabJson.Default.LabItemDocumentArray));
        routes.MapPost("/api/lab/pictures", (Delegate)((HttpContext context) => TakePictureAsync(lab, context)));
        routes.MapPost("/api/lab/tables", (Delegate)((HttpContext context) => TakeTableAsync(lab, context)));
        routes.MapGet("/api/lab/{id}/picture.png", (string id) => Results.Bytes(Png(stream => PngWriter.Write(stream, Picture(lab, id).Picture!.Image)), "image/png"));
        routes.MapGet("/api/lab/{id}/segment", (string id, HttpContext context) => AnswerAsync(context, LabJson.Default.SegmentsDocument, (query, stop) => LabAnswers.Segments(Picture(lab, id), query.Picture(), stop)));
        routes.MapGet("/api/lab/{id}/pixel", (string id, HttpContext context) => AnswerAsync(context, LabJson.Default.PixelAnswer, (query, stop) =>
        {
            LabItem item = Picture(lab, id);
            Frame image = item.Picture!.Image;
            int x = query.Whole("x", 0, image.Width - 1) ?? 0, y = query.Whole("y", 0, image.Height - 1) ?? 0;
            return new PixelAnswer(item.Picture.Responsibilities(query.Picture(), x, y, stop), image.Row(0, y)[x] << 16 | image.Row(1, y)[x] << 8 | image.Row(2, y)[x]);
        }));
        routes.MapGet("/api/lab/{id}/soft", (string id, HttpContext context) => AnswerAsync(context, LabJson.Default.SoftDocument, (query, stop) => new SoftDocument(Convert.ToBase64String(Soft(Picture(lab, id).Picture!, query, stop)))));
        routes.MapGet("/api/lab/{id}/fit", (string id, HttpContext context) => AnswerAsync(context, LabJson.Default.PointFitDocument, (query, stop) =>
        {
            (LabPoints points, LabSettings settings) = Points(Find(lab, id), query);
            return LabAnswers.Fit(points, settings, stop);
        }));
        routes.MapGet("/api/lab/{id}/choose", (string id, HttpContext context) => AnswerAsync(context, LabJson.Default.ChoicesDocument, (query, stop) =>
        {
            (LabPoints points, LabSettings settings) = Points(Find(lab, id), query);
            return LabAnswers.Choices(points, settings, query.Whole("most", 2, LabSettings.MostComponents) ?? 10, stop);
        }));
        routes.MapGet("/api/lab/{id}/export/{file}", (string id, string file, HttpContext context) => ExportAsync(Find(lab, id), file, context));
    }

    private static LabItem Find(LabShelf lab, string id) => lab.Find(id) ?? throw new BadHttpRequestException("there is nothing of this name in the lab; it keeps the last eight files that were given", StatusCodes.Status404NotFound);

    private static LabItem Picture(LabShelf lab, string id) => Find(lab, id) is { Picture: not null } item ? item : throw new BadHttpRequestException("this is no picture", StatusCodes.Status404NotFound);

    private static (LabPoints Points, LabSettings Settings) Points(LabItem item, LabQuery query)
    {
        if (item.Picture is { } picture)
            return (picture.Points(query.Picture().Color), query.Points(new LabSettings()));
        if (item.Set is { } set)
            return (item.Points!, query.Points(set.Settings));
        IReadOnlyList<string> columns = query.Columns() is { Count: > 0 } chosen ? chosen : item.Table!.Columns;
        double[] rows = item.Table!.Select(columns).Values;
        return rows.Length / columns.Count >= 2 ? (new LabPoints(columns, rows), query.Points(new LabSettings())) : throw new FormatException("fewer than 2 rows have a number in each of these columns.");
    }

    private static async Task<IResult> AnswerAsync<T>(HttpContext context, JsonTypeInfo<T> form, Func<LabQuery, CancellationToken, T> compute) =>
        Results.Json(await ComputeAsync(context, stop => compute(new LabQuery(context.Request.Query), stop)).ConfigureAwait(false), form);

    // Off the server's own threads, and no longer than the visitor waits.
    private static async Task<T> ComputeAsync<T>(HttpContext context, Func<CancellationToken, T> compute)
    {
        CancellationToken stop = context.RequestAborted;
        await Turns.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => compute(stop), stop).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            int end = exception.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
            throw new FormatException(end < 0 ? exception.Message : exception.Message[..end], exception);
        }
        finally
        {
            Turns.Release();
        }
    }

    private static async Task<IResult> TakePictureAsync(LabShelf lab, HttpContext context)
    {
        LabQuery query = new(context.Request.Query);
        int width = query.Whole("width", 1, 4096) ?? 0, height = query.Whole("height", 1, 4096) ?? 0;
        if (width == 0 || height == 0 || width * height > LabPicture.MostPixels)
            throw new FormatException($"a picture of {width}x{height} pixels; the lab takes 1 to {LabPicture.MostPixels} pixels, as R, G, B, row by row");
        byte[] body = await BodyAsync(context, 3 * width * height).ConfigureAwait(false);
        if (body.Length != 3 * width * height)
            throw new FormatException($"{body.Length} bytes are no picture of {width}x{height} pixels of R, G, B");
        var frame = new Frame(new FrameFormat(width, height, PixelLayout.Rgb, ColorRange.Full));
        for (int y = 0, at = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, at += 3)
                (frame.Row(0, y)[x], frame.Row(1, y)[x], frame.Row(2, y)[x]) = (body[at], body[at + 1], body[at + 2]);
        }
        return Results.Json(LabAnswers.Item(lab.Add(Name(query), frame)), LabJson.Default.LabItemDocument);
    }

    private static async Task<IResult> TakeTableAsync(LabShelf lab, HttpContext context)
    {
        LabQuery query = new(context.Request.Query);
        byte[] body = await BodyAsync(context, LargestTable).ConfigureAwait(false);
        try
        {
            using StreamReader reader = new(new MemoryStream(body), new UTF8Encoding(false));
            return Results.Json(LabAnswers.Item(lab.Add(Name(query), Table.Read(reader, Name(query)))), LabJson.Default.LabItemDocument);
        }
        catch (InvalidDataException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static string Name(LabQuery query) => query.Text("name") is string name ? new string([.. name.Where(c => !char.IsControl(c)).Take(80)]) : "file";

    private static async Task<byte[]> BodyAsync(HttpContext context, int most)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        return body.ToArray();
    }

    private static async Task<IResult> ExportAsync(LabItem item, string file, HttpContext context)
    {
        LabQuery query = new(context.Request.Query);
        (byte[] Bytes, string Type)? made = await ComputeAsync(context, stop => item.Picture is { } picture ? OfPicture(picture, file, query, stop) : OfPoints(item, file, query, stop)).ConfigureAwait(false);
        return made is { } result
            ? Results.File(result.Bytes, result.Type, $"{Path.GetFileNameWithoutExtension(item.Name)}.{file}")
            : throw new BadHttpRequestException("there is no such export", StatusCodes.Status404NotFound);
    }

    private static (byte[], string)? OfPicture(LabPicture picture, string file, LabQuery query, CancellationToken stop)
    {
        PictureSettings settings = query.Picture();
        if (file == "soft.png")
        {
            byte[] mask = Soft(picture, query, stop);
            return (Png(stream => PngWriter.WriteGray(stream, mask, picture.Image.Width, picture.Image.Height)), "image/png");
        }
        if (file == "model.json")
            return (Written(picture.Fit(settings, stop).Model.Save), "application/json");
        if (file is not ("labels.png" or "segments.png"))
            return null;
        LabelMap labels = picture.Label(settings, null, null, stop);
        int[] colors = file == "labels.png" ? LabelColors.Distinct(labels.LabelCount) : labels.MeanColors(picture.Image);
        byte[] palette = [.. colors.SelectMany(color => (byte[])[(byte)(color >> 16), (byte)(color >> 8), (byte)color])];
        return (Png(stream => PngWriter.WriteIndexed(stream, labels.Memory, labels.Width, labels.Height, palette, -1)), "image/png");
    }

    private static (byte[], string)? OfPoints(LabItem item, string file, LabQuery query, CancellationToken stop)
    {
        LabSettings settings = query.Points(item.Set?.Settings ?? new LabSettings());
        Table table = item.Table ?? Table.Read(new StringReader(Csv(item.Points!)), item.Name);
        if (file == "points.csv")
            return item.Points is { } points ? (Encoding.UTF8.GetBytes(Csv(points)), "text/csv") : null;
        if (file is not ("labels.csv" or "model.json"))
            return null;
        TableFit fit = TableFit.Of(table, settings.Table with { Columns = query.Columns() }, null, stop);
        return file == "model.json" ? (Written(fit.Model.Save), "application/json") : (Written(stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true);
            fit.Result.WriteCsv(writer);
        }), "text/csv");
    }

    private static string Csv(LabPoints points) => string.Join('\n',
        points.Rows.Chunk(points.Features).Select(row => string.Join(',', row.Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))).Prepend(string.Join(',', points.Names))) + "\n";

    private static byte[] Soft(LabPicture picture, LabQuery query, CancellationToken stop)
    {
        PictureSettings settings = query.Picture();
        if (settings.Merge is not null)
            throw new FormatException("a soft mask is of a component; connected regions have none.");
        int label = query.Whole("label", 0, picture.Fit(settings, stop).Model.Labels - 1) ?? 0;
        byte[] mask = new byte[picture.Image.Width * picture.Image.Height];
        picture.Label(settings, null, (first, rows, planes) =>
        {
            int pixels = rows * picture.Image.Width;
            for (int i = 0; i < pixels; i++)
                mask[first * picture.Image.Width + i] = (byte)MathF.Round(255 * planes[label * pixels + i]);
        }, stop);
        return mask;
    }

    private static byte[] Png(Action<Stream> write) => Written(write);

    private static byte[] Written(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return stream.ToArray();
    }
}
