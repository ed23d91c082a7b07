using BenchmarkDotNet.Running;
using GmmVision.Benchmarks;
using GmmVision.Benchmarks.Blindness;
using GmmVision.Benchmarks.LabeledScenes;
using GmmVision.Benchmarks.Mutations;

// dotnet run -c Release --project tests/GmmVision.Benchmarks -- --filter '*'     (--list flat shows what there is)
// dotnet run -c Release --project tests/GmmVision.Benchmarks -- float-state FOLDER
// dotnet run -c Release --project tests/GmmVision.Benchmarks -- blindness [--help]
// dotnet run -c Release --project tests/GmmVision.Benchmarks -- scenes [--help]
// dotnet run -c Release --project tests/GmmVision.Benchmarks -- mutations --app GmmVision.Cli.dll [--help]
switch (args)
{
    case ["float-state", string folder]: return FloatState.Run(folder);
    case ["blindness", .. string[] rest]: return BlindnessReport.Run(rest);
    case ["scenes", .. string[] rest]: return ScenesReport.Run(rest);
    case ["mutations", .. string[] rest]: return MutationsReport.Run(rest);
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
