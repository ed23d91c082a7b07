using System.CommandLine;
using GmmVision.Cli.Segment;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Lab;
using GmmVision.Web;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision lab</c>: a page on which mixtures of pictures, tables and made sets can be seen and tried.</summary>
internal static class LabCommand
{
    private static readonly string[] Tables = [".csv", ".tsv", ".txt"];

    public static Command Create()
    {
        Argument<string[]> files = new("FILE") { Description = "Pictures, and tables as CSV with a header; more can be dropped on the page.", Arity = ArgumentArity.ZeroOrMore };
        Option<string?> listen = new("--listen") { Description = "Where the page is served, HOST:PORT; port 0 takes a free one (127.0.0.1:8090).", HelpName = "host:port" };
        Option<string?> token = new("--token") { Description = "What a visitor must show; needed where others than this machine can connect.", HelpName = "token" };
        Command command = new("lab", "See mixtures at work: a page with pictures, tables and made sets, EM step by step, the choice of k, k-means beside it.") { files, listen, token };
        command.SetAction(async (parse, cancellation) =>
        {
            LabShelf shelf = new();
            foreach (string path in (parse.GetValue(files) ?? []).Reverse())      // the first is what the page opens with
                Add(shelf, path, cancellation);
            LiveServerOptions options = new() { Listen = parse.GetValue(listen) ?? "127.0.0.1:8090", Token = parse.GetValue(token) ?? Environment.GetEnvironmentVariable("GMMVISION_TOKEN") };
            await using LiveServer server = await LiveServer.StartAsync(shelf, options).ConfigureAwait(false);
            Console.Out.WriteLine($"{server.Address}/lab");
            Console.Error.WriteLine("gmmvision lab: the page is at the address above; Ctrl-C ends it.");
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Asked to end: there is nothing to save.
            }
            return ExitCode.Success;
        });
        return command;
    }

    private static void Add(LabShelf shelf, string path, CancellationToken cancellation)
    {
        string name = Path.GetFileName(path);
        if (Tables.Contains(Path.GetExtension(path).ToLowerInvariant()))
        {
            shelf.Add(name, Table.Read(path));
            return;
        }
        Frame image = StillImage.Load(path, PixelLayout.Rgb, cancellation);
        double part = Math.Sqrt((double)LabPicture.MostPixels / ((double)image.Width * image.Height));
        shelf.Add(name, part >= 1 ? image : Thumbnail.Of(image, Math.Max(1, (int)(0.998 * part * Math.Max(image.Width, image.Height)))));
    }
}
