using System.CommandLine;
using GmmVision.Cli;
using GmmVision.Cli.Commands;

// One line a command: `XxxCommand.Create(),`
RootCommand root = new("Background subtraction, motion events and colour segmentation with Gaussian mixtures.")
{
    DetectCommand.Create(),
    SegmentCommand.Create(),
    MixtureCommand.Create(),
    LabCommand.Create(),
    ManifestCommand.Create(),
    CollectCommand.Create(),
    SearchCommand.Create(),
    EvalCommand.Create(),
    BenchCommand.Create(),
    WatchCommand.Create(),
    CamerasCommand.Create(),
};
return CommandFrame.Run(root, args);
