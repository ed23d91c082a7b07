using BenchmarkDotNet.Running;
using GmmVision.Benchmarks;
using GmmVision.Benchmarks.Blindness;
using GmmVision.Benchmarks.LabelledScenes;

// dotnet run -c Release --project tests/GmmVision.Benchmarks -- --filter '*'     (--list flat shows what there is)
// dotnet run -c Release --project tests/GmmVision.Benchmarks -- float-state FOLDER
// dotnet run -c Release --project tests/GmmVision.Benchmarks -- blindness [--help]
// dotnet run -c Release --project tests/GmmVision.Benchmarks -- scenes [--help]
switch (args)
{
    case ["float-state", string folder]: return FloatState.Run(folder);
    case ["blindness", .. string[] rest]: return BlindnessReport.Run(rest);
    case ["scenes", .. string[] rest]: return ScenesReport.Run(rest);
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
