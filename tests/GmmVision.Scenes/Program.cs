using GmmVision.Scenes;

if (args is ["media", ..] && args.Length <= 2)
{
    string folder = args.Length == 2 ? args[1] : "media";
    return Media.Make(folder, Console.Error);
}
Console.Error.WriteLine("usage: GmmVision.Scenes media [FOLDER]    renders the sample clip, its ground truth and the sample photo into FOLDER (media)");
return 2;
