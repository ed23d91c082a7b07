using System.CommandLine;
using GmmVision.Cli;

// One line a command: `XxxCommand.Create(),`
RootCommand root = new("Background subtraction, motion events and colour segmentation with Gaussian mixtures.")
{
};
return CommandFrame.Run(root, args);
