using GmmVision.Samples;

// dotnet run --project tests/GmmVision.Samples -- events media/street.mp4
(string Name, string Needs, Action<string> Run)[] samples =
[
    ("webcam", "CAMERA", Webcam.Run),
    ("events", "VIDEO", Events.Run),
    ("watch", "VIDEO", Watch.Run),
    ("swap", "VIDEO", Swap.Run),
    ("segment", "IMAGE", Segment.Run),
    ("choose", "IMAGE", Choose.Run),
    ("anomaly", "IMAGE", Anomaly.Run),
];
(string Name, string Needs, Action<string> Run) chosen = args.Length == 2 ? Array.Find(samples, sample => sample.Name == args[0]) : default;
if (chosen.Run is null)
{
    Console.Error.WriteLine("usage: " + string.Join(" | ", samples.Select(sample => $"{sample.Name} {sample.Needs}")));
    return 2;
}
chosen.Run(args[1]);
return 0;
