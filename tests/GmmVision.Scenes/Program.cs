using System.Globalization;
using GmmVision.Scenes;

const string Usage = """
    usage: GmmVision.Scenes media [FOLDER]
               renders the sample clip, its ground truth and the sample photo into FOLDER (media)
           GmmVision.Scenes picture RUN FILE SECONDS
               lays a frame of RUN/overlay.mp4 beside the same of RUN/mask.mkv, as `detect --overlay --mask` wrote them
    """;

try
{
    switch (args)
    {
        case ["media"] or ["media", _]:
            Media.Make(args.ElementAtOrDefault(1) ?? "media", Console.Error);
            return 0;
        case ["picture", string run, string file, string text] when double.TryParse(text, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and < 1e6:
            Media.MakeOverlayPicture(run, file, TimeSpan.FromSeconds(seconds));
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine($"GmmVision.Scenes: {exception.Message}");
    return 1;
}
